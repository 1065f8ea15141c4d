// How many cells are in which state, out of how many that count.

import type { MatrixView } from '../../src/serve/views/coverage.ts'
import { type CellState, tasks } from './words.ts'

/** States that a share is made of, best first; `provider, assumed` counts as unknown. */
export const countedStates = ['proven', 'claimed', 'stale', 'unknown', 'available', 'gap'] as const
export type CountedState = (typeof countedStates)[number]

export interface Share {
  counts: Record<CountedState, number>
  of: number
}

/** The counted state of a cell; undefined where it is not counted (`provider`, `n/a`). */
export function countedState(state: CellState): CountedState | undefined {
  if (state === 'provider, assumed') return 'unknown'
  return state === 'provider' || state === 'n/a' ? undefined : state
}

/** Whether nobody has looked there: its findings are unknown. */
export function notLookedAt(state: CellState): boolean {
  const counted = countedState(state)
  return counted === 'gap' || counted === 'available' || counted === 'unknown'
}

/** Whether all that findings come from was judged: only then is none reported the same as none open. */
export function isJudged(cells: readonly CellState[]): boolean {
  return cells.every(
    (state, column) => tasks[column % 3] === 'threats' || state === 'proven' || countedState(state) === undefined,
  )
}

export function shareOf(states: Iterable<CellState>): Share {
  const counts: Share['counts'] = { proven: 0, claimed: 0, stale: 0, unknown: 0, available: 0, gap: 0 }
  let of = 0
  for (const state of states) {
    const counted = countedState(state)
    if (counted === undefined) continue
    counts[counted]++
    of++
  }
  return { counts, of }
}

/** The whole estate's share: the server's own figures, so that every place shows the same ones. */
export function shareOfTotals({ totals, counted }: Pick<MatrixView, 'totals' | 'counted'>): Share {
  const { proven, claimed, stale, unknown, available, gap } = totals
  const counts = { proven, claimed, stale, unknown: unknown + totals['provider, assumed'], available, gap }
  return { counts, of: counted }
}

/** Whole percent, rounded down so that 100 means all; undefined where nothing counts. */
export function percent({ counts, of }: Share): number | undefined {
  return of === 0 ? undefined : Math.floor((counts.proven / of) * 100)
}
