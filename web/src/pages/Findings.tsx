// Findings by cause: which few changes remove the most.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { figure } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import { ChipFilter, ChoiceFilter, Clear, FilterBar, GivenFilter, Rest, SearchFilter } from '../parts/FilterBar.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { SeverityMark } from '../parts/SeverityMark.tsx'
import { Time } from '../parts/Time.tsx'
import { queries } from '../queries.ts'
import { severities } from '../words.ts'
import { CauseList } from './CauseList.tsx'
import { LookNow } from './LookNow.tsx'
import { useServiceName } from './useServiceName.ts'
import { useTitle } from '../parts/useTitle.ts'

const route = getRouteApi('/frame/findings')
type Filter = ReturnType<typeof route.useSearch>

/** Filters that only come with a link from another page. */
const given = ['service', 'layer', 'task', 'resource'] as const

export function Findings() {
  useTitle('Findings')
  const filter = route.useSearch()
  const navigate = useNavigate()
  const query = useQuery(queries.findings(filter))
  const { data } = query
  const set = (changes: { [key in keyof Filter]?: Filter[key] | '' | undefined }) =>
    void navigate({
      to: '/findings',
      search: (now: object) => ({ ...now, ...changes }) as Filter,
      replace: true,
      resetScroll: false,
    })
  const clear = () => void navigate({ to: '/findings', search: {}, replace: true })
  const filtered = Object.keys(filter).length > 0
  const serviceName = useServiceName()
  return (
    <>
      <FilterBar label="Filters of the findings">
        <SearchFilter
          label="Search the findings"
          hint="CVE, rule, package, workload"
          value={filter.search ?? ''}
          onChange={(search) => set({ search })}
        />
        {severities.map((severity) => (
          <ChipFilter
            key={severity}
            pressed={filter.severity === severity}
            onPress={() => set({ severity: filter.severity === severity ? undefined : severity })}
          >
            <span aria-hidden="true">
              <SeverityMark severity={severity} />
            </span>
            {severity}
            {data && data.counts[severity] > 0 && (filter.severity ?? severity) === severity && (
              <span>{figure(data.counts[severity])}</span>
            )}
          </ChipFilter>
        ))}
        <ChoiceFilter
          label="Kind"
          value={filter.kind ?? ''}
          choices={[
            { value: 'vulnerability', label: 'vulnerabilities' },
            { value: 'rule', label: 'rules' },
            { value: 'secret', label: 'secrets' },
            { value: 'malware', label: 'malware' },
          ]}
          onChange={(kind) => set({ kind: kind as Filter['kind'] & string })}
        />
        <ChoiceFilter
          label="State"
          any="open"
          value={filter.state ?? ''}
          choices={[
            { value: 'excepted', label: 'excepted' },
            { value: 'fixed', label: 'fixed' },
          ]}
          onChange={(state) => set({ state: state as Filter['state'] & string })}
        />
        {given.map((name) => {
          const value = filter[name]
          const words = name === 'service' && value ? serviceName(value) : value
          return words && <GivenFilter key={name} name={name} value={words} onClear={() => set({ [name]: '' })} />
        })}
        {filtered && <Clear onClear={clear} />}
        <Rest>
          <Link className="small" to="/findings/exceptions">
            Exceptions: who says so, until when
          </Link>{' '}
          {filter.search && (
            <Link className="small" to="/inventory" search={{ search: filter.search }}>
              Search the inventory instead
            </Link>
          )}
        </Rest>
      </FilterBar>
      <QueryNotice what="The findings" query={query} rows={10} />
      {data && data.total > 0 && (
        <p className="quiet" style={{ marginBottom: 10 }}>
          <b>{figure(data.total)}</b> {data.total === 1 ? 'cause, in' : 'causes, in'} what was looked at, as of{' '}
          <Time at={data.asOf} />. <NotLookedAt cells={data.notLookedAt} />
        </p>
      )}
      {data && data.total === 0 && (
        <Card title="Findings">
          {filtered ? (
            <Empty title="Nothing matches these filters.">
              This says nothing about coverage. <Clear onClear={clear} />
            </Empty>
          ) : (
            <NoneOpen notLookedAt={data.notLookedAt} />
          )}
        </Card>
      )}
      {data && data.total > 0 && <CauseList groups={data.items} total={data.total} />}
    </>
  )
}

function NotLookedAt({ cells }: { cells: number }) {
  if (cells === 0) return null
  return (
    <Link to="/coverage">
      {figure(cells)} {cells === 1 ? 'cell was' : 'cells were'} not looked at.
    </Link>
  )
}

/** Where nothing has been found to look at, nobody looked: that none is open would be too much said. */
function NoneOpen({ notLookedAt }: { notLookedAt: number }) {
  const resources = useQuery(queries.session()).data?.counts.resources
  if (resources === 0) {
    return (
      <Empty title="Unknown: nothing has been looked at yet.">
        A look fills this list; the <Link to="/sources">sources</Link> say what can be asked. <LookNow />
      </Empty>
    )
  }
  return (
    <Empty title="None open in what was looked at.">
      {notLookedAt > 0 ? (
        <>
          What nobody looked at is unknown: <NotLookedAt cells={notLookedAt} />
        </>
      ) : (
        <>
          <Link to="/coverage">Coverage</Link> shows what was.
        </>
      )}
    </Empty>
  )
}
