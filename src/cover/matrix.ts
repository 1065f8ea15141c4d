// The coverage matrix: service × layer × task, from the catalogue, what was found, and the evidence about it.

import type { Catalog } from '../model/catalog.ts'
import {
  cellStates,
  type Cell,
  type CellState,
  type CoverageRow,
  type Matrix,
  type MatrixRow,
} from '../model/coverage.ts'
import type { Estate } from '../model/estate.ts'
import type { Task } from '../model/layers.ts'
import type { Resource } from '../model/resource.ts'
import { cellsOf, unknownService, type Question } from './cells.ts'
import { indexOf } from './estate-index.ts'
import { defaultLimits } from './judge.ts'
import { partOfService } from './subjects.ts'

export interface MatrixOptions {
  /** Every service of the catalogue, found or not. */
  all?: boolean
  /** Milliseconds for which evidence counts, where they differ from the default. */
  limits?: Partial<Record<Task, number>>
}

/** `asOf` is ISO 8601, UTC: later evidence is not looked at. Rows stand in the catalogue's order. */
export function matrix(catalog: Catalog, estate: Estate, asOf: string, options: MatrixOptions = {}): Matrix {
  const index = indexOf(estate)
  const question: Question = { catalog, index, asOf, limits: { ...defaultLimits, ...options.limits } }
  const rows: MatrixRow[] = []
  for (const service of catalog.services) {
    const resources = index.services.get(service.id)
    if (!resources && !options.all) continue
    const { id, name, provider, hostingModel } = service
    const cells = cellsOf(question, { service, single: false, ...(resources ? { resources } : {}) })
    const workloads = resources?.workloads.length ?? 0
    rows.push({ service: id, name, provider, hostingModel, found: resources !== undefined, workloads, cells })
  }
  rows.push(...rowsOutsideCatalog(catalog, question))
  return { asOf, rows, ...totalsOf(rows) }
}

/** The matrix as one row per cell. */
export function coverageRows({ rows }: Matrix): CoverageRow[] {
  return rows.flatMap(({ service, cells }) =>
    cells.map(({ layer, task, state, reason, evidence }) => ({ service, layer, task, state, reason, evidence })),
  )
}

/**
 * Nine cells of one resource: of a workload with its images, its engine and its machine, of an engine with its machine,
 * of a machine alone. The estate is indexed once, so that asking for all of its resources stays linear.
 */
export function resourceCells(catalog: Catalog, estate: Estate, resource: Resource, asOf: string): Cell[] {
  const index = indexOf(estate)
  const service = catalog.services.find(({ id }) => id === resource.service)
  if (!service) return unknownService(resource.service)
  const resources = partOfService(index.services.get(service.id), resource)
  return cellsOf({ catalog, index, asOf, limits: defaultLimits }, { service, resources, single: true })
}

/** What a source reported under a service that the catalogue does not hold is shown all the same. */
function rowsOutsideCatalog({ services }: Catalog, { index }: Question): MatrixRow[] {
  const known = new Set(services.map(({ id }) => id))
  return [...index.services]
    .filter(([id]) => !known.has(id))
    .map(([id, { workloads }]) => ({
      service: id,
      name: id,
      provider: 'unknown',
      hostingModel: 'unknown',
      found: true,
      workloads: workloads.length,
      cells: unknownService(id),
    }))
}

function totalsOf(rows: readonly MatrixRow[]): Pick<Matrix, 'totals' | 'counted'> {
  const totals = Object.fromEntries(cellStates.map((state) => [state, 0])) as Record<CellState, number>
  for (const { cells } of rows.filter(({ found }) => found)) for (const { state } of cells) totals[state]++
  const counted = cellStates.reduce((sum, state) => sum + totals[state], 0) - totals.provider - totals['n/a']
  return { totals, counted }
}
