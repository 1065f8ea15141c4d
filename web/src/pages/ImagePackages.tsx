// The packages of an image as a table; `layer:3` in its search shows those of one layer.

import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { FindingView } from '../../../src/serve/views/findings.ts'
import type { ImageView } from '../../../src/serve/views/images.ts'
import { counted, figure } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import { type Column, DataTable } from '../parts/DataTable.tsx'
import { SearchFilter } from '../parts/FilterBar.tsx'
import { Empty } from '../parts/Notice.tsx'
import { SeverityMark } from '../parts/SeverityMark.tsx'
import { severities } from '../words.ts'
import css from './Object.module.css'

const route = getRouteApi('/frame/images/image')
type Package = ImageView['packages'][number]

export function ImagePackages({ image }: { image: ImageView }) {
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
  const rows = useMemo(() => matching(image, typed), [image, typed])
  return (
    <section id="packages" tabIndex={-1} aria-label="Packages">
      <div className={css.tableHead}>
        <h2>Packages</h2>
        <SearchFilter
          label="Search the packages"
          hint="name, version, path, layer:3"
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

/** By what is typed; a word `layer:3` means the packages of that layer alone. */
function matching({ packages, layers }: ImageView, typed: string): readonly Package[] {
  const number = /(?:^|\s)layer:(?<number>\d+)(?:\s|$)/.exec(typed)?.groups?.['number']
  const layer = number === undefined ? undefined : (layers[Number(number) - 1]?.digest ?? '')
  const wanted = typed
    .replace(/(?:^|\s)layer:\d+(?=\s|$)/, '')
    .trim()
    .toLowerCase()
  return packages.filter(
    (found) =>
      (layer === undefined || found.layer === layer) &&
      `${found.purl} ${found.path ?? ''}`.toLowerCase().includes(wanted),
  )
}

/** What one must know before reading on: it is not there to be seen, or is another package's part. */
function note({ hiddenBy, ownedBy, declared }: Package): string | undefined {
  if (hiddenBy !== undefined) return 'hidden by a later layer, still shipped'
  if (ownedBy !== undefined) return 'part of a system package'
  return declared ? 'named by a lock file' : undefined
}

function packageColumns(image: ImageView, worst: ReadonlyMap<string, FindingView>): readonly Column<Package>[] {
  const layerNumber = (row: Package) => {
    const index = image.layers.findIndex((layer) => layer.digest === row.layer)
    return index < 0 ? undefined : index + 1
  }
  return [
    {
      id: 'package',
      title: 'Package',
      narrow: true,
      by: (row) => row.name,
      cell: (row) => {
        const about = note(row)
        return about === undefined ? (
          row.name
        ) : (
          <>
            {row.name} <span className="faint small">{about}</span>
          </>
        )
      },
    },
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
      largestFirst: false,
      by: layerNumber,
      cell: (row) => layerNumber(row) ?? <span className="quiet">unknown</span>,
    },
    {
      id: 'worst',
      title: 'Worst',
      width: '124px',
      largestFirst: true,
      by: (row) => {
        const finding = row.hiddenBy === undefined ? worst.get(row.purl) : undefined
        return finding && severities.length - severities.indexOf(finding.severity)
      },
      cell: (row) => {
        const finding = worst.get(row.purl)
        if (row.hiddenBy !== undefined) return <span className="faint">not judged</span>
        if (finding) return <SeverityMark severity={finding.severity} />
        return <span className="faint">{noneWords(image.judged)}</span>
      },
    },
  ]
}

/** Of a package without a finding; which of them could not be judged is not told. */
function noneWords(judged: ImageView['judged']): string {
  if (judged === null) return 'unknown'
  return judged.done < judged.of ? 'none reported' : 'none'
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
