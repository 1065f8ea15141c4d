// Places in the matrix: which service, and which of its nine cells, layers in their order, each with the tasks in theirs.

import { hostingModels, type Layer, layers, type Task, tasks } from '../words.ts'

export interface CellAddress {
  service: string
  /** 0 to 8. */
  column: number
}

export function layerAt(column: number): Layer {
  return layers[Math.floor(column / 3)]!
}

export function taskAt(column: number): Task {
  return tasks[column % 3]!
}

/** The column of a layer and a task as they stand in an address; undefined where they name none. */
export function columnOf(layer: string, task: string): number | undefined {
  const group = layers.findIndex((known) => known === layer)
  const index = tasks.findIndex((known) => known === task)
  return group < 0 || index < 0 ? undefined : group * 3 + index
}

export function cellPath({ service, column }: CellAddress): string {
  return `/coverage/${encodeURIComponent(service)}/${layerAt(column)}/${taskAt(column)}`
}

export function sameCell(a: CellAddress | undefined, b: CellAddress | undefined): boolean {
  return a !== undefined && a.service === b?.service && a.column === b.column
}

export interface Grouped<Row> {
  hostingModel: string
  rows: readonly Row[]
}

/** By hosting model in the console's order, models that it does not know last; in each first what was found. */
export function groupRows<Row extends { hostingModel: string; found: boolean }>(
  rows: readonly Row[],
): readonly Grouped<Row>[] {
  const known = Object.keys(hostingModels)
  const others = [...new Set(rows.map((row) => row.hostingModel))].filter((model) => !known.includes(model))
  return [...known, ...others]
    .map((hostingModel) => {
      const group = rows.filter((row) => row.hostingModel === hostingModel)
      return { hostingModel, rows: [...group.filter((row) => row.found), ...group.filter((row) => !row.found)] }
    })
    .filter((group) => group.rows.length > 0)
}

/** Where a key leads from a cell; undefined where it leads nowhere. */
export function move(key: string, ctrl: boolean, { row, column }: { row: number; column: number }, rows: number) {
  const last = rows - 1
  if (key === 'Home') return { row: ctrl ? 0 : row, column: 0 }
  if (key === 'End') return { row: ctrl ? last : row, column: 8 }
  if (ctrl) return undefined
  if (key === 'ArrowRight') return { row, column: Math.min(8, column + 1) }
  if (key === 'ArrowLeft') return { row, column: Math.max(0, column - 1) }
  if (key === 'ArrowDown') return { row: Math.min(last, row + 1), column }
  return key === 'ArrowUp' ? { row: Math.max(0, row - 1), column } : undefined
}
