// What the pages read, and under which key it is kept.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, type ExceptionsFilter, type FindingsFilter, type InventoryFilter } from './api.ts'

export const queries = {
  session: () => queryOptions({ queryKey: ['session'], queryFn: api.session }),
  coverage: (all: boolean) =>
    queryOptions({ queryKey: ['coverage', all], queryFn: () => api.coverage(all), placeholderData: keepPreviousData }),
  cell: (service: string, layer: string, task: string) =>
    queryOptions({
      queryKey: ['cell', service, layer, task],
      queryFn: () => api.cell(service, layer, task),
    }),
  inventory: (filter: InventoryFilter) =>
    queryOptions({
      queryKey: ['inventory', filter],
      queryFn: ({ signal }) => api.inventory(filter, signal),
      placeholderData: keepPreviousData,
    }),
  workload: (id: string) => queryOptions({ queryKey: ['workload', id], queryFn: () => api.workload(id) }),
  findings: (filter: FindingsFilter) =>
    queryOptions({
      queryKey: ['findings', filter],
      queryFn: ({ signal }) => api.findings(filter, signal),
      placeholderData: keepPreviousData,
    }),
  exceptions: (filter: ExceptionsFilter) =>
    infiniteQueryOptions({
      queryKey: ['exceptions', filter],
      queryFn: ({ pageParam, signal }) => api.exceptions(filter, pageParam, signal),
      initialPageParam: 0,
      getNextPageParam: ({ total }, pages) => {
        const read = pages.reduce((sum, { exceptions }) => sum + exceptions.length, 0)
        return read < total && pages.at(-1)!.exceptions.length > 0 ? read : undefined
      },
      placeholderData: keepPreviousData,
    }),
  images: (search: string | undefined) =>
    queryOptions({
      queryKey: ['images', search],
      queryFn: ({ signal }) => api.images(search, signal),
      placeholderData: keepPreviousData,
    }),
  image: (id: string) => queryOptions({ queryKey: ['image', id], queryFn: () => api.image(id) }),
  affected: (search: string) => queryOptions({ queryKey: ['affected', search], queryFn: () => api.affected(search) }),
  sources: () => queryOptions({ queryKey: ['sources'], queryFn: api.sources }),
}
