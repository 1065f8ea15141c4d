// A result: a letter in a box, with its count. Never on a tile, never in a tile's colours.

import type { SeverityCountsView } from '../../../src/serve/views/shared.ts'
import { figure } from '../figures.ts'
import { type Severity, severities, severityWords } from '../words.ts'
import css from './SeverityMark.module.css'

/** Without a count only the letter; the name of the severity is read out. */
export function SeverityMark({ severity, count }: { severity: Severity; count?: number }) {
  const word = severity === 'unknown' ? 'unknown severity' : severity
  return (
    <span className={css.mark} data-severity={severity} title={count === undefined ? word : `${count} ${word}`}>
      <i aria-hidden="true">{severity.charAt(0).toUpperCase()}</i>
      <span className="hidden-text">{word} </span>
      {count !== undefined && <span>{figure(count)}</span>}
    </span>
  )
}

/**
 * All severities that have something open, worst first. `null`: nobody looked. `atLeast`: more may be open; `partly`: the same,
 * said only where nothing is open, for tables in which it would stand in every row.
 */
export function SeverityMarks(props: { counts: SeverityCountsView | null; atLeast?: boolean; partly?: boolean }) {
  const { counts, atLeast = false, partly = atLeast } = props
  if (counts === null) return <span className="quiet">unknown</span>
  const open = severities.filter((severity) => counts[severity] > 0)
  if (open.length === 0) return <span className="faint">{partly ? 'none reported' : 'none open'}</span>
  return (
    <span className={css.marks}>
      {atLeast && <span className="quiet">at least</span>}
      {open.map((severity) => (
        <SeverityMark key={severity} severity={severity} count={counts[severity]} />
      ))}
    </span>
  )
}

/** Only the worst, for a cell: `?` where nobody looked, `≥` where it is a lower bound, `0` where all was judged. */
export function WorstMark({ counts, atLeast }: { counts: SeverityCountsView | null; atLeast: boolean }) {
  if (counts === null) return <span className={css.worst}>?</span>
  const worst = severities.find((severity) => counts[severity] > 0)
  if (worst === undefined) return <span className={css.worst}>{atLeast ? '?' : '0'}</span>
  return (
    <span className={css.worst} title={`${atLeast ? 'at least ' : ''}${severityWords(counts)} open`}>
      {atLeast && '≥'}
      <SeverityMark severity={worst} count={counts[worst]} />
    </span>
  )
}
