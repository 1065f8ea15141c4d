// What every request must pass before anything looks at it.

import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './context.ts'
import { refuse } from './errors.ts'

/** No route takes more than a few lines. */
export const limitBody = bodyLimit({
  maxSize: 64 * 1024,
  onError: (c) => refuse(c, 413, 'the body is larger than 64 kB'),
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
