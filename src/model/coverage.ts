import type { Layer, SubLayer, Task } from './layers.ts'
import type { Responsibility, DocumentReference } from './catalog.ts'
import type { Evidence } from './evidence.ts'
import type { SeverityCounts } from './severity.ts'

/** Worst first; `provider, assumed` counts as unknown, `provider` and `n/a` are not counted. */
export const cellStates = [
  'gap',
  'available',
  'unknown',
  'provider, assumed',
  'stale',
  'claimed',
  'proven',
  'provider',
  'n/a',
] as const
export type CellState = (typeof cellStates)[number]

/** One sub-layer's part of a cell. */
export interface CellPart {
  subLayer: SubLayer
  responsibility: Responsibility
  state: CellState
  /** One sentence. */
  reason: string
  /** The provider's document that says whose job it is. */
  document?: DocumentReference
}

/** One service × layer × task. */
export interface Cell {
  layer: Layer
  task: Task
  state: CellState
  /** One sentence that names why the state is what it is, and what to do next where something can be done. */
  reason: string
  parts: readonly CellPart[]
  /** Newest first. */
  evidence: readonly Evidence[]
  /** Open findings; null where nobody looked: unknown is never zero. */
  findings: SeverityCounts | null
  /** Whether the counts are a lower bound (stale, claimed, or partly judged). */
  atLeast: boolean
  /** Ids of the tools in the catalogue that could cover it. */
  tools: readonly string[]
}

export interface MatrixRow {
  service: string
  name: string
  provider: string
  hostingModel: string
  /** Whether a source has reported a resource of it. */
  found: boolean
  workloads: number
  /** Layers in their order, each with the tasks in theirs: nine. */
  cells: readonly Cell[]
}

export interface Matrix {
  asOf: string
  rows: readonly MatrixRow[]
  /** Over the rows that were found: cells in each state. */
  totals: Readonly<Record<CellState, number>>
  /** Those of them that are neither `provider` nor `n/a`: what the share of proven ones is out of. */
  counted: number
}

/** One row of `plimsoll coverage --format json`. */
export interface CoverageRow {
  service: string
  layer: Layer
  task: Task
  state: CellState
  reason: string
  evidence: readonly Evidence[]
}
