import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../model/result.ts'
import { cyclonedx } from './cyclonedx.ts'
import { byAnother, empty, hostile, layered, real } from './testing.ts'

// The parts of the format that the tests read; the schema is checked in schemas.suite.ts.
interface Bom {
  serialNumber: string
  metadata: { properties: { name: string; value: string }[]; component: object }
  components: { 'bom-ref': string; name: string; supplier?: { name: string } }[]
  dependencies: { ref: string; dependsOn: string[] }[]
  compositions: { aggregate: string }[]
  vulnerabilities: { id: string; affects: { ref: string }[]; ratings: object[]; references: object[] }[]
}

const bom = (result: Result) => JSON.parse([...cyclonedx.render(result)].join('')) as Bom

test('who built a package is its supplier', () => {
  const found = bom({ ...real, packages: [byAnother] }).components.find(({ name }) => name === 'a')
  assert.deepEqual(found?.supplier, { name: 'Acme' })
})

test('a package is a component with its purl, its source package, its layer and the file that lists it', () => {
  assert.deepEqual(bom(real).components.slice(0, 3), [
    {
      'bom-ref': 'operating-system',
      type: 'operating-system',
      name: 'debian',
      version: '12',
      description: 'Debian GNU/Linux 12 (bookworm)',
    },
    {
      'bom-ref': 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12',
      type: 'library',
      name: 'libssl3',
      version: '3.0.11-1~deb12u1',
      purl: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12&upstream=openssl',
      evidence: { occurrences: [{ location: 'var/lib/dpkg/status', line: 120 }] },
      properties: [
        { name: 'plimsoll:ecosystem', value: 'Debian' },
        { name: 'plimsoll:source', value: 'openssl 3.0.11-1~deb12u1' },
        { name: 'plimsoll:architecture', value: 'amd64' },
        { name: 'plimsoll:layer', value: `sha256:${'cd'.repeat(32)}` },
      ],
    },
    {
      'bom-ref': 'pkg:npm/%40scope/part@1.2.3',
      type: 'library',
      group: '@scope',
      name: 'part',
      version: '1.2.3',
      licenses: [{ license: { id: 'MIT' } }],
      purl: 'pkg:npm/%40scope/part@1.2.3',
      evidence: { occurrences: [{ location: 'app/node_modules/@scope/part/package.json' }] },
      properties: [
        { name: 'plimsoll:ecosystem', value: 'npm' },
        { name: 'plimsoll:layer', value: `sha256:${'cd'.repeat(32)}` },
      ],
    },
  ])
})

test('a vulnerability has ratings, other names, the fix and what it affects', () => {
  const [first] = bom(real).vulnerabilities
  assert.deepEqual(first, {
    'bom-ref': 'vulnerability/DEBIAN-CVE-2024-0001',
    id: 'DEBIAN-CVE-2024-0001',
    references: [{ id: 'CVE-2024-0001', source: { name: 'CVE Program' } }],
    ratings: [{ score: 7.5, severity: 'high' }],
    description: 'Memory is used after it was freed',
    recommendation: 'Upgrade libssl3 (source package openssl) to 3.0.15-1~deb12u1',
    advisories: [{ url: 'https://osv.dev/vulnerability/DEBIAN-CVE-2024-0001' }],
    affects: [
      {
        ref: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12',
        versions: [{ version: '3.0.11-1~deb12u1', status: 'affected' }],
      },
    ],
    properties: [
      { name: 'plimsoll:exploited', value: 'false' },
      { name: 'plimsoll:finding', value: real.findings[0]!.id },
    ],
  })
})

test('one package version in two folders is two components, and a vulnerability affects both', () => {
  const { components, vulnerabilities } = bom(real)
  const both = ['pkg:npm/%40scope/part@1.2.3', 'pkg:npm/%40scope/part@1.2.3#2']
  assert.deepEqual(
    components.slice(2).map((component) => component['bom-ref']),
    both,
  )
  assert.deepEqual(
    vulnerabilities.find(({ id }) => id.startsWith('GHSA'))!.affects.map(({ ref }) => ref),
    both,
  )
})

for (const [name, result] of Object.entries({ real, hostile })) {
  test(`${name}: every reference leads to exactly one part of the document`, () => {
    const { components, dependencies, vulnerabilities } = bom(result)
    const refs = ['target', ...components.map((component) => component['bom-ref'])]
    assert.equal(new Set(refs).size, refs.length)
    const used = [
      ...dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]),
      ...vulnerabilities.flatMap(({ affects }) => affects.map(({ ref }) => ref)),
    ]
    assert.deepEqual(
      used.filter((ref) => !refs.includes(ref)),
      [],
    )
    assert.ok(vulnerabilities.every(({ affects }) => affects.length > 0))
  })
}

test('gaps are in it, and make it incomplete; without them nobody claims that it is complete', () => {
  const { metadata, compositions } = bom(real)
  assert.deepEqual(
    metadata.properties.filter(({ name }) => name === 'plimsoll:gap').map(({ value }) => value),
    [
      'undecided: needs labels (image-without-owner)',
      `no version: in this record (var/lib/dpkg/status:7, layer sha256:${'cd'.repeat(32)})`,
    ],
  )
  assert.equal(compositions[0]!.aggregate, 'incomplete')
  assert.equal(bom(empty).compositions[0]!.aggregate, 'unknown')
})

test('findings of rules have no place in it and are counted, unless no rule was evaluated', () => {
  const count = (result: Result) =>
    bom(result).metadata.properties.find(({ name }) => name === 'plimsoll:findings:rule')
  assert.equal(count(real)?.value, '1')
  assert.equal(count(empty), undefined)
})

test('the serial number follows the content', () => {
  assert.match(bom(real).serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(bom(real).serialNumber, bom(real).serialNumber)
  assert.notEqual(bom(real).serialNumber, bom({ ...real, at: '2026-11-22T12:00:00.000Z' }).serialNumber)
})

test('layers and the base image stand in its properties, and with each package whether it is hidden, owned or declared', () => {
  const { metadata, components } = bom(layered)
  const values = (properties: { name: string; value: string }[], prefix: string) =>
    properties
      .filter(({ name }) => name.startsWith(`plimsoll:${prefix}`))
      .map(({ name, value }) => [name.slice(9), value])
  assert.deepEqual(values(metadata.properties, 'base'), [
    ['base:name', 'debian:12'],
    ['base:digest', `sha256:${'ab'.repeat(32)}`],
    ['base:layers', '1'],
    ['base:known', 'estate'],
  ])
  assert.deepEqual(
    values(metadata.properties, 'image:layer').map(([, value]) => value!.slice(71)),
    [' 74800000 bytes ADD rootfs.tar / # debian:12', ' 61300000 bytes RUN gradle build', ' 310000 bytes'],
  )
  assert.deepEqual(values(metadata.properties, 'findings:secret'), [['findings:secret', '1']])
  const of = (name: string) => {
    const found = components.find((component) => component.name === name) as {
      properties?: Bom['metadata']['properties']
    }
    return Object.fromEntries(found.properties!.map((property) => [property.name.slice(9), property.value]))
  }
  assert.equal(of('libssl3')['base'], 'true')
  const jar = of('org.apache.logging.log4j:log4j-core')
  assert.deepEqual([jar['base'], jar['hiddenBy']], ['false', `sha256:${'05'.repeat(32)}`])
  const python = of('pyyaml')
  assert.deepEqual([python['ownedBy'], python['declared']], [layered.packages[0]!.purl, 'true'])
})

test('licences: ids and expressions of SPDX as such, any other words as a name', () => {
  const licensed = (licence: string) => {
    const packages = [{ ...layered.packages[1]!, licence }]
    return (bom({ ...empty, packages }).components[0] as { licenses?: unknown }).licenses
  }
  assert.deepEqual(licensed('mit'), [{ license: { id: 'MIT' } }])
  assert.deepEqual(licensed('MIT OR Apache-2.0'), [{ expression: 'MIT OR Apache-2.0' }])
  assert.deepEqual(licensed('as its author says'), [{ license: { name: 'as its author says' } }])
  assert.deepEqual(licensed('GPL-2.0-or-later AND (GPL OR own) AND public-domain'), [
    { license: { id: 'GPL-2.0-or-later' } },
    { license: { name: 'GPL OR own' } },
    { license: { name: 'public-domain' } },
  ])
})
