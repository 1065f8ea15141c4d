// One image: which layer brought what, whose it is, what is hidden in it, what is wrong, what could not be read.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { FindingView } from '../../../src/serve/views/findings.ts'
import type { ImageView } from '../../../src/serve/views/images.ts'
import type { SeverityCountsView } from '../../../src/serve/views/shared.ts'
import { bytes, counted, figure, shortDigest } from '../figures.ts'
import { Card, Facts } from '../parts/Card.tsx'
import { GapList } from '../parts/GapLine.tsx'
import { type LayerRow, Layers } from '../parts/Layers.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { SeverityMarks } from '../parts/SeverityMark.tsx'
import { queries } from '../queries.ts'
import { FindingList } from './FindingList.tsx'
import { ImageHidden, ImageSetuid } from './ImageHidden.tsx'
import { ImageOrigin } from './ImageOrigin.tsx'
import { imageName } from './imageName.ts'
import { ImagePackages } from './ImagePackages.tsx'
import css from './Object.module.css'
import { useTitle } from '../parts/useTitle.ts'

const route = getRouteApi('/frame/images/image')

export function Image() {
  const { id } = route.useSearch()
  const query = useQuery(queries.image(id))
  const image = query.data
  useTitle(image ? imageName(image) : 'Image')
  return (
    <>
      <QueryNotice what="This image" query={query} rows={14} />
      {image && <Loaded image={image} />}
    </>
  )
}

function Loaded({ image }: { image: ImageView }) {
  const { digest, architecture, os, distribution, size, layers, aliases, usedBy, findings, gaps, judged } = image
  const navigate = useNavigate()
  const rows = useMemo(() => layerRows(image), [image])
  const whereOf = useMemo(() => layerWords(image), [image])
  const showPackages = (index: number) => {
    void navigate({
      to: '/images/image',
      search: (now) => ({ ...now, id: image.id, packages: `layer:${index + 1}` }),
      resetScroll: false,
    })
    document.querySelector<HTMLElement>('#packages')?.focus()
  }
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
            note: findingsNote(image),
          },
          wastedFact(image),
          baseFact(image),
          {
            name: 'Gaps',
            value: gaps.length === 0 ? 'none' : figure(gaps.length),
            note: 'what could not be read or judged',
          },
          { name: 'Used by', value: counted(usedBy.length, 'workload'), note: <UsedBy usedBy={usedBy} /> },
        ]}
      />
      <div className={css.stack}>
        <Card title="Layers" note={layersNote(image)}>
          {layers.length === 0 ? (
            <p className="quiet">No layer was read.</p>
          ) : (
            <Layers rows={rows} baseEnds={image.base?.layers} onPackages={showPackages} />
          )}
        </Card>
        <ImageHidden image={image} />
        <Card title="Findings" note="what has to be done, worst first" flush>
          {judged === null ? (
            <Empty title="Unknown. Nobody looked.">The packages of this image have not been judged.</Empty>
          ) : findings.length === 0 ? (
            <Empty title="None open.">
              {figure(judged.done)} of {figure(judged.of)} packages were judged.
            </Empty>
          ) : (
            <FindingList findings={findings} whereOf={whereOf} />
          )}
        </Card>
        {gaps.length > 0 && (
          <Card title="Gaps" note="what could not be read or judged, and why">
            <GapList gaps={gaps} />
          </Card>
        )}
        <ImageOrigin origin={image.origin} />
        <ImageSetuid image={image} />
        <ImagePackages image={image} />
      </div>
    </>
  )
}

function layersNote({ base, layers }: ImageView): string {
  const hatched = layers.some(({ wasted = 0 }) => wasted > 0) ? ' · hatched: a later layer replaced or removed it' : ''
  const line =
    base?.layers === undefined ? '' : ' · the load line marks where the base image ends and the own layers begin'
  return `left: to scale by size, coloured by the worst finding${hatched}${line}`
}

/** Whose they are, where the base is known: own ones can be fixed here, the others by a newer base. */
function findingsNote({ base, layers, findings, judged, packages }: ImageView): string | undefined {
  if (judged === null) return undefined
  const unknown = partly(judged) ? 'what was not judged is unknown' : undefined
  if (base?.layers === undefined) return unknown
  const ofBase = new Set(layers.slice(0, base.layers).map(({ digest }) => digest))
  const layerOf = layerByPurl(packages)
  const open = findings.filter(({ state }) => state === 'open')
  const inBase = open.filter((finding) => ofBase.has(layerOfFinding(finding, layerOf) ?? '')).length
  const whose = `base image ${figure(inBase)} · own layers and settings ${figure(open.length - inBase)}`
  return unknown === undefined ? whose : `${whose} · ${unknown}`
}

function wastedFact({ layers, size, packages }: ImageView) {
  const hidden = packages.filter(({ hiddenBy }) => hiddenBy !== undefined).length
  const note = hidden === 0 ? 'no hidden package' : `${counted(hidden, 'hidden package')}, still shipped`
  if (layers.length === 0 || layers.some(({ wasted }) => wasted === undefined)) {
    return { name: 'Wasted', value: 'unknown', note }
  }
  const wasted = layers.reduce((sum, layer) => sum + layer.wasted!, 0)
  return { name: 'Wasted', value: wasted === 0 ? 'nothing' : `${bytes(wasted)} of ${bytes(size)}`, note }
}

function baseFact({ base, layers }: ImageView) {
  if (base === undefined)
    return { name: 'Base image', value: 'unknown', note: 'no label names it, and no image that was read is it' }
  const value = shortDigest(base.name ?? base.digest ?? 'its name is not known')
  if (base.layers === undefined) {
    return { name: 'Base image', value, note: 'as its builder says; which layers are its is not known' }
  }
  return {
    name: 'Base image',
    value,
    note: `${figure(base.layers)} of ${counted(layers.length, 'layer')}, as in an image that was read`,
  }
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

function layerRows(image: ImageView): readonly LayerRow[] {
  const layerOf = layerByPurl(image.packages)
  const byLayer = Map.groupBy(image.findings, (finding) => layerOfFinding(finding, layerOf))
  const steps = new Map(image.origin?.steps.map(({ layer, file, line }) => [layer, `${file}:${line}`]))
  return image.layers.map((layer) => ({
    layer,
    line: steps.get(layer.digest),
    findings: image.judged === null ? null : countOpen(byLayer.get(layer.digest) ?? []),
    partly: partly(image.judged),
  }))
}

function layerByPurl(packages: ImageView['packages']): ReadonlyMap<string, string | undefined> {
  return new Map(packages.map((found) => [found.purl, found.layer]))
}

/** A finding counts for the layer that it names, or that brought its package. */
function layerOfFinding(finding: FindingView, layerOf: ReadonlyMap<string, string | undefined>): string | undefined {
  return finding.place?.layer ?? layerOf.get(finding.package?.purl ?? '')
}

/** `layer 3, own`: whose a finding is says whether it is mended here or by a newer base image. */
function layerWords({ base, layers, packages }: ImageView): (finding: FindingView) => string | undefined {
  const layerOf = layerByPurl(packages)
  const numbers = new Map(layers.map(({ digest }, index) => [digest, index + 1]))
  return (finding) => {
    const number = numbers.get(layerOfFinding(finding, layerOf) ?? '')
    if (number === undefined) return undefined
    const whose = base?.layers === undefined ? '' : number <= base.layers ? ', base image' : ', own'
    return `layer ${number}${whose}`
  }
}

function countOpen(findings: readonly FindingView[]): SeverityCountsView {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }
  for (const finding of findings) if (finding.state === 'open') counts[finding.severity]++
  return counts
}

function partly(judged: ImageView['judged']): boolean {
  return judged !== null && judged.done < judged.of
}
