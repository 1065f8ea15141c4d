import { createRoute, z } from '@hono/zod-openapi'
import type { Cell, Matrix } from '../../model/coverage.ts'
import { layers, tasks } from '../../model/layers.ts'
import { countSeverities, type SeverityCounts } from '../../model/severity.ts'
import type { Scope } from '../../model/team.ts'
import type { App } from '../context.ts'
import type { ServeDeps } from '../deps.ts'
import { refuse } from '../errors.ts'
import { presentCell, presentEvidence, presentParts, presentRow, sumFindings } from '../present.ts'
import { cellDetailView, coverageRowView, matrixView, type CellDetailView, type MatrixView } from '../views/coverage.ts'
import { json, notFound, refusals } from './describe.ts'

export function coverageRoutes(app: App, deps: ServeDeps): void {
  app.openapi(matrix, async (c) => {
    const { scope } = c.var
    const all = c.req.valid('query').all === '1'
    const [computed, sources] = await Promise.all([deps.matrix({ all, scope }), deps.store.sources(scope)])
    const seen = sources.filter(({ state }) => state !== 'absent')
    const answered = seen.filter(({ state }) => state === 'answered').length
    return c.json({ ...presentMatrix(computed), sources: { answered, of: seen.length } }, 200)
  })

  app.openapi(rows, async (c) => {
    const computed = await deps.matrix({ all: c.req.valid('query').all === '1', scope: c.var.scope })
    return c.json(
      computed.rows.flatMap(({ service, cells }) => cells.map((cell) => presentRow(service, cell))),
      200,
    )
  })

  app.openapi(oneCell, async (c) => {
    const { service, layer, task } = c.req.valid('param')
    const { scope } = c.var
    const computed = await deps.matrix({ all: true, scope })
    const row = computed.rows.find((candidate) => candidate.service === service)
    const cell = row?.cells.find((candidate) => candidate.layer === layer && candidate.task === task)
    if (!row || !cell)
      return refuse(c, 404, `no cell ${service} / ${layer} / ${task}: is it a service of the catalogue?`)
    const { groups } = await deps.store.findings(scope, { service, layer, task, state: 'open', offset: 0, limit: 20 })
    const worst = groups.map(({ first }) => first)
    return c.json(presentCellDetail(deps, { id: service, name: row.name }, cell, worst), 200)
  })
}

/** One cell with all that its drawer shows; also each of a workload's nine. */
export function presentCellDetail(
  { catalog }: Pick<ServeDeps, 'catalog'>,
  service: { id: string; name: string },
  cell: Cell,
  worst: CellDetailView['worst'],
): CellDetailView {
  const tools = cell.tools.map((id) => catalog.tools.find((tool) => tool.id === id) ?? { id, name: id, sure: 'gk' })
  return {
    ...presentCell(cell),
    service: service.id,
    name: service.name,
    parts: presentParts(cell),
    evidence: cell.evidence.map(presentEvidence),
    tools: tools.map(({ id, name, sure }) => ({ id, name, sure })),
    worst: worst.slice(0, 20).map(({ id, rule, title, severity }) => ({ id, rule, title, severity })),
    open: total(cell.findings),
  }
}

/** Cells that somebody should have looked at and nobody has, of those that pass the filter. */
export async function countNotLookedAt(
  deps: Pick<ServeDeps, 'matrix'>,
  scope: Scope,
  filter: { service?: string; layer?: string; task?: string } = {},
): Promise<number> {
  const computed = await deps.matrix({ all: false, scope })
  return foundCells(computed).filter(
    ({ service, cell }) =>
      notLookedAt(cell) &&
      (filter.service ?? service) === service &&
      (filter.layer ?? cell.layer) === cell.layer &&
      (filter.task ?? cell.task) === cell.task,
  ).length
}

function presentMatrix(computed: Matrix): Omit<MatrixView, 'sources'> {
  const cells = foundCells(computed).map(({ cell }) => cell)
  return {
    asOf: computed.asOf,
    rows: computed.rows.map(({ service, name, provider, hostingModel, found, workloads, cells: nine }) => ({
      service,
      name,
      provider,
      hostingModel,
      found,
      workloads,
      cells: nine.map(presentCell),
    })),
    totals: { ...computed.totals },
    counted: computed.counted,
    found: { open: sumFindings(cells) ?? countSeverities([]), notLookedAt: cells.filter(notLookedAt).length },
  }
}

function foundCells({ rows: all }: Matrix): { service: string; cell: Cell }[] {
  return all.filter(({ found }) => found).flatMap(({ service, cells }) => cells.map((cell) => ({ service, cell })))
}

function notLookedAt({ findings, state }: Cell): boolean {
  return findings === null && state !== 'provider' && state !== 'n/a'
}

function total(counts: SeverityCounts | null): number {
  return counts === null ? 0 : Object.values(counts).reduce((sum, count) => sum + count, 0)
}

const all = z.object({ all: z.enum(['0', '1']).optional().describe('1: every service of the catalogue, found or not') })

const matrix = createRoute({
  method: 'get',
  path: '/api/coverage',
  summary: 'The coverage matrix',
  'x-action': 'read',
  request: { query: all },
  responses: { 200: json(matrixView, 'a row for each service, nine cells in it'), ...refusals },
})

const rows = createRoute({
  method: 'get',
  path: '/api/coverage/rows',
  summary: 'The coverage matrix as rows, as `plimsoll coverage --format json` prints them',
  'x-action': 'read',
  request: { query: all },
  responses: { 200: json(z.array(coverageRowView), 'a row for each cell'), ...refusals },
})

const oneCell = createRoute({
  method: 'get',
  path: '/api/coverage/{service}/{layer}/{task}',
  summary: 'One cell with its evidence',
  'x-action': 'read',
  request: { params: z.object({ service: z.string(), layer: z.enum(layers), task: z.enum(tasks) }) },
  responses: { 200: json(cellDetailView, 'the cell'), ...refusals, ...notFound },
})
