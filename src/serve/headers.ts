// What browsers are told with every answer.

import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './context.ts'

/** Nothing is loaded from outside, nothing runs or styles that is not a file of the console, and no page may frame it. */
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
})
