// The matrix on a telephone: three by three for each service.

import type { MatrixView } from '../../../src/serve/views/coverage.ts'
import { counted, figure } from '../figures.ts'
import { countedState, type CountedState, shareOf } from '../share.ts'
import { hostingModels, layers, providerNames, shortLayers, tasks } from '../words.ts'
import { type CellAddress, cellPath, groupRows } from './cells.ts'
import { cellName } from './MatrixCell.tsx'
import css from './MatrixNarrow.module.css'
import { WorstMark } from './SeverityMark.tsx'
import { StateTile } from './StateTile.tsx'

type Row = MatrixView['rows'][number]

export function MatrixNarrow(props: {
  rows: readonly Row[]
  state: CountedState | undefined
  onOpen: (address: CellAddress) => void
}) {
  const { rows, state, onOpen } = props
  return (
    <div className={css.matrix} role="region" aria-label="Coverage by service">
      {groupRows(rows).map((group) => (
        <section key={group.hostingModel}>
          <h2 className={css.group}>
            {hostingModels[group.hostingModel]?.title ?? group.hostingModel}{' '}
            <span>{counted(group.rows.length, 'service')}</span>
          </h2>
          {group.rows.map((row) => (
            <Service key={row.service} row={row} state={state} onOpen={onOpen} />
          ))}
        </section>
      ))}
    </div>
  )
}

function Service({
  row,
  state,
  onOpen,
}: {
  row: Row
  state: CountedState | undefined
  onOpen: (at: CellAddress) => void
}) {
  const share = shareOf(row.cells.map((cell) => cell.state))
  return (
    <div className={css.service}>
      <h3>
        <span className={css.provider}>{providerNames[row.provider] ?? '?'}</span> {row.name}{' '}
        <span className={css.share}>
          {row.found ? `${figure(row.workloads)} · ${share.counts.proven} of ${share.of} proven` : 'not found'}
        </span>
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden-text">Layer</span>
            </th>
            {tasks.map((task) => (
              <th scope="col" key={task}>
                {task === 'vulnerabilities' ? 'vulnerab.' : task}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.map((layer, group) => (
            <tr key={layer}>
              <th scope="row">{shortLayers[layer]}</th>
              {row.cells.slice(group * 3, group * 3 + 3).map((cell, index) => (
                <NarrowCell
                  key={index}
                  row={row}
                  cell={cell}
                  column={group * 3 + index}
                  state={state}
                  onOpen={onOpen}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function NarrowCell(props: {
  row: Row
  cell: Row['cells'][number]
  column: number
  state: CountedState | undefined
  onOpen: (address: CellAddress) => void
}) {
  const { row, cell, column, state, onOpen } = props
  const address = { service: row.service, column }
  const faded = state !== undefined && countedState(cell.state) !== state
  return (
    <td>
      <a
        className={css.cell}
        data-faded={faded}
        href={cellPath(address)}
        onClick={(event) => {
          event.preventDefault()
          onOpen(address)
        }}
      >
        <span className="hidden-text">{cellName(row.name, cell, column)}</span>
        <StateTile state={cell.state} />
        {!faded && countedState(cell.state) !== undefined && (
          <span aria-hidden="true">
            <WorstMark counts={cell.findings} atLeast={cell.atLeast} />
          </span>
        )}
      </a>
    </td>
  )
}
