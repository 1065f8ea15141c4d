// SPDX 2.2 and 2.3 in JSON. Where a package comes from stands in references to outside: its purl is one of them.
// https://spdx.github.io/spdx-spec/v2.3/package-information/

import { z } from 'zod'
import type { Scan } from '../../model/scan.ts'
import { nameWithVersion, type Bill, type BillFormat, type ListedComponent, type ListedSystem } from './bill.ts'

export const spdx: BillFormat = {
  accepts: ({ spdxVersion, '@context': context }) =>
    typeof spdxVersion === 'string' || (typeof context === 'string' && context.includes('spdx.org/rdf/3')),
  read,
}

const text = z.string().optional().catch(undefined)
const texts = z.array(z.string()).catch([])

const spdxPackage = z.object({
  SPDXID: text,
  name: z.string(),
  versionInfo: text,
  packageFileName: text,
  licenseConcluded: text,
  licenseDeclared: text,
  sourceInfo: text,
  supplier: text,
  description: text,
  primaryPackagePurpose: text,
  externalRefs: z
    .array(z.object({ referenceType: z.string(), referenceLocator: z.string() }))
    .optional()
    .catch(undefined),
  annotations: z
    .array(z.object({ comment: z.string() }))
    .optional()
    .catch(undefined),
})
type SpdxPackage = z.infer<typeof spdxPackage>

const relationship = z.object({
  spdxElementId: z.string(),
  relationshipType: z.string(),
  relatedSpdxElement: z.string(),
})

function read(document: Readonly<Record<string, unknown>>, scan: Scan): Bill {
  const version = document['spdxVersion']
  if (version !== 'SPDX-2.2' && version !== 'SPDX-2.3') {
    throw new Error('is SPDX of a version that is not read (2.2 and 2.3 are): write it as SPDX 2.3')
  }
  const packages = packagesOf(document, scan)
  const about = describedBy(document)
  const licences = ownLicences(document)
  const bill: Bill = { components: [], systems: [] }
  for (const found of packages) {
    const purpose = found.primaryPackagePurpose?.replace('_', '-')
    const isSubject = packages.length > 1 && about.has(found.SPDXID ?? '')
    if (purpose === 'OPERATING-SYSTEM') bill.systems.push(systemOf(found))
    else if (
      referenceOf(found, 'purl') !== undefined ||
      !(isSubject || purpose === 'FILE' || purpose === 'CONTAINER')
    ) {
      bill.components.push(componentOf(found, licences))
    }
  }
  return bill
}

function packagesOf(document: Readonly<Record<string, unknown>>, scan: Scan): SpdxPackage[] {
  const { packages } = document
  const listed: unknown[] = Array.isArray(packages) ? packages : []
  const parsed = listed.map((one) => spdxPackage.safeParse(one))
  const broken = parsed.filter(({ success }) => !success).length
  if (broken > 0) scan.gap(`${broken} ${broken === 1 ? 'entry' : 'entries'} of the list of packages without a name`)
  return parsed.flatMap(({ data }) => data ?? [])
}

/** Ids of what the document is about. */
function describedBy(document: Readonly<Record<string, unknown>>): Set<string> {
  const { documentDescribes, relationships } = document
  const ids = new Set(texts.parse(documentDescribes))
  for (const one of Array.isArray(relationships) ? (relationships as unknown[]) : []) {
    const { data } = relationship.safeParse(one)
    if (data?.relationshipType === 'DESCRIBES') ids.add(data.relatedSpdxElement)
    if (data?.relationshipType === 'DESCRIBED_BY') ids.add(data.spdxElementId)
  }
  return ids
}

const extractedLicence = z.object({ licenseId: z.string(), extractedText: z.string() })

/** Longer ones are texts of licences, of which the reference says as much. */
const longestName = 200

/** Licences that only this document has, in their own words. */
function ownLicences({ hasExtractedLicensingInfos: listed }: Readonly<Record<string, unknown>>): Map<string, string> {
  const licences = new Map<string, string>()
  for (const one of Array.isArray(listed) ? (listed as unknown[]) : []) {
    const { data } = extractedLicence.safeParse(one)
    if (data && data.extractedText.length <= longestName) licences.set(data.licenseId, data.extractedText)
  }
  return licences
}

function referenceOf({ externalRefs }: SpdxPackage, type: string): string | undefined {
  return externalRefs?.find(({ referenceType }) => referenceType === type)?.referenceLocator
}

function systemOf(found: SpdxPackage): ListedSystem {
  return {
    name: referenceOf(found, 'did') ?? found.name,
    version: referenceOf(found, 'version_id') ?? found.versionInfo,
    title: referenceOf(found, 'pretty_name') ?? found.description ?? `${found.name} ${found.versionInfo ?? ''}`.trim(),
  }
}

function componentOf(found: SpdxPackage, licences: ReadonlyMap<string, string>): ListedComponent {
  const { name, versionInfo, packageFileName, licenseConcluded, licenseDeclared, sourceInfo, supplier, annotations } =
    found
  const noted = (key: string): string | undefined =>
    annotations?.find(({ comment }) => comment.startsWith(`${key}: `))?.comment.slice(key.length + 2)
  const line = Number(noted('line'))
  const licence = [licenseDeclared, licenseConcluded].find(isLicence)
  return {
    name,
    version: versionInfo,
    purl: referenceOf(found, 'purl'),
    licence: licence?.replaceAll(/LicenseRef-[\w.-]+/g, (reference) => licences.get(reference) ?? reference),
    source: nameWithVersion(/^(?:source package|built package from): (?<source>.+)$/.exec(sourceInfo ?? '')?.[1]),
    module: noted('module'),
    vendor: noted('vendor'),
    supplier: /^(?:Organization|Person): (?<name>.+)$/.exec(supplier ?? '')?.groups?.['name'],
    ownedBy: noted('owned by'),
    hiddenBy: noted('hidden by layer'),
    declared: noted('declared') === 'true',
    path: noted('read from') ?? packageFileName,
    ...(Number.isSafeInteger(line) ? { line } : {}),
    layer: noted('layer'),
  }
}

function isLicence(licence: string | undefined): boolean {
  return licence !== undefined && !['', 'NONE', 'NOASSERTION'].includes(licence)
}
