// The words that every route's description shares.

import { z } from '@hono/zod-openapi'
import { refusal } from '../errors.ts'

export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** What any route that needs a sign-in may answer. */
export const refusals = {
  400: refusal('the request is not what this address takes'),
  401: refusal('nobody is signed in'),
  403: refusal('the role does not allow it'),
}
export const notFound = { 404: refusal('there is no such thing, or it belongs to another team') }

const largestPage = 1000
/** More rows than any estate has. */
const farthest = 1_000_000_000

export const page = {
  offset: z.coerce.number().int().min(0).max(farthest).default(0),
  limit: z.coerce.number().int().min(1).max(largestPage).default(100),
}

/** An id or a name; no text in the store holds a null character. */
export const text = z.string().regex(/^[^\0]*$/, 'holds a null character')

/** Words to look for; empty is the same as absent. */
export const search = text.max(200).optional()

/** The object without the keys that are undefined or empty: a filter that was not given. */
export function given<T extends object>(query: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}
