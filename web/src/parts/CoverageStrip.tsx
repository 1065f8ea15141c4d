// Nine states of one thing in the matrix's order, for a row of a table.

import { type CellState, layers, tasks } from '../words.ts'
import css from './CoverageStrip.module.css'
import { StateTile } from './StateTile.tsx'

export function CoverageStrip({ states }: { states: readonly CellState[] }) {
  const words = states.map((state, index) => `${layers[Math.floor(index / 3)]} ${tasks[index % 3]} ${state}`)
  return (
    <span className={css.strip} role="img" aria-label={words.join(', ')}>
      {states.map((state, index) => (
        <StateTile key={words[index]} state={state} as="mini" />
      ))}
    </span>
  )
}
