// One cell, beside the matrix: state and why, what to do, findings, whose job, evidence, tools; always in this order.
// It is not modal: the matrix stays usable, and the drawer follows.

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import type { CellDetailView, MatrixView } from '../../../src/serve/views/coverage.ts'
import { counted, figure } from '../figures.ts'
import { isTyping } from '../frame/useKeys.ts'
import { type CellAddress, groupRows, layerAt, taskAt } from '../parts/cells.ts'
import { EvidenceLine } from '../parts/EvidenceLine.tsx'
import { Glyph } from '../parts/Glyph.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { SeverityMark, SeverityMarks } from '../parts/SeverityMark.tsx'
import { StateTile, StateWord } from '../parts/StateTile.tsx'
import { useNarrow } from '../parts/useNarrow.ts'
import { queries } from '../queries.ts'
import { countedState, notLookedAt } from '../share.ts'
import { providerNames, responsibilityNames, subLayerTitles } from '../words.ts'
import css from './CellDrawer.module.css'
import { LookNow } from './LookNow.tsx'

export interface CellDrawerProps {
  at: CellAddress
  rows: MatrixView['rows']
  onOpen: (address: CellAddress | undefined, how: { follow: boolean }) => void
}

export function CellDrawer({ at, rows, onOpen }: CellDrawerProps) {
  const layer = layerAt(at.column)
  const task = taskAt(at.column)
  const query = useQuery(queries.cell(at.service, layer, task))
  const row = rows.find(({ service }) => service === at.service)
  const drawer = useDrawerKeys(at, rows, onOpen)
  const name = row?.name ?? query.data?.name ?? at.service
  return (
    <aside className={css.drawer} ref={drawer} aria-label={`${name}: ${layer} ${task}`} tabIndex={-1}>
      <header className={css.head}>
        <div className={css.actions}>
          {row && <span className={css.provider}>{providerNames[row.provider] ?? '?'}</span>}
          <span>
            {layer} · {task}
          </span>
          <span className={css.buttons}>
            <Step
              glyph="previous"
              name="Previous cell"
              keys="["
              onClick={() => onOpen(neighbour(at, rows, -1), { follow: true })}
            />
            <Step
              glyph="next"
              name="Next cell"
              keys="]"
              onClick={() => onOpen(neighbour(at, rows, 1), { follow: true })}
            />
            <Step glyph="close" name="Close" keys="Esc" onClick={() => close(at, onOpen)} />
          </span>
        </div>
        <h2>
          {name}: {layer} {task}
        </h2>
        <p className="small quiet">
          {row && row.found ? `${counted(row.workloads, 'workload')} · ` : 'not found in this estate · '}
          <Link to="/inventory" search={{ service: at.service }}>
            open in inventory
          </Link>
        </p>
      </header>
      <div className={query.error ? css.part : ''}>
        <QueryNotice what="This cell" query={query} rows={10} />
      </div>
      {query.data && <Detail cell={query.data} />}
    </aside>
  )
}

function Detail({ cell }: { cell: CellDetailView }) {
  return (
    <>
      <section className={css.part}>
        <div className={css.why}>
          <StateWord state={cell.state} />
          <p>{cell.reason}</p>
        </div>
        {(cell.state === 'unknown' || cell.state === 'stale') && (
          <div className={css.next}>
            <b>Next: look again</b>
            <p className="small quiet">
              Every source is asked again. What still cannot be read is named on the page of{' '}
              <Link to="/sources">sources</Link>.
            </p>
            {cell.task === 'vulnerabilities' && (
              <p className="small quiet">
                Where advisories are missing or old, looking again does not fetch them: <code>plimsoll db update</code>{' '}
                does.
              </p>
            )}
            <LookNow primary />
          </div>
        )}
      </section>
      <Part title="Findings" note="result, not coverage">
        <Findings cell={cell} />
      </Part>
      <Part title="Whose job" note="the cell is the worst of your parts">
        <Parts cell={cell} />
      </Part>
      <Part title="Evidence" note="newest first">
        {cell.evidence.length === 0 ? (
          <p className="quiet">None. Nothing has recorded that this was done here.</p>
        ) : (
          <ul>
            {cell.evidence.slice(0, 20).map((evidence) => (
              <EvidenceLine
                key={[evidence.resource, evidence.subLayer, evidence.engine, evidence.at].join(' ')}
                evidence={evidence}
              />
            ))}
          </ul>
        )}
        {cell.evidence.length > 20 && (
          <p className="small faint">and {figure(cell.evidence.length - 20)} older records</p>
        )}
      </Part>
      <Part title="Tools that could cover it">
        <Tools cell={cell} />
      </Part>
    </>
  )
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className={css.part}>
      <h3>
        {title} {note !== undefined && <span>{note}</span>}
      </h3>
      {children}
    </section>
  )
}

function Findings({ cell }: { cell: CellDetailView }) {
  const { service, layer, task, state, findings, atLeast, worst, open } = cell
  if (countedState(state) === undefined) return <p className="quiet">Not yours to count.</p>
  if (findings === null) return <p className="quiet">Unknown. Nobody looked.</p>
  return (
    <>
      <p>
        <SeverityMarks counts={findings} atLeast={atLeast} />
        {open > 0 && (
          <>
            {' '}
            <Link className={css.more} to="/findings" search={{ service, layer, task }}>
              all {figure(open)} by cause
            </Link>
          </>
        )}
      </p>
      <ul className={css.worst}>
        {worst.slice(0, 8).map((finding) => (
          <li key={finding.id}>
            <SeverityMark severity={finding.severity} />
            <span>
              <Link to="/findings" search={{ service, layer, task, search: finding.rule }}>
                {finding.title}
              </Link>{' '}
              <span className="faint small">{finding.rule}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Parts({ cell }: { cell: CellDetailView }) {
  return (
    <ul className={css.parts}>
      {cell.parts.map((part) => (
        <li key={part.subLayer}>
          <StateTile state={part.state} as="mini" />
          <b>{subLayerTitles[part.subLayer]}</b>
          <span className="quiet small">{responsibilityNames[part.responsibility]}</span>
          <span className="small">{part.state === 'n/a' ? '–' : part.state}</span>
          <p className={css.reason}>
            {part.reason}
            {part.document && (
              <>
                {' '}
                By{' '}
                <a href={part.document.url} rel="noreferrer" target="_blank">
                  {part.document.title}
                </a>
                {part.document.date === undefined ? ', undated.' : `, dated ${part.document.date}.`}
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  )
}

function Tools({ cell }: { cell: CellDetailView }) {
  if (countedState(cell.state) === undefined) return <p className="quiet">None needed: not your part.</p>
  if (cell.tools.length === 0) return <p className="quiet">The catalogue knows none.</p>
  return (
    <>
      {cell.state === 'provider, assumed' && (
        <p className="quiet">Settle whose job it is first; a tool may not be needed.</p>
      )}
      <ul className={css.tools}>
        {cell.tools.map((tool) => (
          <li key={tool.id}>
            {tool.name} {tool.sure !== 'read' && <span className="faint small">to be verified</span>}
          </li>
        ))}
      </ul>
      {notLookedAt(cell.state) && (
        <p className="small faint">By the catalogue; none of them is on here as far as is known.</p>
      )}
    </>
  )
}

function Step(props: { glyph: 'previous' | 'next' | 'close'; name: string; keys: string; onClick: () => void }) {
  return (
    <Button
      variant="default"
      className={css.step!}
      aria-label={props.name}
      title={`${props.name}  ${props.keys}`}
      onClick={props.onClick}
    >
      <Glyph name={props.glyph} />
    </Button>
  )
}

/** The cell before or after in the matrix's order. */
function neighbour(at: CellAddress, rows: MatrixView['rows'], by: 1 | -1): CellAddress {
  const order = groupRows(rows).flatMap((group) => group.rows)
  const row = order.findIndex(({ service }) => service === at.service)
  const place = Math.max(0, Math.min(order.length * 9 - 1, row * 9 + at.column + by))
  const next = order[Math.floor(place / 9)]
  return next === undefined ? at : { service: next.service, column: place % 9 }
}

function focusCell({ service, column }: CellAddress): void {
  document.querySelector<HTMLElement>(`[data-cell="${CSS.escape(service)}/${column}"]`)?.focus({ preventScroll: true })
}

function close(at: CellAddress, onOpen: CellDrawerProps['onOpen']): void {
  onOpen(undefined, { follow: false })
  focusCell(at)
}

/** Esc closes and returns to the cell; brackets step. Where the drawer covers the page, the focus goes into it. */
function useDrawerKeys(at: CellAddress, rows: MatrixView['rows'], onOpen: CellDrawerProps['onOpen']) {
  const drawer = useRef<HTMLElement>(null)
  const narrow = useNarrow()
  useEffect(() => {
    if (narrow) drawer.current?.focus()
    drawer.current?.scrollTo(0, 0)
  }, [narrow, at])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === 'Escape') return close(at, onOpen)
      if (event.key !== '[' && event.key !== ']') return
      const next = neighbour(at, rows, event.key === ']' ? 1 : -1)
      onOpen(next, { follow: true })
      focusCell(next)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [at, rows, onOpen])
  return drawer
}
