// The number, what it is out of, one bar of all states and its key; beside it the result, which is no part of the number.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { MatrixView } from '../../../src/serve/views/coverage.ts'
import { counted, figure } from '../figures.ts'
import { ShareBar } from '../parts/ShareBar.tsx'
import { SeverityMarks } from '../parts/SeverityMark.tsx'
import { StateTile } from '../parts/StateTile.tsx'
import { countedStates, type CountedState, percent, shareOf, shareOfTotals } from '../share.ts'
import { severities, stateMeanings } from '../words.ts'
import css from './CoverageHeadline.module.css'

const route = getRouteApi('/frame/coverage')

export function CoverageHeadline(props: {
  matrix: MatrixView
  /** Rows that the filters leave, before the filter by state: that one only shows where, and never changes the number. */
  scope: MatrixView['rows']
  filtered: boolean
  onState: (state: CountedState | undefined) => void
}) {
  const { matrix, scope, filtered, onState } = props
  const whole = shareOfTotals(matrix)
  const found = scope.filter((row) => row.found)
  const share = filtered ? shareOf(found.flatMap((row) => row.cells.map((cell) => cell.state))) : whole
  const { state } = route.useSearch()
  const looked = matrix.rows.some((row) => row.found && row.cells.some(({ findings }) => findings !== null))
  const isNoneOpen = severities.every((severity) => matrix.found.open[severity] === 0)
  return (
    <div className={css.head}>
      <section>
        <h2>Proven coverage</h2>
        <div className={css.number}>
          <div className={css.value}>
            {percent(share) ?? '–'}
            {share.of > 0 && <small>%</small>}
          </div>
          <p className="quiet">
            <b>
              {figure(share.counts.proven)} of {figure(share.of)}
            </b>{' '}
            cells that are yours are proven
            <br />
            <span className="small">
              {filtered
                ? `in this filter · whole estate: ${percent(whole) ?? '–'} %`
                : `in ${counted(found.length, 'service')} found`}
            </span>
          </p>
        </div>
        <ShareBar share={share} size="tall" />
        <div className={css.key} role="group" aria-label="States; each filters the matrix">
          {countedStates.map((known) => (
            <button
              key={known}
              aria-pressed={state === known}
              title={stateMeanings[known]}
              onClick={() => onState(state === known ? undefined : known)}
            >
              <StateTile state={known} as="mini" />
              <span>{known}</span> <b>{figure(share.counts[known])}</b>
            </button>
          ))}
        </div>
      </section>
      <section>
        <h2>
          Found <span>· not part of the number</span>
        </h2>
        <p className={css.found}>
          <SeverityMarks counts={looked ? matrix.found.open : null} />
        </p>
        {looked && (
          <p className="small quiet">
            {isNoneOpen ? 'in' : 'open in'} cells where somebody looked{filtered && ', whole estate'}.
          </p>
        )}
        <p className="small quiet">
          <b>{counted(matrix.found.notLookedAt, 'cell')}</b> {matrix.found.notLookedAt === 1 ? 'was' : 'were'} not
          looked at: findings there are unknown.
        </p>
        <Link className="small" to="/findings">
          Findings by cause
        </Link>
      </section>
    </div>
  )
}
