// Every image that was read, and what is in it.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { ImagesView } from '../../../src/serve/views/images.ts'
import { bytes, countedOf, figure, shortDigest } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import { type Column, DataTable } from '../parts/DataTable.tsx'
import { Clear, FilterBar, SearchFilter } from '../parts/FilterBar.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { RowLink } from '../parts/RowLink.tsx'
import { SeverityMarks } from '../parts/SeverityMark.tsx'
import { Time } from '../parts/Time.tsx'
import { queries } from '../queries.ts'
import { severities } from '../words.ts'
import { imageName } from './imageName.ts'
import { useTitle } from '../parts/useTitle.ts'

const route = getRouteApi('/frame/images')
type Row = ImagesView['images'][number]

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    title: 'Image',
    narrow: true,
    by: imageName,
    cell: (row) => (
      <RowLink to="/images/image" id={row.id} title={[...row.aliases, row.digest].join('\n')}>
        {imageName(row)}
      </RowLink>
    ),
  },
  {
    id: 'digest',
    title: 'Digest',
    width: '190px',
    cell: (row) => <span className="mono quiet">{shortDigest(row.digest)}</span>,
  },
  {
    id: 'distribution',
    title: 'Distribution',
    width: '14%',
    by: (row) => row.distribution,
    cell: (row) => row.distribution ?? <span className="quiet">unknown</span>,
  },
  { id: 'size', title: 'Size', width: '86px', number: true, by: (row) => row.size, cell: (row) => bytes(row.size) },
  { id: 'layers', title: 'Layers', width: '76px', number: true, by: (row) => row.layers, cell: (row) => row.layers },
  {
    id: 'packages',
    title: 'Packages',
    width: '92px',
    number: true,
    by: (row) => row.packages,
    cell: (row) => figure(row.packages),
  },
  {
    id: 'used',
    title: 'Used by',
    width: '86px',
    number: true,
    by: (row) => row.usedBy,
    cell: (row) => figure(row.usedBy),
  },
  {
    id: 'findings',
    title: 'Findings',
    width: '220px',
    narrow: true,
    largestFirst: true,
    by: ({ findings }) =>
      findings === null ? undefined : severities.reduce((sum, severity) => sum * 10_000 + findings[severity], 0),
    cell: ({ findings, judged }) => (
      <SeverityMarks counts={findings} partly={judged !== null && judged.done < judged.of} />
    ),
  },
]

export function Images() {
  useTitle('Images')
  const { search, sort = '' } = route.useSearch()
  const navigate = useNavigate()
  const query = useQuery(queries.images(search))
  const { data } = query
  const set = (changes: { search?: string; sort?: string }) =>
    void navigate({ to: '/images', search: (now) => ({ ...now, ...changes }), replace: true, resetScroll: false })
  return (
    <>
      <FilterBar label="Filters of the images">
        <SearchFilter
          label="Search the images"
          hint="name, digest, distribution"
          value={search ?? ''}
          onChange={(next) => set({ search: next })}
        />
        {search && <Clear onClear={() => set({ search: '' })} />}
      </FilterBar>
      <QueryNotice what="The images" query={query} rows={10} />
      {data?.total === 0 && (
        <Card title="Images">
          {search ? (
            <Empty title="No image matches.">
              <Clear onClear={() => set({ search: '' })} />
            </Empty>
          ) : (
            <Empty title="No image has been read yet.">
              Images are read when a source that knows them answers, such as a Docker or Podman engine:{' '}
              <Link to="/sources">sources</Link>.
            </Empty>
          )}
        </Card>
      )}
      {data && data.total > 0 && (
        <DataTable
          label="Images"
          columns={columns}
          rows={data.items}
          rowId={(row) => row.id}
          sort={sort}
          onSort={(next) => set({ sort: next })}
          foot={
            <>
              <span>{countedOf(data.items.length, data.total, 'image')}</span>
              <span>
                as of <Time at={data.asOf} /> · each layer is read once
              </span>
            </>
          }
        />
      )}
    </>
  )
}
