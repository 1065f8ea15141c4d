// Home: what share of what is ours is proven now, and where it is not.

import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate, useParams } from '@tanstack/react-router'
import { useCallback, useDeferredValue, useMemo } from 'react'
import type { MatrixView } from '../../../src/serve/views/coverage.ts'
import { counted, figure } from '../figures.ts'
import { type CellAddress, columnOf, layerAt, taskAt } from '../parts/cells.ts'
import { Card } from '../parts/Card.tsx'
import { ChoiceFilter, Clear, FilterBar, Rest } from '../parts/FilterBar.tsx'
import { Matrix } from '../parts/Matrix.tsx'
import { MatrixNarrow } from '../parts/MatrixNarrow.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { StateTile } from '../parts/StateTile.tsx'
import { Time } from '../parts/Time.tsx'
import { useNarrow } from '../parts/useNarrow.ts'
import { useLook } from '../progress.tsx'
import { queries } from '../queries.ts'
import { countedState, type CountedState, countedStates } from '../share.ts'
import { providerNames } from '../words.ts'
import css from './Coverage.module.css'
import { CoverageHeadline } from './CoverageHeadline.tsx'
import { CellDrawer } from './CellDrawer.tsx'
import { Legend } from './Legend.tsx'
import { LookNow } from './LookNow.tsx'
import { LookProgress } from './LookProgress.tsx'
import { useTitle } from '../parts/useTitle.ts'

const route = getRouteApi('/frame/coverage')
type Rows = MatrixView['rows']
type Search = ReturnType<typeof route.useSearch>
/** Empty takes a filter away. */
type Changes = { state?: CountedState | '' | undefined; provider?: string; words?: string; show?: string }

export function Coverage() {
  const search = route.useSearch()
  const selected = useSelected()
  const query = useQuery(queries.coverage(search.show === 'all'))
  const matrix = query.data
  useTitle(titleOf(selected, matrix))
  const running = useLook()?.running ?? false
  return (
    <div className={css.page} data-drawer={selected !== undefined}>
      {running && !matrix?.rows.some((row) => row.found) && <LookProgress />}
      <QueryNotice what="The coverage matrix" query={query} rows={16} />
      {matrix && <Loaded matrix={matrix} selected={selected} running={running} />}
    </div>
  )
}

function Loaded(props: { matrix: MatrixView; selected: CellAddress | undefined; running: boolean }) {
  const { matrix, selected, running } = props
  const { state, provider, words, show } = route.useSearch()
  const narrow = useNarrow()
  const navigate = useNavigate()
  const scope = useMemo(
    () => matrix.rows.filter((row) => provider === undefined || row.provider === provider),
    [matrix, provider],
  )
  const shownState = useDeferredValue(state)
  const rows = useMemo(() => withState(scope, shownState), [scope, shownState])
  const change = useCallback(
    (changes: Changes) =>
      void navigate({
        to: '.',
        search: (now: object) => ({ ...now, ...changes }) as Search,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  const open = useCallback(
    (address: CellAddress | undefined, { follow } = { follow: false }) => {
      const options = { search: (now: object) => now, replace: follow, resetScroll: false }
      if (address === undefined) return void navigate({ to: '/coverage', ...options })
      const { service, column } = address
      const params = { service, layer: layerAt(column), task: taskAt(column) }
      void navigate({ to: '/coverage/$service/$layer/$task', params, ...options })
    },
    [navigate],
  )
  if (!matrix.rows.some((row) => row.found) && show !== 'all') {
    return running ? null : <NothingFound sources={matrix.sources} onShowAll={() => change({ show: 'all' })} />
  }
  return (
    <>
      <CoverageHeadline
        matrix={matrix}
        scope={scope}
        filtered={provider !== undefined}
        onState={(next) => change({ state: next })}
      />
      <Silence sources={matrix.sources} />
      <Filters matrix={matrix} rows={rows} change={change} narrow={narrow || selected !== undefined} />
      {rows.length === 0 ? (
        <Card title="No service matches">
          <Empty title="No service matches these filters.">
            This says nothing about coverage.{' '}
            <Clear onClear={() => void navigate({ to: '/coverage', search: {}, replace: true })} />
          </Empty>
        </Card>
      ) : narrow ? (
        <MatrixNarrow rows={rows} state={shownState} onOpen={open} />
      ) : (
        <Matrix
          rows={rows}
          state={shownState}
          words={words === '1'}
          compact={selected !== undefined}
          selected={selected}
          onOpen={open}
        />
      )}
      <Legend />
      {selected && <CellDrawer at={selected} rows={rows} onOpen={open} />}
    </>
  )
}

function Filters(props: { matrix: MatrixView; rows: Rows; narrow: boolean; change: (changes: Changes) => void }) {
  const { matrix, rows, narrow, change } = props
  const { state, provider, words, show } = route.useSearch()
  const providers = [...new Set(matrix.rows.map((row) => row.provider))]
  const workloads = rows.reduce((sum, row) => sum + row.workloads, 0)
  return (
    <FilterBar label="Filters of the matrix">
      <ChoiceFilter
        label="Provider"
        value={provider ?? ''}
        choices={providers.map((id) => ({ value: id, label: id === 'self-managed' ? id : (providerNames[id] ?? id) }))}
        onChange={(value) => change({ provider: value })}
      />
      <ChoiceFilter
        label="State"
        value={state ?? ''}
        choices={countedStates.toReversed().map((value) => ({ value, label: value }))}
        onChange={(value) => change({ state: countedStates.find((known) => known === value) })}
      />
      <ChoiceFilter
        label="Services"
        value={show ?? ''}
        any="found"
        choices={[{ value: 'all', label: 'all of the catalogue' }]}
        onChange={(value) => change({ show: value })}
      />
      {(state !== undefined || provider !== undefined || show !== undefined) && (
        <Clear onClear={() => change({ state: undefined, provider: '', show: '' })} />
      )}
      <Rest>
        {!narrow && (
          <span className="quiet small">
            {counted(rows.length, 'service')} · {counted(workloads, 'workload')} · as of <Time at={matrix.asOf} />
          </span>
        )}
        {!narrow && (
          <SegmentedControl
            aria-label="Cell labels"
            value={words === '1' ? '1' : ''}
            onChange={(value) => change({ words: value })}
            data={[
              { value: '', label: 'Symbols' },
              { value: '1', label: 'Words' },
            ]}
          />
        )}
        <LookNow />
      </Rest>
    </FilterBar>
  )
}

function Silence({ sources }: { sources: MatrixView['sources'] }) {
  const silent = sources.of - sources.answered
  if (silent <= 0) return null
  return (
    <p className={css.silence}>
      <StateTile state="unknown" as="mini" />
      <span>
        <b>
          {figure(silent)} of {counted(sources.of, 'source')} did not answer.
        </b>{' '}
        What only {silent === 1 ? 'it' : 'they'} could tell is unknown, not gone.{' '}
        <Link to="/sources">What is missing</Link>
      </span>
    </p>
  )
}

function NothingFound({ sources, onShowAll }: { sources: MatrixView['sources']; onShowAll: () => void }) {
  return (
    <Card title="Nothing found yet">
      <Empty title="No container service has been found so far.">
        {sources.of === 0
          ? 'No source has been asked yet'
          : `${figure(sources.answered)} of ${counted(sources.of, 'source')} answered`}
        ; the <Link to="/sources">sources</Link> say what else could be asked, or{' '}
        <button className="link-button" onClick={onShowAll}>
          see every service of the catalogue
        </button>
        .
      </Empty>
      <div className={css.start}>
        <LookNow primary />
      </div>
    </Card>
  )
}

/** An open cell is named: it has an address that is sent, kept, and gone back to. */
function titleOf(selected: CellAddress | undefined, matrix: MatrixView | undefined): string {
  if (selected === undefined) return 'Coverage'
  const { service, column } = selected
  const name = matrix?.rows.find((row) => row.service === service)?.name ?? service
  return `${name}: ${layerAt(column)} ${taskAt(column)}`
}

function withState(rows: Rows, state: CountedState | undefined): Rows {
  return state === undefined ? rows : rows.filter((row) => row.cells.some((cell) => countedState(cell.state) === state))
}

/** The cell that the address names. */
function useSelected(): CellAddress | undefined {
  const { service, layer, task } = useParams({ strict: false })
  const column = layer !== undefined && task !== undefined ? columnOf(layer, task) : undefined
  return useMemo(
    () => (service === undefined || column === undefined ? undefined : { service, column }),
    [service, column],
  )
}
