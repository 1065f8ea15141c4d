// Which exceptions a person asks for, of those that they may see.

import type { KnownException } from '../model/exception.ts'

export const exceptionStates = ['active', 'ended'] as const

export interface ExceptionsQuery {
  /** In what it is about, who says it and why, without regard to case. */
  search?: string
  state?: (typeof exceptionStates)[number]
  offset: number
  limit: number
}

/** `total`: how many the query matches. */
export function exceptionsPage(
  known: readonly KnownException[],
  { search = '', state, offset, limit }: ExceptionsQuery,
): { total: number; exceptions: readonly KnownException[] } {
  const wanted = search.toLowerCase()
  const matching = known.filter(
    (exception) =>
      (state === undefined || (state === 'ended') === exception.ended) &&
      (wanted === '' || textsOf(exception).some((text) => text.toLowerCase().includes(wanted))),
  )
  return { total: matching.length, exceptions: matching.slice(offset, offset + limit) }
}

function textsOf(exception: KnownException): string[] {
  const { file, line, author, status, justification, reason, names, packages, products } = exception
  const where = line === undefined ? file : `${file}:${line}`
  const optional = [author, status, justification, reason].filter((text) => text !== undefined)
  return [where, ...optional, ...names, ...packages, ...products]
}
