import { createRoute, z } from '@hono/zod-openapi'
import type { KnownException } from '../../model/exception.ts'
import type { App } from '../context.ts'
import type { ServeDeps } from '../deps.ts'
import { exceptionsPage, exceptionStates } from '../exceptions-page.ts'
import { presentGap } from '../present.ts'
import { exceptionsView, type ExceptionView } from '../views/exceptions.ts'
import { given, json, page, refusals, search } from './describe.ts'

export function exceptionsRoutes(app: App, deps: ServeDeps): void {
  app.openapi(exceptions, async (c) => {
    const known = await deps.exceptions.known(c.var.scope)
    const found = exceptionsPage(known, given(c.req.valid('query')))
    const gaps = deps.exceptions.problems().map(presentGap)
    return c.json({ asOf: deps.clock(), total: found.total, exceptions: found.exceptions.map(present), gaps }, 200)
  })
}

function present(exception: KnownException): ExceptionView {
  const { kind, file, line, author, status, justification, reason, names, products, until, ended, firstRead } =
    exception
  return {
    kind,
    file,
    ...(line === undefined ? {} : { line }),
    ...(author === undefined ? {} : { author }),
    ...(status === undefined ? {} : { status }),
    ...(justification === undefined ? {} : { justification }),
    ...(reason === undefined ? {} : { reason }),
    names: [...names],
    products: [...products],
    ...(until === undefined ? {} : { until }),
    ended,
    firstRead,
  }
}

const exceptions = createRoute({
  method: 'get',
  path: '/api/exceptions',
  summary: 'What is not acted on: by what, until when, and who says so',
  'x-action': 'read',
  request: { query: z.object({ search, state: z.enum(exceptionStates).optional(), ...page }) },
  responses: {
    200: json(exceptionsView, 'statements of VEX and rules of ignore files, as they were read last, a page of them'),
    ...refusals,
  },
})
