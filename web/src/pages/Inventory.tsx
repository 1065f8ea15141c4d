// What runs, where, open to whom, covered how.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ResourceView } from '../../../src/serve/views/inventory.ts'
import { counted, countedOf, shortDigest } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import { CoverageStrip } from '../parts/CoverageStrip.tsx'
import { type Column, DataTable } from '../parts/DataTable.tsx'
import { ChoiceFilter, Clear, FilterBar, GivenFilter, Rest, SearchFilter } from '../parts/FilterBar.tsx'
import { Glyph } from '../parts/Glyph.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { RowLink } from '../parts/RowLink.tsx'
import { SeverityMarks } from '../parts/SeverityMark.tsx'
import { Time } from '../parts/Time.tsx'
import { queries } from '../queries.ts'
import { isJudged } from '../share.ts'
import { exposureNames, kindName, severities } from '../words.ts'
import { LookNow } from './LookNow.tsx'
import { useServiceName } from './useServiceName.ts'
import { useTitle } from '../parts/useTitle.ts'

const route = getRouteApi('/frame/inventory')

const columns: readonly Column<ResourceView>[] = [
  {
    id: 'name',
    title: 'Name',
    narrow: true,
    by: (row) => row.name,
    cell: (row) => (
      <>
        <RowLink to="/inventory/workload" id={row.id} title={row.id}>
          {row.name}
        </RowLink>{' '}
        <span className="faint small">{kindName(row.kind)}</span>
      </>
    ),
  },
  { id: 'service', title: 'Service', width: '13%', by: (row) => row.serviceName, cell: (row) => row.serviceName },
  { id: 'image', title: 'Image', width: '16%', by: (row) => row.images[0]?.reference, cell: imageCell },
  { id: 'exposure', title: 'Exposure', width: '190px', by: (row) => row.exposure, cell: exposureCell },
  {
    id: 'coverage',
    title: 'Coverage',
    width: '170px',
    narrow: true,
    by: (row) => row.cells.filter((state) => state === 'proven').length,
    cell: (row) => <CoverageStrip states={row.cells} />,
  },
  {
    id: 'findings',
    title: 'Findings',
    width: '200px',
    largestFirst: true,
    by: weight,
    cell: (row) => <SeverityMarks counts={row.findings} partly={!isJudged(row.cells)} />,
  },
  {
    id: 'seen',
    title: 'Seen',
    width: '96px',
    largestFirst: true,
    by: (row) => Date.parse(row.lastSeen),
    cell: (row) => (
      <span className="quiet">
        <Time at={row.lastSeen} />
      </span>
    ),
  },
]

export function Inventory() {
  useTitle('Inventory')
  const { sort = '', ...filter } = route.useSearch()
  const navigate = useNavigate()
  const query = useQuery(queries.inventory(filter))
  const data = query.data
  const set = (changes: Partial<Record<'search' | 'service' | 'kind' | 'sort', string>>) =>
    void navigate({ to: '/inventory', search: (now) => ({ ...now, ...changes }), replace: true, resetScroll: false })
  const filtered = Object.keys(filter).length > 0
  const serviceName = useServiceName()
  const clear = () => set({ search: '', service: '', kind: '' })
  return (
    <>
      <FilterBar label="Filters of the inventory">
        <SearchFilter
          label="Search the inventory"
          hint="name, image, digest, label"
          value={filter.search ?? ''}
          onChange={(search) => set({ search })}
        />
        <KindFilter kind={filter.kind} resources={data?.items} onChange={(kind) => set({ kind })} />
        {filter.service && (
          <GivenFilter name="service" value={serviceName(filter.service)} onClear={() => set({ service: '' })} />
        )}
        {filtered && <Clear onClear={clear} />}
        <Rest>
          {filter.search && (
            <Link className="small" to="/findings" search={{ search: filter.search }}>
              Search the findings instead
            </Link>
          )}
        </Rest>
      </FilterBar>
      <QueryNotice what="The inventory" query={query} rows={14} />
      {data?.total === 0 && (
        <Card title="Inventory">
          {filtered ? (
            <Empty title="Nothing matches these filters.">
              This says nothing about coverage. <Clear onClear={clear} />
            </Empty>
          ) : (
            <>
              <Empty title="Nothing has been found yet.">
                A look fills this list; the <Link to="/sources">sources</Link> say what can be asked. <LookNow />
              </Empty>
            </>
          )}
        </Card>
      )}
      {data && data.total > 0 && (
        <DataTable
          label="Inventory"
          columns={columns}
          rows={data.items}
          rowId={(row) => row.id}
          sort={sort}
          onSort={(next) => set({ sort: next })}
          foot={
            <>
              <span>{countedOf(data.items.length, data.total, 'resource')}</span>
              <span>
                as of <Time at={data.asOf} />
                <SilentNote />
              </span>
            </>
          }
        />
      )}
    </>
  )
}

function SilentNote() {
  const silent = useQuery(queries.session()).data?.counts.silentSources ?? 0
  if (silent === 0) return null
  return (
    <>
      {' '}
      · {counted(silent, 'source did', 'sources did')} not answer:{' '}
      <Link to="/sources">their resources are unknown, not gone</Link>
    </>
  )
}

function KindFilter(props: {
  kind: string | undefined
  resources: readonly ResourceView[] | undefined
  onChange: (kind: string) => void
}) {
  const { kind, resources = [], onChange } = props
  // Kinds that were seen stay on offer while one of them is chosen.
  const [seen, setSeen] = useState<readonly string[]>([])
  const kinds = [...new Set([...seen, ...resources.map((row) => row.kind), ...(kind ? [kind] : [])])].toSorted()
  if (kinds.length !== seen.length) setSeen(kinds)
  return (
    <ChoiceFilter
      label="Kind"
      value={kind ?? ''}
      choices={kinds.map((value) => ({ value, label: kindAndOrigin(value) }))}
      onChange={onChange}
    />
  )
}

/** `docker.Container` → `Container, docker`: the word of the table first, and which of those that bear it. */
function kindAndOrigin(kind: string): string {
  const name = kindName(kind)
  return name === kind ? kind : `${name}, ${kind.slice(0, -name.length - 1)}`
}

function imageCell({ images }: ResourceView) {
  const [first, ...others] = images
  if (first === undefined) return <span className="faint">–</span>
  const more = others.length > 0 && <span className="faint small"> and {others.length} more</span>
  if (first.image === undefined) {
    return (
      <>
        <span className="mono" title={first.reference}>
          {shortReference(first.reference)}
        </span>{' '}
        <span className="faint small">not read</span>
        {more}
      </>
    )
  }
  return (
    <>
      <RowLink mono to="/images/image" id={first.image} title={`${first.reference}\n${first.image}`}>
        {shortReference(first.reference)}
      </RowLink>
      {more}
    </>
  )
}

/** `registry.example.com/shop/api:4.18` → `api:4.18`: where it comes from is in the title. */
function shortReference(reference: string): string {
  return shortDigest(reference.slice(reference.lastIndexOf('/') + 1))
}

function exposureCell({ exposure }: ResourceView) {
  if (exposure === undefined) return <span className="faint">–</span>
  const words = exposureNames[exposure] ?? exposure
  return exposure === 'public' ? (
    <span style={{ display: 'inline-flex', gap: 6, alignItems: 'center', verticalAlign: 'middle' }}>
      <Glyph name="network" /> {words}
    </span>
  ) : (
    <span className="quiet">{words}</span>
  )
}

/** Worse findings sort higher; unknown has no place in the order. */
function weight({ findings }: ResourceView): number | undefined {
  return findings === null ? undefined : severities.reduce((sum, severity) => sum * 10_000 + findings[severity], 0)
}
