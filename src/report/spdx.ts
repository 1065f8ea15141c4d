// SPDX 2.3 in JSON: https://spdx.github.io/spdx-spec/v2.3/
//
// The target contains its operating system and its packages. What the standard has no field for stands in annotations,
// `key: value`, one fact each; `plimsoll scan` reads them back: src/inspect/sbom/spdx.ts. Findings have no place in it.

import { uuidOfName } from '../lib/sha1.ts'
import type { Package } from '../model/package.ts'
import type { Result } from '../model/result.ts'
import type { Format } from './format.ts'
import { jsonText } from './json-text.ts'
import { depth } from './judged.ts'
import { isOfBase } from './layers.ts'
import { gapText } from './gap-text.ts'
import { declaredLicences } from './spdx-licences.ts'
import { purlWithSource } from './purl-with-source.ts'

export const spdx: Format = { id: 'spdx', extension: 'spdx.json', render }

const target = 'SPDXRef-Target'
const system = 'SPDXRef-OperatingSystem'
/** Of the names that `documentNamespace` is made from; chosen once, at random. */
const namespace = '0d4b7a54-5c8e-4a43-9f0b-d1f1b1a3a6ce'

function* render(result: Result): Generator<string> {
  const annotator = `Tool: plimsoll-${result.version}`
  // The standard knows no parts of a second.
  const created = result.at.replace(/\.\d+Z$/, 'Z')
  const note = (comment: string) => ({ annotationDate: created, annotationType: 'OTHER', annotator, comment })
  const licences = declaredLicences(result.packages)
  const packages = result.packages.map((found, index) => ({
    ...aboutPackage(found, packageId(index), licences.declared(found)),
    annotations: factsOf(found, result).map(note),
  }))
  const extracted = licences.extracted()
  const body = {
    name: result.target.name || 'target',
    creationInfo: { created, creators: [annotator] },
    packages: [
      { ...aboutTarget(result), annotations: factsOfTarget(result).map(note) },
      ...aboutSystem(result),
      ...packages,
    ],
    relationships: relationships(result),
    ...(extracted.length > 0 ? { hasExtractedLicensingInfos: extracted } : {}),
  }
  const head = { spdxVersion: 'SPDX-2.3', dataLicense: 'CC0-1.0', SPDXID: 'SPDXRef-DOCUMENT' }
  const documentNamespace = `urn:uuid:${uuidOfName(namespace, JSON.stringify(body))}`
  yield jsonText({ ...head, documentNamespace, ...body })
}

function packageId(index: number): string {
  return `SPDXRef-Package-${index + 1}`
}

function relationships({ packages, distribution }: Result) {
  const contained = [...(distribution ? [system] : []), ...packages.map((_, index) => packageId(index))]
  return [
    { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: target },
    ...contained.map((id) => ({ spdxElementId: target, relationshipType: 'CONTAINS', relatedSpdxElement: id })),
  ]
}

/** Nothing was downloaded from there, and no file of a package was looked at one by one. Syft reads no subject without a supplier. */
const notSaid = {
  supplier: 'NOASSERTION',
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
}

function aboutTarget({ target: { name, kind, digest } }: Result) {
  const purposes = { image: 'CONTAINER', rootfs: 'FILE', host: 'DEVICE', sbom: 'FILE' } as const
  return {
    SPDXID: target,
    name: name || 'target',
    ...(digest === undefined ? {} : { versionInfo: digest }),
    ...notSaid,
    ...checksumsOf(digest),
    primaryPackagePurpose: purposes[kind],
  }
}

function checksumsOf(digest = '') {
  const sum = /^sha256:(?<sum>[0-9a-f]{64})$/.exec(digest)?.groups?.['sum']
  return sum === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: sum }] }
}

function factsOfTarget(result: Result): string[] {
  const { judged, advisories, image, gaps } = result
  const base = image?.base
  return [
    `judged: ${depth(judged)}`,
    `advisories: ${advisories.origin}, built ${advisories.builtAt}`,
    ...(base?.name === undefined ? [] : [`base image: ${base.name}`]),
    ...(base?.digest === undefined ? [] : [`base digest: ${base.digest}`]),
    ...(base?.layers === undefined ? [] : [`base layers: ${base.layers}`]),
    ...(image?.layers ?? []).map(({ digest, size, createdBy }) =>
      `layer: ${digest} ${size} bytes ${createdBy ?? ''}`.trim(),
    ),
    ...gaps.map((gap) => `gap: ${gapText(gap)}`),
  ]
}

function aboutSystem({ distribution }: Result) {
  if (distribution === undefined) return []
  const { id, version, name } = distribution
  return [
    {
      SPDXID: system,
      name: id,
      ...(version === undefined ? {} : { versionInfo: version }),
      description: name,
      ...notSaid,
      primaryPackagePurpose: 'OPERATING_SYSTEM',
    },
  ]
}

function aboutPackage(found: Package, id: string, licenceDeclared: string) {
  const { name, version, source, vendor } = found
  const purl = purlWithSource(found)
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    ...notSaid,
    ...(vendor ? { supplier: `Organization: ${vendor}` } : {}),
    licenseDeclared: licenceDeclared,
    ...(source ? { sourceInfo: `built package from: ${source.name} ${source.version}` } : {}),
    ...(purl
      ? { externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }] }
      : {}),
  }
}

function factsOf(found: Package, result: Result): string[] {
  const { place, module, vendor, hiddenBy, ownedBy, declared } = found
  const ofBase = isOfBase(place, result)
  const facts: readonly (readonly [key: string, value: string | number | boolean | undefined])[] = [
    ['read from', place.path],
    ['line', place.line],
    ['layer', place.layer],
    ['of the base image', ofBase],
    ['module', module],
    ['vendor', vendor],
    ['hidden by layer', hiddenBy],
    ['owned by', ownedBy],
    ['declared', declared],
  ]
  return facts.flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]))
}
