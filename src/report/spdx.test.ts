import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../model/result.ts'
import { spdx } from './spdx.ts'
import { byAnother, empty, hostile, layered, real } from './testing.ts'

// The parts of the format that the tests read; the schema is checked in schemas.suite.ts.
interface Document {
  documentNamespace: string
  creationInfo: { created: string; creators: string[] }
  packages: {
    SPDXID: string
    name: string
    versionInfo?: string
    supplier: string
    checksums?: { algorithm: string; checksumValue: string }[]
    licenseDeclared?: string
    annotations?: { comment: string }[]
  }[]
  relationships: { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[]
  hasExtractedLicensingInfos?: { licenseId: string; extractedText: string }[]
}

const document = (result: Result) => JSON.parse([...spdx.render(result)].join('')) as Document

test('a package has its purl, its source package, its licence and the facts that the standard has no field for', () => {
  const found = document(layered).packages.find(({ name }) => name === 'libssl3')
  assert.deepEqual(
    { ...found, annotations: found?.annotations?.map(({ comment }) => comment) },
    {
      SPDXID: 'SPDXRef-Package-1',
      name: 'libssl3',
      versionInfo: '3.0.11-1~deb12u1',
      supplier: 'NOASSERTION',
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
      licenseConcluded: 'NOASSERTION',
      copyrightText: 'NOASSERTION',
      licenseDeclared: 'NOASSERTION',
      sourceInfo: 'built package from: openssl 3.0.11-1~deb12u1',
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12&upstream=openssl',
        },
      ],
      annotations: [
        'read from: var/lib/dpkg/status',
        'line: 120',
        `layer: sha256:${'ba'.repeat(32)}`,
        'of the base image: true',
      ],
    },
  )
})

test('who built a package is its supplier; the subject has its digest as checksum', () => {
  const { packages } = document({ ...real, packages: [byAnother] })
  const found = packages.find(({ name }) => name === 'a')
  assert.equal(found?.supplier, 'Organization: Acme')
  assert.deepEqual(
    found?.annotations?.map(({ comment }) => comment),
    ['vendor: Acme'],
  )
  const digest = real.target.digest!
  assert.deepEqual(
    packages.flatMap(({ versionInfo, checksums }) => (versionInfo === digest ? checksums : [])),
    [{ algorithm: 'SHA256', checksumValue: digest.slice('sha256:'.length) }],
  )
})

test('the document describes the target, which contains its system and its packages', () => {
  const { packages, relationships } = document(real)
  assert.deepEqual(relationships[0], {
    spdxElementId: 'SPDXRef-DOCUMENT',
    relationshipType: 'DESCRIBES',
    relatedSpdxElement: 'SPDXRef-Target',
  })
  assert.deepEqual(
    relationships
      .slice(1)
      .map(({ relationshipType, relatedSpdxElement }) => `${relationshipType} ${relatedSpdxElement}`),
    ['SPDXRef-OperatingSystem', 'SPDXRef-Package-1', 'SPDXRef-Package-2', 'SPDXRef-Package-3'].map(
      (id) => `CONTAINS ${id}`,
    ),
  )
  assert.equal(packages.length, 5)
})

for (const [name, result] of Object.entries({ empty, layered, hostile })) {
  test(`${name}: every id is one of the standard's, there once, and every reference leads to one`, () => {
    const { packages, relationships } = document(result)
    const ids = ['SPDXRef-DOCUMENT', ...packages.map(({ SPDXID }) => SPDXID)]
    assert.equal(new Set(ids).size, ids.length)
    for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/)
    for (const { spdxElementId, relatedSpdxElement } of relationships) {
      assert.ok(ids.includes(spdxElementId) && ids.includes(relatedSpdxElement))
    }
  })
}

test('licences: an expression of the standard as it is, any other words by reference, none as not asserted', () => {
  const { packages, hasExtractedLicensingInfos } = document(layered)
  const declared = Object.fromEntries(packages.map(({ name, licenseDeclared }) => [name, licenseDeclared]))
  assert.equal(declared['@scope/part'], 'MIT')
  assert.equal(declared['libssl3'], 'NOASSERTION')
  assert.match(declared['pyyaml']!, /^LicenseRef-[a-zA-Z0-9.-]+$/)
  assert.deepEqual(
    hasExtractedLicensingInfos?.map(({ licenseId, extractedText }) => [licenseId, extractedText]),
    [[declared['pyyaml'], 'as its author says']],
  )
})

test('licences: words of a part alone are referred to', () => {
  const licences = ['MIT AND public-domain', 'ISC OR public-domain', 'MIT AND LicenseRef-of-another']
  const packages = licences.map((licence) => ({ ...layered.packages[1]!, licence }))
  const { packages: written, hasExtractedLicensingInfos } = document({ ...layered, packages })
  const extracted = hasExtractedLicensingInfos!.map(({ licenseId, extractedText }) => [extractedText, licenseId])
  const { 'public-domain': own, 'LicenseRef-of-another': others } = Object.fromEntries(extracted) as Record<
    string,
    string
  >
  assert.deepEqual(
    written.map(({ licenseDeclared }) => licenseDeclared).filter((declared) => /MIT|ISC/.test(declared ?? '')),
    [`MIT AND ${own}`, `ISC OR ${own}`, `MIT AND ${others}`],
  )
})

test('the namespace follows the content, and the time is written as the standard wants it', () => {
  const { documentNamespace, creationInfo } = document(real)
  assert.match(documentNamespace, /^urn:uuid:[0-9a-f-]{36}$/)
  assert.notEqual(documentNamespace, document({ ...real, packages: [] }).documentNamespace)
  assert.deepEqual(creationInfo, { created: '2026-11-21T12:00:00Z', creators: ['Tool: plimsoll-0.1.0'] })
})

test('gaps, layers and the base image stand with the target', () => {
  const facts = document(layered).packages[0]!.annotations!.map(({ comment }) => comment)
  assert.deepEqual(facts.slice(0, 6), [
    'judged: 3 of 5 packages judged',
    'advisories: osv, built 2026-11-20T12:00:00.000Z',
    'base image: debian:12',
    `base digest: sha256:${'ab'.repeat(32)}`,
    'base layers: 1',
    `layer: sha256:${'ba'.repeat(32)} 74800000 bytes ADD rootfs.tar / # debian:12`,
  ])
  assert.ok(facts.includes('gap: undecided: needs labels (image-without-owner)'))
})
