// CycloneDX in JSON, which exists since its version 1.2. Components may lie inside one another.
//
// What has no field in the standard stands in properties, under names that each tool has chosen:
//   plimsoll:source, plimsoll:layer, …     src/report/cyclonedx.ts
//   syft:location:0:path                   https://github.com/anchore/syft
//   aquasecurity:trivy:SrcName             https://trivy.dev/latest/docs/supply-chain/sbom/
// https://cyclonedx.org/docs/1.7/json/

import { z } from 'zod'
import type { Scan } from '../../model/scan.ts'
import { nameWithVersion, type Bill, type BillFormat, type ListedComponent, type ListedSystem } from './bill.ts'

export const cyclonedx: BillFormat = {
  accepts: ({ bomFormat }) => bomFormat === 'CycloneDX',
  read,
}

const newest = 7

const licenceChoice = z.object({
  expression: z.string().optional().catch(undefined),
  license: z
    .object({ id: z.string().optional().catch(undefined), name: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

const text = z.string().optional().catch(undefined)

const component = z.object({
  type: text,
  group: text,
  name: z.string(),
  version: text,
  description: text,
  purl: text,
  'bom-ref': text,
  supplier: z.object({ name: text }).optional().catch(undefined),
  publisher: text,
  licenses: z.array(licenceChoice).optional().catch(undefined),
  properties: z
    .array(z.object({ name: z.string(), value: text }))
    .optional()
    .catch(undefined),
  evidence: z
    .object({ occurrences: z.array(z.object({ location: z.string(), line: z.int().optional().catch(undefined) })) })
    .optional()
    .catch(undefined),
  components: z.array(z.unknown()).optional().catch(undefined),
  /** Since 1.7: no part of it, but expected where it runs. */
  isExternal: z.boolean().optional().catch(undefined),
})
type Component = z.infer<typeof component>

const compositions = z.array(z.object({ aggregate: z.string() })).catch([])
const subject = z.object({ component: z.unknown() }).catch({ component: undefined })

function read(document: Readonly<Record<string, unknown>>, scan: Scan): Bill {
  checkVersion(document['specVersion'], scan)
  if (compositions.parse(document['compositions']).some(({ aggregate }) => aggregate.startsWith('incomplete'))) {
    scan.gap('the document says of itself that it is not complete')
  }
  const bill: Bill = { components: [], systems: [] }
  const seen = new Set<string>()
  for (const found of allComponents(document, scan)) {
    const reference = found['bom-ref']
    if (reference !== undefined && seen.has(reference)) continue // what the document is about may be listed once more
    if (reference !== undefined) seen.add(reference)
    if (found.type === 'operating-system') bill.systems.push(systemOf(found))
    else if (found.purl !== undefined || !isNoPackage(found)) bill.components.push(componentOf(found))
  }
  return bill
}

function checkVersion(version: unknown, scan: Scan): void {
  const minor = /^1\.(?<minor>\d+)$/.exec(typeof version === 'string' ? version : '')?.groups?.['minor']
  if (minor === undefined || Number(minor) < 2) throw new Error('is CycloneDX of a version that is not read')
  if (Number(minor) > newest) {
    scan.gap(`the document is CycloneDX 1.${minor}, and is read as 1.${newest}: what is new in it is not seen`)
  }
}

/** In the order of the document, what it is about first, each before those inside it. */
function* allComponents(document: Readonly<Record<string, unknown>>, scan: Scan): Generator<Component> {
  const { components } = document
  const listed: unknown[] = Array.isArray(components) ? components : []
  // What waits is only the document's own lists, reversed: the last one is next.
  const waiting: unknown[] = listed.toReversed()
  const { data: about } = component.safeParse(subject.parse(document['metadata']).component)
  if (about?.purl !== undefined || about?.type === 'operating-system') waiting.push(about)
  let broken = 0
  while (waiting.length > 0) {
    const parsed = component.safeParse(waiting.pop())
    if (!parsed.success) {
      broken++
      continue
    }
    if (parsed.data.isExternal) continue
    yield parsed.data
    for (const inner of (parsed.data.components ?? []).toReversed()) waiting.push(inner)
  }
  if (broken > 0) scan.gap(`${broken} ${broken === 1 ? 'entry' : 'entries'} of the list of components without a name`)
}

/** Files and images that are named without a package URL are no packages that one could be missing. */
function isNoPackage({ type }: Component): boolean {
  return type === 'file' || type === 'container'
}

function systemOf({ name, version, description, properties }: Component): ListedSystem {
  const of = propertiesOf(properties)
  return {
    name: of('syft:distro:id') ?? name,
    version: of('syft:distro:versionID') ?? version,
    title: of('syft:distro:prettyName') ?? description,
  }
}

function componentOf(found: Component): ListedComponent {
  const { name, group, version, purl, licenses, properties, evidence, supplier, publisher } = found
  const of = propertiesOf(properties)
  const occurrence = evidence?.occurrences[0]
  return {
    name: group ? `${group}/${name}` : name,
    version,
    purl,
    licence: licenceOf(licenses ?? []),
    source: nameWithVersion(of('plimsoll:source')) ?? trivySource(of),
    module: of('plimsoll:module') ?? of('aquasecurity:trivy:Modularitylabel'),
    vendor: of('plimsoll:vendor'),
    supplier: supplier?.name ?? publisher,
    ownedBy: of('plimsoll:ownedBy'),
    hiddenBy: of('plimsoll:hiddenBy'),
    declared: of('plimsoll:declared') === 'true',
    path: occurrence?.location ?? of('syft:location:0:path') ?? of('aquasecurity:trivy:FilePath'),
    line: occurrence?.line,
    layer: of('plimsoll:layer') ?? of('syft:location:0:layerID') ?? of('aquasecurity:trivy:LayerDiffID'),
  }
}

type PropertyOf = (name: string) => string | undefined

/** The first of a name counts. */
function propertiesOf(properties: Component['properties']): PropertyOf {
  return (name) => properties?.find((property) => property.name === name)?.value || undefined
}

function trivySource(of: PropertyOf): ListedComponent['source'] {
  const name = of('aquasecurity:trivy:SrcName')
  const version = of('aquasecurity:trivy:SrcVersion')
  if (name === undefined) return undefined
  if (version === undefined) return { name }
  const [epoch, release] = [of('aquasecurity:trivy:SrcEpoch'), of('aquasecurity:trivy:SrcRelease')]
  return { name, version: `${epoch ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}` }
}

/** Several licences without an expression: all of them hold. */
function licenceOf(choices: readonly z.infer<typeof licenceChoice>[]): string | undefined {
  const names = choices.flatMap(({ expression, license }) => expression ?? license?.id ?? license?.name ?? [])
  const known = names.filter((name) => name !== '' && name !== 'NOASSERTION')
  const distinct = [...new Set(known)]
  if (distinct.length <= 1) return distinct[0]
  return distinct.map((one) => (/ OR /i.test(one) ? `(${one})` : one)).join(' AND ')
}
