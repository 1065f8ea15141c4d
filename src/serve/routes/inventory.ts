import { createRoute, z } from '@hono/zod-openapi'
import { layerOf } from '../../model/layers.ts'
import { isImageId } from '../../model/resource.ts'
import type { App } from '../context.ts'
import type { StoredFinding } from '../../store/query-findings.ts'
import { causeOf, type WorkloadHistory } from '../../store/query-history.ts'
import type { ServeDeps } from '../deps.ts'
import { refuse } from '../errors.ts'
import { presentFinding, presentPast, presentResource, presentRun } from '../present.ts'
import { inventoryView, workloadView } from '../views/inventory.ts'
import { presentCellDetail } from './coverage.ts'
import { given, json, notFound, page, refusals, search, text } from './describe.ts'

export function inventoryRoutes(app: App, deps: ServeDeps): void {
  const { store, catalog } = deps
  const names = new Map(catalog.services.map(({ id, name }) => [id, name]))

  app.openapi(inventory, async (c) => {
    const { total, resources } = await store.resources(c.var.scope, given(c.req.valid('query')))
    const cells = await deps.resourceCells(resources)
    const rows = resources.map((resource) =>
      presentResource(resource, names.get(resource.service) ?? resource.service, cells.get(resource.id) ?? []),
    )
    return c.json({ asOf: deps.clock(), total, resources: rows }, 200)
  })

  app.openapi(workload, async (c) => {
    const { id } = c.req.valid('query')
    const { scope } = c.var
    const resource = await store.resource(scope, id)
    if (!resource) return refuse(c, 404, `no resource ${id}: it is gone, or belongs to another team`)
    const [findings, history, cellsById, machine] = await Promise.all([
      store.findingsOf(scope, id),
      store.history(scope, id),
      deps.resourceCells([resource]),
      resource.runsOn === undefined ? undefined : store.resource(scope, resource.runsOn),
    ])
    const cells = cellsById.get(id) ?? []
    const service = { id: resource.service, name: names.get(resource.service) ?? resource.service }
    const detail = cells.map((cell) => presentCellDetail(deps, service, cell, openIn(findings, cell)))
    return c.json(
      {
        ...presentResource(resource, service.name, cells),
        labels: { ...resource.labels },
        properties: { ...resource.properties },
        detail,
        findingList: findings.map((finding) => presentFinding(ofWorkload(finding, history.courses))),
        history: history.findings.map(presentPast),
        runs: history.runs.map(presentRun),
        ...(machine ? { machine: { id: machine.id, name: machine.name } } : {}),
      },
      200,
    )
  })
}

/** Its image has it since it was read, and the workload perhaps since an earlier image. */
function ofWorkload(finding: StoredFinding, courses: WorkloadHistory['courses']): StoredFinding {
  const course = courses.get(causeOf(finding))
  if (!course || course.state !== finding.state || !isImageId(finding.resource)) return finding
  const { firstSeen, openSince, changes } = course
  return { ...finding, firstSeen, ...(openSince === undefined ? {} : { openSince }), changes }
}

function openIn(findings: readonly StoredFinding[], cell: { layer: string; task: string }): StoredFinding[] {
  return findings.filter(
    ({ subLayer, task, state }) => state === 'open' && layerOf(subLayer) === cell.layer && task === cell.task,
  )
}

const inventory = createRoute({
  method: 'get',
  path: '/api/inventory',
  summary: 'What runs where, and how each is covered',
  'x-action': 'read',
  request: { query: z.object({ search, service: text.optional(), kind: text.optional(), ...page }) },
  responses: { 200: json(inventoryView, 'resources, a page of them'), ...refusals },
})

const workload = createRoute({
  method: 'get',
  path: '/api/workloads',
  summary: 'One resource with its cells and findings',
  'x-action': 'read',
  request: { query: z.object({ id: text.min(1) }) },
  responses: { 200: json(workloadView, 'the resource'), ...refusals, ...notFound },
})
