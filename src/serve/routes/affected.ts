import { createRoute, z } from '@hono/zod-openapi'
import { affected, NotAQuestion, type Affected } from '../../run/affected.ts'
import type { App } from '../context.ts'
import type { ServeDeps } from '../deps.ts'
import { refuse } from '../errors.ts'
import { affectedView, type AffectedView } from '../views/affected.ts'
import { json, page, refusals, text } from './describe.ts'

export function affectedRoutes(app: App, deps: ServeDeps): void {
  app.openapi(who, async (c) => {
    const { search, limit } = c.req.valid('query')
    try {
      const found = await affected(deps.store.affected, c.var.scope, search, limit)
      return c.json(presentAffected(found, deps.clock()), 200)
    } catch (error) {
      if (error instanceof NotAQuestion) return refuse(c, 400, error.message)
      throw error
    }
  })
}

function presentAffected(found: Affected, asOf: string): AffectedView {
  const { asked, images, workloads, notJudged } = found
  return {
    asOf,
    asked: { ...asked },
    vulnerabilities: found.vulnerabilities.map(({ rule, aliases, title, severity, exploited }) => {
      return { rule, aliases: [...aliases], title, severity, exploited }
    }),
    packages: found.packages.map((one) => ({ ...one })),
    images: {
      total: images.total,
      list: images.list.map(({ id, name, usedBy }) => ({ id, name, usedBy })),
    },
    workloads: {
      total: workloads.total,
      running: workloads.running,
      list: workloads.list.map((workload) => ({ ...workload })),
    },
    notJudged,
    notCompared: [...found.notCompared],
  }
}

const who = createRoute({
  method: 'get',
  path: '/api/affected',
  summary: 'Images and workloads that a vulnerability affects, or that contain certain versions of a package',
  'x-action': 'read',
  request: { query: z.object({ search: text.min(1).max(500), limit: page.limit }) },
  responses: { 200: json(affectedView, 'what is affected, at most `limit` images and workloads of it'), ...refusals },
})
