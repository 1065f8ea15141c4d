import { SeverityMark } from '../parts/SeverityMark.tsx'
import { StateTile } from '../parts/StateTile.tsx'
import { type CellState, severities, stateMeanings } from '../words.ts'
import css from './Legend.module.css'

const shown: readonly CellState[] = [
  'proven',
  'claimed',
  'stale',
  'unknown',
  'available',
  'gap',
  'provider',
  'provider, assumed',
  'n/a',
]

/** What each sign of the matrix means. */
export function Legend() {
  return (
    <div className={css.legend} role="group" aria-label="Legend">
      <b>Coverage</b>
      {shown.map((state) => (
        <span key={state} title={stateMeanings[state]}>
          <StateTile state={state} /> {state === 'n/a' ? 'does not apply' : state}
        </span>
      ))}
      <span>
        <b>Result</b>
        {severities.map((severity) => (
          <SeverityMark key={severity} severity={severity} />
        ))}
        worst open, count
      </span>
      <span>
        <b>≥</b> at least
      </span>
      <span>
        <b>0</b> judged, none open
      </span>
      <span>
        <b>?</b> unknown
      </span>
    </div>
  )
}
