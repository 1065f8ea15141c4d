// One cell: the state on a tile, the result beside it.

import type { CellView, MatrixView } from '../../../src/serve/views/coverage.ts'
import { countedState } from '../share.ts'
import { severityWords } from '../words.ts'
import { cellPath, layerAt, taskAt } from './cells.ts'
import css from './Matrix.module.css'
import { WorstMark } from './SeverityMark.tsx'
import { StateTile } from './StateTile.tsx'

export interface MatrixCellProps {
  row: MatrixView['rows'][number]
  cell: CellView
  column: number
  faded: boolean
  /** Whether it is the grid's tab stop. */
  stop: boolean
  selected: boolean
}

export function MatrixCell({ row, cell, column, faded, stop, selected }: MatrixCellProps) {
  const { state } = cell
  return (
    <div className={css.cell} role="gridcell" aria-selected={selected} data-first={column % 3 === 0} data-faded={faded}>
      <a
        href={cellPath({ service: row.service, column })}
        tabIndex={stop ? 0 : -1}
        data-cell={`${row.service}/${column}`}
      >
        <span className="hidden-text">{cellName(row.name, cell, column)}</span>
        <StateTile state={state} />
        <span className={css.word} aria-hidden="true">
          {faded ? '' : shortState(state)}
        </span>
        {!faded && countedState(state) !== undefined && (
          <span className={css.result} aria-hidden="true">
            <WorstMark counts={cell.findings} atLeast={cell.atLeast} />
          </span>
        )}
      </a>
    </div>
  )
}

/** What fits beside the sign. */
function shortState(state: CellView['state']): string {
  if (state === 'n/a') return ''
  return state === 'provider, assumed' ? 'provider?' : state
}

/** `Docker Engine, application, hardening: proven. 2 high, 8 medium open` */
export function cellName(service: string, cell: CellView, column: number): string {
  const state = cell.state === 'n/a' ? 'does not apply' : cell.state
  return `${service}, ${layerAt(column)}, ${taskAt(column)}: ${state}.${resultWords(cell)}`
}

function resultWords({ state, findings, atLeast }: CellView): string {
  if (countedState(state) === undefined) return ''
  if (findings === null) return ' Findings unknown'
  return ` ${atLeast ? 'At least ' : ''}${severityWords(findings)} open`
}
