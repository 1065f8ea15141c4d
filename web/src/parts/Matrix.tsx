// The coverage matrix: a grid with one tab stop. Arrow keys move, Home and End go to the ends of the row (with Ctrl to the
// corners), Enter or Space opens, `w` goes to the next cell that nobody looked at.

import { memo, useCallback, useMemo, useRef, useState } from 'react'
import type { MatrixView } from '../../../src/serve/views/coverage.ts'
import { counted, figure } from '../figures.ts'
import { countedState, type CountedState, notLookedAt, shareOf } from '../share.ts'
import { hostingModels, layerParts, layers, layerTitles, providerNames, shortTasks, tasks } from '../words.ts'
import { type CellAddress, type Grouped, groupRows, move, sameCell } from './cells.ts'
import css from './Matrix.module.css'
import { MatrixCell } from './MatrixCell.tsx'
import { ShareBar } from './ShareBar.tsx'

export type MatrixRow = MatrixView['rows'][number]

export interface MatrixProps {
  rows: readonly MatrixRow[]
  /** The state that is filtered for: other cells fade. */
  state: CountedState | undefined
  words: boolean
  /** Tiles only, beside an open drawer. */
  compact: boolean
  selected: CellAddress | undefined
  /** Where the focus was when the drawer closed. */
  onOpen: (address: CellAddress | undefined, how: { follow: boolean }) => void
}

export function Matrix(props: MatrixProps) {
  const { rows, state, words, compact, selected, onOpen } = props
  const groups = useMemo(() => groupRows(rows), [rows])
  const order = useMemo(() => groups.flatMap((group) => group.rows), [groups])
  const grid = useRef<HTMLDivElement>(null)
  const [stop, setStop] = useState<CellAddress>()
  const current = inGrid(order, selected) ?? inGrid(order, stop) ?? { row: 0, column: 0 }

  const go = useCallback(
    (target: { row: number; column: number }) => {
      const row = order[target.row]
      const address = row && { service: row.service, column: target.column }
      if (!address) return
      setStop(address)
      if (selected) onOpen(address, { follow: true })
      const link = grid.current?.querySelector<HTMLElement>(`[data-cell="${address.service}/${address.column}"]`)
      link?.focus({ preventScroll: true })
      link?.scrollIntoView({ block: 'nearest' })
    },
    [order, selected, onOpen],
  )
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.altKey || event.metaKey) return
    const from = addressOf(event.target)
    const at = from && inGrid(order, from)
    if (!at) return
    if (event.key === ' ') onOpen(sameCell(from, selected) ? undefined : from, { follow: false })
    const target = event.key === 'w' ? nextNotLookedAt(order, at) : move(event.key, event.ctrlKey, at, order.length)
    if (target) go(target)
    if (target || event.key === ' ') event.preventDefault()
  }
  const onClick = (event: React.MouseEvent) => {
    const address = addressOf(event.target)
    if (!address || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    setStop(address)
    onOpen(sameCell(address, selected) ? undefined : address, { follow: false })
  }

  return (
    <div className={css.matrix} data-words={words} data-compact={compact}>
      <div
        role="grid"
        aria-label="Coverage matrix"
        aria-rowcount={order.length + groups.length + 2}
        ref={grid}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <Head rows={rows} compact={compact} />
        {groups.map((group) => (
          <Group
            key={group.hostingModel}
            group={group}
            state={state}
            stop={order[current.row]?.service}
            column={current.column}
            selected={selected}
          />
        ))}
      </div>
    </div>
  )
}

function Head({ rows, compact }: { rows: readonly MatrixRow[]; compact: boolean }) {
  const found = rows.filter((row) => row.found)
  return (
    <div className={css.head} role="rowgroup">
      <div className={css.columns} role="row">
        <span className={css.corner} role="columnheader">
          <span className="hidden-text">Layer</span>
        </span>
        {layers.map((layer) => (
          <div className={css.layer} role="columnheader" aria-colspan={3} key={layer}>
            {layerTitles[layer]} <span>{layerParts[layer]}</span>
          </div>
        ))}
      </div>
      <div className={css.columns} role="row">
        <div className={css.label} role="columnheader">
          Service
        </div>
        <div className={css.label} role="columnheader" data-number="true">
          Workloads
        </div>
        {layers.flatMap((layer, group) =>
          tasks.map((task, index) => {
            const share = shareOf(found.flatMap((row) => row.cells[group * 3 + index]?.state ?? []))
            return (
              <div className={css.task} role="columnheader" key={`${layer} ${task}`} data-first={index === 0}>
                <span title={task}>{compact ? shortTasks[task] : task}</span>
                <ShareBar share={share} size="low" />
              </div>
            )
          }),
        )}
        <div className={css.label} role="columnheader" data-number="true" data-last="true">
          Proven
        </div>
      </div>
    </div>
  )
}

interface GroupProps {
  group: Grouped<MatrixRow>
  state: CountedState | undefined
  stop: string | undefined
  column: number
  selected: CellAddress | undefined
}

function Group({ group, state, stop, column, selected }: GroupProps) {
  const { title, means } = hostingModels[group.hostingModel] ?? { title: group.hostingModel, means: '' }
  const share = shareOf(group.rows.filter((row) => row.found).flatMap((row) => row.cells.map((cell) => cell.state)))
  return (
    <div role="rowgroup">
      <div className={css.group} role="row">
        <div role="rowheader" aria-colspan={10}>
          {title}{' '}
          <span>
            {means} · {counted(group.rows.length, 'service')}
          </span>
        </div>
        <div className={css.own} role="gridcell">
          {share.of > 0 && (
            <>
              {share.counts.proven} of {share.of} <ShareBar share={share} size="small" />
            </>
          )}
        </div>
      </div>
      {group.rows.map((row) => (
        <Row
          key={row.service}
          row={row}
          state={state}
          stop={row.service === stop ? column : undefined}
          selected={row.service === selected?.service ? selected.column : undefined}
        />
      ))}
    </div>
  )
}

interface RowProps {
  row: MatrixRow
  state: CountedState | undefined
  stop: number | undefined
  selected: number | undefined
}

const Row = memo(function Row({ row, state, stop, selected }: RowProps) {
  const share = shareOf(row.cells.map((cell) => cell.state))
  return (
    <div className={`${css.columns} ${css.row}`} role="row" data-found={row.found}>
      <div className={css.service} role="rowheader">
        <span className={css.provider}>{providerNames[row.provider] ?? '?'}</span>
        <b title={row.service}>{row.name}</b>
      </div>
      <div className={css.count} role="gridcell">
        {row.found ? figure(row.workloads) : <span className={css.absent}>not found</span>}
      </div>
      {row.cells.map((cell, column) => (
        <MatrixCell
          key={column}
          row={row}
          cell={cell}
          column={column}
          faded={state !== undefined && countedState(cell.state) !== state}
          stop={stop === column}
          selected={selected === column}
        />
      ))}
      <div className={css.own} role="gridcell">
        {row.found && share.of > 0 && (
          <>
            {share.counts.proven} of {share.of} <ShareBar share={share} size="small" />
          </>
        )}
      </div>
    </div>
  )
})

function inGrid(rows: readonly MatrixRow[], address: CellAddress | undefined) {
  const row = address === undefined ? -1 : rows.findIndex(({ service }) => service === address.service)
  return row < 0 ? undefined : { row, column: address!.column }
}

function addressOf(target: EventTarget): CellAddress | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-cell]')?.dataset['cell'] : undefined
  if (cell === undefined) return undefined
  const slash = cell.lastIndexOf('/')
  return { service: cell.slice(0, slash), column: Number(cell.slice(slash + 1)) }
}

function nextNotLookedAt(rows: readonly MatrixRow[], from: { row: number; column: number }) {
  const all = rows.length * 9
  for (let step = 1; step < all; step++) {
    const place = (from.row * 9 + from.column + step) % all
    const at = { row: Math.floor(place / 9), column: place % 9 }
    const state = rows[at.row]?.cells[at.column]?.state
    if (state && notLookedAt(state)) return at
  }
  return undefined
}
