import { createRoute, z } from '@hono/zod-openapi'
import { findingKinds, findingStates } from '../../model/finding.ts'
import { layers, tasks } from '../../model/layers.ts'
import { severities } from '../../model/severity.ts'
import type { App } from '../context.ts'
import type { ServeDeps } from '../deps.ts'
import { presentFinding, presentName } from '../present.ts'
import { findingsView } from '../views/findings.ts'
import { countNotLookedAt } from './coverage.ts'
import { given, json, page, refusals, search, text } from './describe.ts'

export function findingsRoutes(app: App, deps: ServeDeps): void {
  app.openapi(findings, async (c) => {
    const { scope } = c.var
    const query = given(c.req.valid('query'))
    const [found, notLookedAt] = await Promise.all([
      deps.store.findings(scope, query),
      countNotLookedAt(deps, scope, query),
    ])
    const groups = found.groups.map(({ key, title, rule, kind, severity, exploited, count, resources, first }) => ({
      key,
      title,
      rule,
      kind,
      severity,
      exploited,
      count,
      resources: resources.map(presentName),
      first: presentFinding(first),
    }))
    return c.json({ asOf: deps.clock(), total: found.total, counts: { ...found.counts }, notLookedAt, groups }, 200)
  })
}

const findings = createRoute({
  method: 'get',
  path: '/api/findings',
  summary: 'Findings, grouped by cause, worst first',
  description:
    'Of what is fixed by another image, the 500 newest changes of images are looked at; the history of a workload has all.',
  'x-action': 'read',
  request: {
    query: z.object({
      search,
      severity: z.enum(severities).optional(),
      service: text.optional(),
      layer: z.enum(layers).optional(),
      task: z.enum(tasks).optional(),
      kind: z.enum(findingKinds).optional(),
      resource: text.optional(),
      state: z.enum(findingStates).default('open'),
      ...page,
    }),
  },
  responses: { 200: json(findingsView, 'causes, a page of them'), ...refusals },
})
