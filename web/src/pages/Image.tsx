// One image: which layer brought what, which packages, what is wrong with them, what could not be read.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { FindingView, ImageView, SeverityCountsView } from '../../../src/serve/views.ts'
import { bytes, counted, figure, shortDigest } from '../figures.ts'
import { Card, Facts } from '../parts/Card.tsx'
import { type Column, DataTable } from '../parts/DataTable.tsx'
import { SearchFilter } from '../parts/FilterBar.tsx'
import { GapList } from '../parts/GapLine.tsx'
import { type LayerRow, Layers } from '../parts/Layers.tsx'
import { Empty, Failure, Pending } from '../parts/Notice.tsx'
import { SeverityMark, SeverityMarks } from '../parts/SeverityMark.tsx'
import { queries } from '../queries.ts'
import { severities } from '../words.ts'
import { FindingList } from './FindingList.tsx'
import { imageName } from './imageName.ts'
import css from './Object.module.css'
import { useTitle } from './useTitle.ts'

const route = getRouteApi('/frame/images/image')
type Package = ImageView['packages'][number]

export function Image() {
  const { id } = route.useSearch()
  const query = useQuery(queries.image(id))
  const image = query.data
  useTitle(image ? imageName(image) : 'Image')
  return (
    <>
      {query.error && (
        <Failure
          what="This image"
          error={query.error}
          shownSince={image && query.dataUpdatedAt}
          again={() => void query.refetch()}
        />
      )}
      {image === undefined && !query.error && <Pending rows={14} />}
      {image && <Loaded image={image} />}
    </>
  )
}

function Loaded({ image }: { image: ImageView }) {
  const { digest, architecture, os, distribution, size, layers, aliases, usedBy, findings, gaps, judged } = image
  const rows = useMemo(() => layerRows(image), [image])
  const platform = [os, architecture].filter(Boolean).join('/')
  const names = aliases.filter((alias) => alias !== imageName(image))
  return (
    <>
      <div className={css.title}>
        <h1>
          {imageName(image)} <span className={css.digest}>{digest}</span>
        </h1>
        <p className="quiet">
          {[platform, distribution, `${bytes(size)} in ${counted(layers.length, 'layer')}`].filter(Boolean).join(' · ')}
          {names.length > 0 && ` · also ${names.map(shortDigest).join(', ')}`}
        </p>
      </div>
      <Facts
        facts={[
          {
            name: 'Packages',
            value: `${figure(image.packages.length)} found`,
            note:
              judged === null
                ? 'not judged: vulnerabilities were never looked for'
                : `${figure(judged.done)} of ${figure(judged.of)} judged`,
          },
          {
            name: 'Findings',
            value: <SeverityMarks counts={judged === null ? null : countOpen(findings)} atLeast={partly(judged)} />,
            ...(judged !== null && partly(judged) && { note: 'what was not judged is unknown' }),
          },
          { name: 'Gaps', value: gaps.length === 0 ? 'none' : figure(gaps.length), note: 'what could not be read' },
          { name: 'Used by', value: counted(usedBy.length, 'workload'), note: <UsedBy usedBy={usedBy} /> },
        ]}
      />
      <div className={css.stack}>
        <Card title="Layers" note="left: to scale by size · colour: the worst finding in what the layer brought">
          {layers.length === 0 ? <p className="quiet">No layer was read.</p> : <Layers rows={rows} />}
        </Card>
        {gaps.length > 0 && (
          <Card title="Gaps" note="what could not be read, and why">
            <GapList gaps={gaps} />
          </Card>
        )}
        <Card title="Findings" note="what has to be done, worst first" flush>
          {judged === null ? (
            <Empty title="Unknown. Nobody looked.">The packages of this image have not been judged.</Empty>
          ) : findings.length === 0 ? (
            <Empty title="None open.">
              {figure(judged.done)} of {figure(judged.of)} packages were judged.
            </Empty>
          ) : (
            <FindingList findings={findings} />
          )}
        </Card>
        <Packages image={image} />
      </div>
    </>
  )
}

function UsedBy({ usedBy }: { usedBy: ImageView['usedBy'] }) {
  if (usedBy.length === 0) return 'no workload that was found runs it'
  return (
    <>
      {usedBy.slice(0, 4).map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to="/inventory/workload" search={{ id }}>
            {name}
          </Link>
        </span>
      ))}
      {usedBy.length > 4 && ` and ${figure(usedBy.length - 4)} more`}
    </>
  )
}

function Packages({ image }: { image: ImageView }) {
  const { packages: typed = '', sort = '' } = route.useSearch()
  const navigate = useNavigate()
  const set = (changes: { packages?: string; sort?: string }) =>
    void navigate({
      to: '/images/image',
      search: (now) => ({ id: image.id, ...now, ...changes }),
      replace: true,
      resetScroll: false,
    })
  const worst = useMemo(() => worstByPurl(image.findings), [image])
  const columns = useMemo(() => packageColumns(image, worst), [image, worst])
  const wanted = typed.toLowerCase()
  const rows = useMemo(
    () => image.packages.filter((found) => `${found.purl} ${found.path ?? ''}`.toLowerCase().includes(wanted)),
    [image, wanted],
  )
  return (
    <section>
      <div className={css.tableHead}>
        <h2>Packages</h2>
        <SearchFilter
          label="Search the packages"
          hint="name, version, path"
          value={typed}
          onChange={(packages) => set({ packages })}
        />
      </div>
      {rows.length === 0 ? (
        <Card title="Packages">
          <Empty title={typed === '' ? 'No package was found.' : 'No package matches.'}>
            {typed === '' ? 'No package database that Plimsoll reads is in this image.' : 'Try less of its name.'}
          </Empty>
        </Card>
      ) : (
        <DataTable
          label="Packages"
          columns={columns}
          rows={rows}
          rowId={(row) => `${row.purl} ${row.path ?? ''} ${row.layer ?? ''}`}
          sort={sort}
          onSort={(next) => set({ sort: next })}
          foot={`${figure(rows.length)} of ${counted(image.packages.length, 'package')}`}
        />
      )}
    </section>
  )
}

function packageColumns(image: ImageView, worst: ReadonlyMap<string, FindingView>): readonly Column<Package>[] {
  const layerNumber = (row: Package) => {
    const index = image.layers.findIndex((layer) => layer.digest === row.layer)
    return index < 0 ? undefined : index + 1
  }
  return [
    { id: 'package', title: 'Package', narrow: true, by: (row) => row.name, cell: (row) => row.name },
    {
      id: 'version',
      title: 'Version',
      narrow: true,
      width: '22%',
      by: (row) => row.version,
      cell: (row) => <span className="mono">{row.version}</span>,
    },
    { id: 'ecosystem', title: 'Ecosystem', width: '12%', by: (row) => row.ecosystem, cell: (row) => row.ecosystem },
    {
      id: 'path',
      title: 'Read from',
      width: '26%',
      by: (row) => row.path,
      cell: (row) => <span className="mono quiet">{row.path ?? '–'}</span>,
    },
    {
      id: 'layer',
      title: 'Layer',
      width: '76px',
      number: true,
      by: layerNumber,
      cell: (row) => layerNumber(row) ?? <span className="quiet">unknown</span>,
    },
    {
      id: 'worst',
      title: 'Worst',
      width: '90px',
      by: (row) => {
        const finding = worst.get(row.purl)
        return finding && severities.length - severities.indexOf(finding.severity)
      },
      cell: (row) => {
        const finding = worst.get(row.purl)
        if (finding) return <SeverityMark severity={finding.severity} />
        return <span className="faint">{image.judged === null ? 'unknown' : 'none'}</span>
      },
    },
  ]
}

function worstByPurl(findings: readonly FindingView[]): ReadonlyMap<string, FindingView> {
  const worst = new Map<string, FindingView>()
  for (const finding of findings) {
    const purl = finding.package?.purl
    const before = purl === undefined ? undefined : worst.get(purl)
    const worse = !before || severities.indexOf(finding.severity) < severities.indexOf(before.severity)
    if (purl !== undefined && worse) worst.set(purl, finding)
  }
  return worst
}

/** A finding counts for the layer that it names, or that brought its package. */
function layerRows(image: ImageView): readonly LayerRow[] {
  const layerOf = new Map(image.packages.map((found) => [found.purl, found.layer]))
  return image.layers.map((layer) => ({
    layer,
    findings:
      image.judged === null
        ? null
        : countOpen(
            image.findings.filter(
              (finding) => layer.digest === (finding.place?.layer ?? layerOf.get(finding.package?.purl ?? '')),
            ),
          ),
  }))
}

function countOpen(findings: readonly FindingView[]): SeverityCountsView {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }
  for (const finding of findings) if (finding.state === 'open') counts[finding.severity]++
  return counts
}

function partly(judged: ImageView['judged']): boolean {
  return judged !== null && judged.done < judged.of
}
