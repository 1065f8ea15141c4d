// A coverage state: fill, pattern, glyph and word say the same, so that none of them is needed alone.

import { type CellState, stateMeanings } from '../words.ts'
import { Glyph } from './Glyph.tsx'
import css from './StateTile.module.css'

/**
 * `tile` is the matrix's; `word` has the state beside the glyph; `mini` stands in strips and keys.
 * Without `label` it is decoration, for places that say the state in words themselves.
 */
export function StateTile(props: { state: CellState; as?: 'tile' | 'word' | 'mini'; label?: string }) {
  const { state, as = 'tile', label } = props
  const name = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label }
  return (
    <span className={css.tile} data-state={state} data-as={as} title={`${state}: ${stateMeanings[state]}`} {...name}>
      <Glyph name={state} />
      {as === 'word' && <span>{state}</span>}
    </span>
  )
}

/** The state as a tile with its word, readable as text. */
export function StateWord({ state }: { state: CellState }) {
  return (
    <span className={css.tile} data-state={state} data-as="word" title={stateMeanings[state]}>
      <Glyph name={state} />
      <span>{state}</span>
    </span>
  )
}
