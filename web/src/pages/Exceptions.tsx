// What is not acted on: by which statement or rule, until when, and who says so. Each leads to what it suppresses.

import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { ExceptionView } from '../../../src/serve/views/exceptions.ts'
import { counted, figure, shortDigest } from '../figures.ts'
import { pageSize } from '../api.ts'
import { Card } from '../parts/Card.tsx'
import { ChoiceFilter, Clear, FilterBar, SearchFilter } from '../parts/FilterBar.tsx'
import { GapList } from '../parts/GapLine.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { Time } from '../parts/Time.tsx'
import { queries } from '../queries.ts'
import css from './Exceptions.module.css'
import { useTitle } from '../parts/useTitle.ts'

const mostTexts = 8

const route = getRouteApi('/frame/findings/exceptions')
type Filter = ReturnType<typeof route.useSearch>

export function Exceptions() {
  useTitle('Exceptions')
  const filter = route.useSearch()
  const navigate = useNavigate()
  const query = useInfiniteQuery(queries.exceptions(filter))
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const set = (changes: { [key in keyof Filter]?: Filter[key] | '' | undefined }) =>
    void navigate({
      to: '/findings/exceptions',
      search: (now: object) => ({ ...now, ...changes }) as Filter,
      replace: true,
      resetScroll: false,
    })
  const filtered = Object.keys(filter).length > 0
  const clear = <Clear onClear={() => void navigate({ to: '/findings/exceptions', search: {}, replace: true })} />
  const newest = data?.pages.at(-1)
  const exceptions = data?.pages.flatMap((page) => page.exceptions) ?? []
  return (
    <>
      <FilterBar label="Filters of the exceptions">
        <SearchFilter
          label="Search the exceptions"
          hint="CVE, package, image, file, author"
          value={filter.search ?? ''}
          onChange={(search) => set({ search })}
        />
        <ChoiceFilter
          label="State"
          value={filter.state ?? ''}
          choices={[
            { value: 'active', label: 'in force' },
            { value: 'ended', label: 'ended' },
          ]}
          onChange={(state) => set({ state: state as Filter['state'] & string })}
        />
        {filtered && clear}
      </FilterBar>
      <QueryNotice what="The exceptions" query={query} rows={6} />
      {newest && (
        <div className={css.stack}>
          {newest.gaps.length > 0 && (
            <Card title="Gaps" note="what could not be read, and why">
              <GapList gaps={newest.gaps} />
            </Card>
          )}
          <Card title="Exceptions" note={counted(newest.total, 'statement or rule', 'statements and rules')} flush>
            {newest.total === 0 && (filtered ? <Empty title="None matches.">{clear}</Empty> : <NoneGiven />)}
            {newest.total > 0 && (
              <ul className={css.list} aria-label="Exceptions">
                {exceptions.map((exception, index) => (
                  <Row key={index} exception={exception} />
                ))}
              </ul>
            )}
            {hasNextPage && (
              <p className={css.foot}>
                The first {figure(exceptions.length)}.{' '}
                <button className="link-button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  Show {figure(Math.min(pageSize, newest.total - exceptions.length))} more
                </button>
              </p>
            )}
          </Card>
        </div>
      )}
    </>
  )
}

function NoneGiven() {
  return (
    <Empty title="None is in force.">
      Statements of VEX and ignore files are given to the server by --vex and --ignore-file.
    </Empty>
  )
}

function Row({ exception }: { exception: ExceptionView }) {
  const { file, line, author, names, products, reason, justification, status, until, ended, firstRead } = exception
  const where = line === undefined ? file : `${file}:${line}`
  const about = [firstOf(names), firstOf(products.map(shortDigest))].filter((part) => part !== '').join(' in ')
  const says = [status, reason ?? justification?.replaceAll('_', ' ')].filter((part) => part !== undefined).join(': ')
  return (
    <li>
      <b>{about}</b>
      <span className={css.why}>{says === '' ? 'no reason is given' : says}</span>
      <span className={css.why}>
        {where}
        {author !== undefined && ` (${author})`} · read first <Time at={firstRead} /> ·{' '}
        {ended
          ? `ended on ${until}: it suppresses nothing any more`
          : until === undefined
            ? 'without an end'
            : `until ${until}`}
        {!ended && (
          <>
            {' · '}
            <Link to="/findings" search={{ state: 'excepted', search: where }}>
              what it suppresses
            </Link>
          </>
        )}
      </span>
    </li>
  )
}

/** A statement may speak of thousands of products. */
function firstOf(texts: readonly string[]): string {
  const more = texts.length > mostTexts ? ` and ${figure(texts.length - mostTexts)} more` : ''
  return texts.slice(0, mostTexts).join(', ') + more
}
