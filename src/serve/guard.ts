// What every request must pass before anything looks at it.

import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './context.ts'
import { refuse } from './errors.ts'

/** Bytes; no route takes more than a few lines. */
const largestBody = 64 * 1024

/** By what the request says of itself: the server reads no more of a body than its length, so none has to be held to be measured. */
export const limitBody = createMiddleware<AppEnv>(async (c, next) => {
  if (Number(c.req.header('content-length') ?? 0) > largestBody) return refuse(c, 413, 'the body is larger than 64 kB')
  if (c.req.header('transfer-encoding') === undefined) return next()
  return refuse(c, 413, 'the body does not say how long it is: send it with a content-length')
})

/**
 * Against DNS rebinding: a page of another site whose name is made to point here sends that name as Host.
 * Names of this machine and the configured address are the only ones that are answered.
 */
export function checkHost(publicUrl: URL | undefined) {
  const known = new Set(['localhost', '127.0.0.1', '[::1]', ...(publicUrl ? [publicUrl.hostname] : [])])
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.env?.operator === true || known.has(hostname(c.req.header('host')))) return next()
    return refuse(c, 421, 'this server does not answer to that name; give it with --public-url')
  })
}

/**
 * Against forged requests: what changes something has to come from this server's own page. Browsers say so in
 * `Sec-Fetch-Site`, older ones in `Origin`; a request that says neither is refused.
 */
export function checkOrigin(publicUrl: URL | undefined) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || c.env?.operator === true) return next()
    const site = c.req.header('sec-fetch-site')
    const origin = c.req.header('origin')
    const own = [new URL(c.req.url).origin, ...(publicUrl ? [publicUrl.origin] : [])]
    const sameOrigin = (site === undefined || site === 'same-origin') && (origin === undefined || own.includes(origin))
    if (sameOrigin && (site ?? origin) !== undefined) return next()
    return refuse(
      c,
      403,
      'changes are taken from the console itself only (another origin sent this, or none was named)',
    )
  })
}

function hostname(host: string | undefined): string {
  return (host ?? '').toLowerCase().replace(/:\d+$/, '')
}
