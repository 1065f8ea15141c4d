// While a page's data is read, and when it could not be: what was read before stays on the page beside it.

import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query'
import { Failure, Pending } from './Notice.tsx'

/** `rows`: about as many as will come. */
export function QueryNotice(props: { what: string; query: UseQueryResult | UseInfiniteQueryResult; rows: number }) {
  const { what, query, rows } = props
  const { data, error, dataUpdatedAt, refetch } = query
  if (!error) return data === undefined && <Pending rows={rows} />
  const shownSince = data === undefined ? undefined : dataUpdatedAt
  return <Failure what={what} error={error} shownSince={shownSince} again={() => void refetch()} />
}
