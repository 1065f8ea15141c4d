// What the pages read, and under which key it is kept.

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, type FindingsFilter, type InventoryFilter } from './api.ts'

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
  exceptions: () => queryOptions({ queryKey: ['exceptions'], queryFn: api.exceptions }),
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
