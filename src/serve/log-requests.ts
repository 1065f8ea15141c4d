import { createMiddleware } from 'hono/factory'
import type { Log } from '../io/log.ts'
import type { AppEnv } from './context.ts'

/** One line a request: who, what, how it ended. Never the query, which may hold a one-time token, nor any header. */
export function logRequests(log: Log) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const began = performance.now()
    await next()
    const took = Math.round(performance.now() - began)
    log.info(
      { method: c.req.method, path: c.req.path, status: c.res.status, ms: took, person: c.var.caller?.id },
      'request',
    )
  })
}
