// What cannot be seen, which cells that costs, and what else could be asked.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { SourceView } from '../../../src/serve/views/sources.ts'
import { counted, figure } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import { GapList } from '../parts/GapLine.tsx'
import { Glyph, type GlyphName } from '../parts/Glyph.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { Time } from '../parts/Time.tsx'
import { queries } from '../queries.ts'
import type { SourceState } from '../words.ts'
import objectCss from './Object.module.css'
import { LookNow } from './LookNow.tsx'
import css from './Sources.module.css'
import { useTitle } from '../parts/useTitle.ts'

const health: Record<SourceState, { glyph: GlyphName; words: string }> = {
  answered: { glyph: 'done', words: 'answers' },
  unreachable: { glyph: 'silent', words: 'silent' },
  absent: { glyph: 'waiting', words: 'not given' },
}
const worstFirst: readonly SourceState[] = ['unreachable', 'answered', 'absent']

export function Sources() {
  useTitle('Sources')
  const query = useQuery(queries.sources())
  const sources = query.data?.sources.toSorted((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))
  return (
    <>
      <QueryNotice what="The sources" query={query} rows={6} />
      {sources && <Loaded sources={sources} />}
    </>
  )
}

function Loaded({ sources }: { sources: readonly SourceView[] }) {
  const asked = sources.filter((source) => source.state !== 'absent')
  const offers = sources.filter((source) => source.state === 'absent')
  const gaps = asked.filter((source) => source.gaps.length > 0)
  return (
    <div className={objectCss.stack}>
      <div className={css.head}>
        <Summary asked={asked} />
        <LookNow />
      </div>
      {asked.length === 0 ? (
        <Card title="Sources">
          <Empty title="No source has been asked yet.">A look asks this machine and what it can reach.</Empty>
        </Card>
      ) : (
        <SourceTable sources={asked} />
      )}
      {gaps.length > 0 && (
        <Card title="What they could not say" note="each lowers the cells that it touches">
          {gaps.map((source) => (
            <section key={source.id} className={css.gaps}>
              <h3>{source.name}</h3>
              <GapList gaps={source.gaps} />
            </section>
          ))}
        </Card>
      )}
      {offers.length > 0 && (
        <Card
          title="What else could be asked"
          note="not seen on this machine and not configured; it costs nothing above"
        >
          <ul className={css.offers}>
            {offers.map((source) => (
              <li key={source.id}>
                <b>{source.name}</b>
                {source.reason !== source.offer && <p className="small quiet">{source.reason}</p>}
                <p className="small">{source.offer}</p>
                <Asks asks={source.asks} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  )
}

function Summary({ asked }: { asked: readonly SourceView[] }) {
  const silent = asked.filter((source) => source.state === 'unreachable')
  const cells = silent.reduce((sum, source) => sum + source.cells.length, 0)
  return (
    <p className="quiet">
      {counted(asked.length, 'source')}: {figure(asked.length - silent.length)}{' '}
      {asked.length - silent.length === 1 ? 'answers' : 'answer'},{' '}
      {silent.length === 0 ? 'none is' : silent.length === 1 ? '1 is' : `${figure(silent.length)} are`} silent.{' '}
      {cells > 0 && (
        <>
          <b>{counted(cells, 'cell')}</b> {cells === 1 ? 'is' : 'are'} unknown because of that, and counted as not
          covered.
        </>
      )}
    </p>
  )
}

function SourceTable({ sources }: { sources: readonly SourceView[] }) {
  return (
    <div className={css.frame}>
      <table className={css.table} aria-label="Sources">
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">Health</th>
            <th scope="col">What is missing</th>
            <th scope="col">What it costs you</th>
            <th scope="col">Resources</th>
            <th scope="col">Last answer</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <Source key={source.id} source={source} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Source({ source }: { source: SourceView }) {
  const { name, id, state, reason, cells, resources, answeredAt, gaps, asks } = source
  const { glyph, words } = health[state]
  const missing =
    state === 'unreachable' ? (reason ?? 'it does not answer') : gaps.length > 0 ? counted(gaps.length, 'gap') : ''
  return (
    <tr>
      <th scope="row">
        {name} <span className="faint small">{id}</span>
        <Asks asks={asks} />
      </th>
      <td data-label="Health">
        <span className={css.health} data-state={state}>
          <Glyph name={glyph} /> {words}
        </span>
      </td>
      <td data-label="What is missing">{missing === '' ? <span className="faint">nothing</span> : missing}</td>
      <td data-label="What it costs you">
        {state === 'unreachable' && cells.length > 0 ? (
          <Link to="/coverage" search={{ state: 'unknown' }}>
            {counted(cells.length, 'cell')} unknown
          </Link>
        ) : (
          <span className="faint">–</span>
        )}
      </td>
      <td data-label="Resources">
        {figure(resources)}
        {state === 'unreachable' && resources > 0 && <span className="faint small"> when it last answered</span>}
      </td>
      <td data-label="Last answer">
        {answeredAt === undefined ? <span className="quiet">never</span> : <Time at={answeredAt} />}
      </td>
    </tr>
  )
}

/** What is asked of it, read-only: for whoever grants the rights. */
function Asks({ asks }: { asks: readonly string[] }) {
  if (asks.length === 0) return null
  return (
    <details className={css.asks}>
      <summary>asks {counted(asks.length, 'thing')}, read-only</summary>
      <ul>
        {asks.map((ask) => (
          <li key={ask} className="mono">
            {ask}
          </li>
        ))}
      </ul>
    </details>
  )
}
