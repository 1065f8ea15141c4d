// One body for everything that goes wrong; what went wrong inside stays inside.

import type { Hook } from '@hono/zod-openapi'
import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Log } from '../io/log.ts'
import type { AppContext, AppEnv } from './context.ts'
import { errorView, type ErrorView } from './views/error.ts'

const codes = {
  400: 'bad-request',
  401: 'not-signed-in',
  403: 'not-allowed',
  404: 'not-found',
  413: 'too-large',
  421: 'wrong-host',
  500: 'failed',
  503: 'busy',
} as const
type Status = keyof typeof codes

export function refuse<S extends Status>(c: AppContext, status: S, message: string) {
  const body: ErrorView = { code: codes[status], message }
  return c.json(body, status)
}

/** Schema of a refusal, for the document. */
export function refusal(description: string) {
  return { description, content: { 'application/json': { schema: errorView } } }
}

/** Given to the router: input that a schema refuses. */
// eslint-disable-next-line typescript/no-explicit-any
export const refuseBadInput: Hook<any, AppEnv, any, any> = (result, c) => {
  if (result.success) return undefined
  const [issue] = result.error.issues
  const where = issue?.path.join('.') || result.target
  return refuse(c, 400, `${where}: ${issue?.message ?? 'is not what this address takes'}; see /api/openapi.json`)
}

export function onError(log: Log): ErrorHandler<AppEnv> {
  return (error, c) => {
    if (error instanceof HTTPException && error.status < 500) {
      return refuse(
        c,
        error.status in codes ? (error.status as Status) : 400,
        error.message || 'the request is malformed',
      )
    }
    log.error({ path: c.req.path, error: error.message, stack: error.stack }, 'request failed')
    return refuse(c, 500, 'the server could not answer this; its log says why')
  }
}
