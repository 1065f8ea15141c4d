import { useQuery } from '@tanstack/react-query'
import { queries } from '../queries.ts'

/** What a service is called in the matrix: an address has only its id, which nobody but the catalogue says. */
export function useServiceName(): (id: string) => string {
  const rows = useQuery(queries.coverage(false)).data?.rows
  return (id) => rows?.find(({ service }) => service === id)?.name ?? id
}
