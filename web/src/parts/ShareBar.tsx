// One bar of all states, best first, patterned as the tiles are, so that it reads without colour.

import { countedStates, type Share } from '../share.ts'
import css from './ShareBar.module.css'

/** `tall` in the headline, `low` under a column's head, `small` at a row's end. */
export function ShareBar({ share, size }: { share: Share; size: 'tall' | 'small' | 'low' }) {
  const shown = countedStates.filter((state) => share.counts[state] > 0)
  const sum = shown.reduce((total, state) => total + share.counts[state], 0)
  if (sum === 0) return <span className={css.bar} data-size={size} role="img" aria-label="nothing that counts" />
  const words = shown.map((state) => `${state} ${share.counts[state]}`).join(', ')
  return (
    <span className={css.bar} data-size={size} role="img" aria-label={`${words} of ${share.of}`} title={words}>
      {shown.map((state) => (
        <i key={state} data-state={state} style={{ flexGrow: share.counts[state] }} />
      ))}
    </span>
  )
}
