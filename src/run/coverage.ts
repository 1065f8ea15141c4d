// The matrix of what is known now. Serving rooms come here for it: they do not know how it is computed.

import { coverageRows, matrix, resourceCells } from '../cover/matrix.ts'
import type { Clock } from '../io/clock.ts'
import type { Catalog } from '../model/catalog.ts'
import type { Cell, Matrix } from '../model/coverage.ts'
import type { Estate } from '../model/estate.ts'
import type { Resource } from '../model/resource.ts'
import type { Scope } from '../model/team.ts'

export { coverageRows, matrix }

export interface Coverage {
  matrix(options: { all: boolean; scope: Scope }): Promise<Matrix>
  /** Nine cells of each resource, by its id. */
  resourceCells(resources: readonly Resource[]): Promise<ReadonlyMap<string, readonly Cell[]>>
}

/** Milliseconds for which one reading of the estate serves all who ask; nothing in it is exact to the second. */
const keepFor = 1000

export function coverage(catalog: Catalog, read: (scope: Scope) => Promise<Estate>, clock: Clock): Coverage {
  const kept = new Map<string, { estate: Promise<Estate>; until: number }>()

  const estate = (scope: Scope): Promise<Estate> => {
    const key = JSON.stringify(scope.teams)
    const now = performance.now()
    for (const [old, { until }] of kept) if (until < now) kept.delete(old)
    const found = kept.get(key) ?? { estate: read(scope), until: now + keepFor }
    kept.set(key, found)
    found.estate.catch(() => kept.delete(key))
    return found.estate
  }
  return {
    matrix: async ({ all, scope }) => matrix(catalog, await estate(scope), clock(), { all }),
    async resourceCells(resources) {
      const known = await estate({ teams: 'all' })
      const asOf = clock()
      return new Map(resources.map((resource) => [resource.id, resourceCells(catalog, known, resource, asOf)]))
    },
  }
}
