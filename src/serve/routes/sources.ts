import { createRoute } from '@hono/zod-openapi'
import { layerOf, tasks } from '../../model/layers.ts'
import type { SourceReport } from '../../model/source.ts'
import type { App } from '../context.ts'
import type { KnownSource, ServeDeps } from '../deps.ts'
import { presentGap } from '../present.ts'
import { sourcesView, type SourceView } from '../views/sources.ts'
import { json, refusals } from './describe.ts'

export function sourcesRoutes(app: App, deps: ServeDeps): void {
  app.openapi(sources, async (c) => {
    const asOf = deps.clock()
    const reports = await deps.store.sources(c.var.scope)
    const known = new Map(deps.sources.map((source) => [source.id, source]))
    const reported = reports.map((report) => presentSource(report, known.get(report.id)))
    const offers = deps.sources
      .filter(({ id }) => !reports.some((report) => report.id === id))
      .map((source) => presentSource(absent(source, asOf), source))
    return c.json({ asOf, sources: [...reported, ...offers] }, 200)
  })
}

function presentSource(report: SourceReport, source: KnownSource | undefined): SourceView {
  const { id, name, state, reason, askedAt, answeredAt, resources } = report
  return {
    id,
    name,
    state,
    ...(reason === undefined ? {} : { reason }),
    askedAt,
    ...(answeredAt === undefined ? {} : { answeredAt }),
    resources,
    asks: [...(source?.asks ?? [])],
    offer: source?.offer ?? '',
    cells: state === 'unreachable' ? silencedCells(report) : [],
    gaps: report.gaps.map(presentGap),
  }
}

/** Cells of the matrix that only this source can speak about. */
function silencedCells({ speaksFor }: SourceReport): SourceView['cells'] {
  const layersByService = new Map(
    speaksFor.map(({ service, subLayers }) => [service, new Set(subLayers.map(layerOf))] as const),
  )
  return [...layersByService].flatMap(([service, layers]) =>
    [...layers].flatMap((layer) => tasks.map((task) => ({ service, layer, task }))),
  )
}

function absent({ id, offer, speaksFor }: KnownSource, askedAt: string): SourceReport {
  return { id, name: id, state: 'absent', reason: offer, speaksFor, askedAt, resources: 0, gaps: [] }
}

const sources = createRoute({
  method: 'get',
  path: '/api/sources',
  summary: 'What was asked, what answered, and what could be given',
  'x-action': 'read',
  responses: { 200: json(sourcesView, 'every source that this version knows'), ...refusals },
})
