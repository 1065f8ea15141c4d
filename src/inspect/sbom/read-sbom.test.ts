import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { shared, withoutShared } from '../../testing/shared.ts'
import { inspectTarget } from '../inspect.ts'
import { defaultLimits } from '../limits.ts'
import { nameAndVersion, never, workFolder } from '../testing.ts'
import { UnreadableTarget } from '../unreadable.ts'
import { listedPackage } from './listed-package.ts'
import { readSbom } from './read-sbom.ts'

async function read(t: TestContext, document: unknown) {
  const path = join(workFolder(t), 'bom.json')
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document))
  return readSbom(path, { signal: never })
}

const cyclonedx = (components: readonly object[], rest: object = {}) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components,
  ...rest,
})
const spdx = (packages: readonly object[], rest: object = {}) => ({ spdxVersion: 'SPDX-2.3', packages, ...rest })
const purlOf = (referenceLocator: string) => ({
  externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator }],
})
const whys = (gaps: readonly { why: string }[]) => gaps.map(({ why }) => why)

// One purl of each type, with the name that OSV knows the package by. https://ossf.github.io/osv-schema/#affectedpackage-field
const names: readonly [purl: string, ecosystem: string, name: string, version: string][] = [
  ['pkg:npm/%40Babel/Core@7.0.0', 'npm', '@Babel/Core', '7.0.0'],
  ['pkg:pypi/Zope.Interface@5.4.0', 'PyPI', 'zope-interface', '5.4.0'],
  [
    'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar',
    'Maven',
    'org.apache.logging.log4j:log4j-core',
    '2.14.1',
  ],
  ['pkg:golang/github.com/BurntSushi/toml@v1.2.0', 'Go', 'github.com/BurntSushi/toml', 'v1.2.0'],
  ['pkg:cargo/openssl-src@111.25.0%2B1.1.1t', 'crates.io', 'openssl-src', '111.25.0+1.1.1t'],
  ['pkg:gem/nokogiri@1.13.0?platform=java', 'RubyGems', 'nokogiri', '1.13.0'],
  ['pkg:nuget/Newtonsoft.Json@12.0.1', 'NuGet', 'Newtonsoft.Json', '12.0.1'],
  ['pkg:composer/Laravel/Framework@8.0.0', 'Packagist', 'laravel/framework', '8.0.0'],
  ['pkg:pub/http@0.13.2', 'Pub', 'http', '0.13.2'],
  ['pkg:hex/plug@1.3.1', 'Hex', 'plug', '1.3.1'],
  ['pkg:swift/github.com/vapor/vapor@4.54.0', 'SwiftURL', 'github.com/vapor/vapor', '4.54.0'],
  ['pkg:conan/openssl@3.0.3', 'ConanCenter', 'openssl', '3.0.3'],
  ['pkg:cran/commonmark@1.7', 'CRAN', 'commonmark', '1.7'],
  ['pkg:hackage/aeson@1.5.6.0', 'Hackage', 'aeson', '1.5.6.0'],
  ['pkg:bitnami/nginx@1.25.0', 'Bitnami', 'nginx', '1.25.0'],
  ['pkg:rpm/fedora/bash@5.2.15-3.fc38?epoch=1', 'rpm', 'bash', '1:5.2.15-3.fc38'],
]
for (const [purl, ecosystem, name, version] of names) {
  test(`${purl} is ${name} of ${ecosystem}`, () => {
    const found = listedPackage({ name: 'other', purl })
    assert.ok('package' in found)
    const { package: listed } = found
    assert.deepEqual([listed.ecosystem, listed.name, listed.version], [ecosystem, name, version])
  })
}

test('the purl of what is listed is the one that reading the package itself would give', () => {
  const canonical = (purl: string) => {
    const found = listedPackage({ name: '', purl })
    return 'package' in found ? found.package.purl : found.why
  }
  assert.equal(
    canonical('pkg:golang/github.com/BurntSushi/toml@v1.2.0'),
    'pkg:golang/github.com/burntsushi/toml@v1.2.0',
  )
  assert.equal(canonical('pkg:pypi/Zope.Interface@5.4.0RC1'), 'pkg:pypi/zope-interface@5.4.0rc1')
  assert.equal(canonical('pkg:npm/@Babel/Core@7.0.0'), 'pkg:npm/%40babel/core@7.0.0')
  assert.equal(canonical('pkg:alpine/zlib@1.2.12-r3?arch=x86_64'), 'pkg:apk/alpine/zlib@1.2.12-r3?arch=x86_64')
})

test('who built a package, as each tool tells it', async (t) => {
  const purls = { rpm: 'pkg:rpm/redhat/a@1-1?distro=rhel-9.4', deb: 'pkg:deb/debian/a@1?distro=debian-12' }
  const vendors = async (document: unknown) => (await read(t, document)).packages.map(({ vendor }) => vendor)
  const cases = [
    [purls.rpm, { supplier: { name: 'Fedora Project' } }, 'Fedora Project'],
    [purls.rpm, { publisher: 'Fedora Project' }, 'Fedora Project'],
    [purls.deb, { supplier: { name: 'Docker <support@docker.com>' } }, 'Docker'],
    [purls.deb, { publisher: 'Matthias Klose <doko@debian.org>' }, undefined],
    [purls.deb, { properties: [{ name: 'plimsoll:vendor', value: 'Docker' }] }, 'Docker'],
    ['pkg:npm/a@1', { publisher: 'somebody' }, undefined],
  ] as const
  for (const [purl, more, expected] of cases) {
    assert.deepEqual(await vendors(cyclonedx([{ type: 'library', name: 'a', purl, ...more }])), [expected])
  }
  const spdx = (supplier: string) => ({
    spdxVersion: 'SPDX-2.3',
    packages: [{ name: 'a', supplier, externalRefs: [{ referenceType: 'purl', referenceLocator: purls.rpm }] }],
  })
  assert.deepEqual(await vendors(spdx('Organization: Fedora Project')), ['Fedora Project'])
  assert.deepEqual(await vendors(spdx('NOASSERTION')), [undefined])
})

test('an epoch that stands apart from the version belongs to it, and counts once', () => {
  const version = (purl: string) => {
    const found = listedPackage({ name: '', purl })
    return 'package' in found ? found.package.version : found.why
  }
  assert.equal(version('pkg:deb/debian/bsdutils@2.38.1-5?arch=amd64&distro=debian-12.4&epoch=1'), '1:2.38.1-5')
  assert.equal(version('pkg:deb/debian/bsdutils@1:2.38.1-5?epoch=1'), '1:2.38.1-5')
  assert.equal(version('pkg:rpm/redhat/openssl-libs@1%3A3.0.7-18.el9?epoch=1'), '1:3.0.7-18.el9')
  assert.equal(version('pkg:npm/left-pad@1.3.0?epoch=1'), '1.3.0')
})

test('the platform of a gem is no part of its version, also where a tool left it there', () => {
  const gem = (purl: string) => {
    const found = listedPackage({ name: 'nokogiri', purl })
    return 'package' in found ? [found.package.version, found.package.purl] : found.why
  }
  const linux = ['1.15.4', 'pkg:gem/nokogiri@1.15.4?platform=x86_64-linux']
  assert.deepEqual(gem('pkg:gem/nokogiri@1.15.4?platform=x86_64-linux'), linux)
  assert.deepEqual(gem('pkg:gem/nokogiri@1.15.4-x86_64-linux'), linux)
  assert.deepEqual(gem('pkg:gem/nokogiri@1.16.0.rc1-java'), ['1.16.0.rc1', 'pkg:gem/nokogiri@1.16.0.rc1?platform=java'])
})

test('the standard library of Go is one package, whichever name it is given', () => {
  const found = listedPackage({ name: 'std', version: 'go1.20.3', purl: 'pkg:golang/std@go1.20.3?type=module' })
  assert.ok('package' in found)
  const { name, version, purl } = found.package
  assert.deepEqual([name, version, purl], ['stdlib', 'go1.20.3', 'pkg:golang/stdlib@go1.20.3?type=module'])
})

test('the name of a Go module keeps the case that the component gives it', () => {
  const found = listedPackage({
    name: 'github.com/BurntSushi/toml',
    purl: 'pkg:golang/github.com/burntsushi/toml@v1.2.0',
  })
  assert.equal('package' in found && found.package.name, 'github.com/BurntSushi/toml')
})

test('source packages, as each tool writes them', () => {
  const source = (purl: string, told?: { name: string; version: string }) => {
    const found = listedPackage({ name: '', purl, source: told })
    return 'package' in found ? found.package.source : found.why
  }
  const openssl = { name: 'openssl', version: '3.0.11-1~deb12u1' }
  assert.deepEqual(source('pkg:deb/debian/libssl3@3.0.11-1~deb12u1?upstream=openssl'), openssl)
  assert.deepEqual(source('pkg:deb/debian/libssl3@3.0.11-1~deb12u1%2Bb1?upstream=openssl%403.0.11-1~deb12u1'), openssl)
  assert.deepEqual(source('pkg:deb/debian/libssl3@3.0.11-1~deb12u1?source=openssl'), openssl)
  assert.deepEqual(source('pkg:apk/alpine/libssl3@3.1.4-r0?origin=openssl'), { name: 'openssl', version: '3.1.4-r0' })
  assert.deepEqual(
    source('pkg:rpm/redhat/openssl-libs@3.0.7-18.el9_2?epoch=1&upstream=openssl-3.0.7-18.el9_2.src.rpm'),
    {
      name: 'openssl',
      version: '1:3.0.7-18.el9_2',
    },
  )
  assert.deepEqual(source('pkg:deb/debian/libssl3@3.0.11-1~deb12u1', openssl), openssl)
  assert.equal(source('pkg:deb/debian/zlib@1.2?upstream=zlib'), undefined, 'no other than its own')
})

test('nested components are packages; files are none; what has no usable purl is a gap, counted with examples', async (t) => {
  const { packages, gaps } = await read(
    t,
    cyclonedx([
      { type: 'container', name: 'image', components: [{ type: 'library', name: 'b', purl: 'pkg:npm/b@2' }] },
      { type: 'library', name: 'a', version: '1', purl: 'pkg:npm/a', licenses: [{ license: { id: 'MIT' } }] },
      { type: 'file', name: 'usr/bin/c' },
      { type: 'library', name: 'd' },
      { type: 'library', name: 'e' },
      { type: 'library', name: 'f', purl: 'purl:f' },
      { type: 'library', name: 'g', purl: 'pkg:oci/g@sha256%3Aabc' },
      { type: 'library', name: 'h', purl: 'pkg:npm/h' },
      { type: 'library' },
    ]),
  )
  assert.deepEqual(packages.map(nameAndVersion), ['b 2', 'a 1'])
  assert.equal(packages[1]!.licence, 'MIT')
  assert.deepEqual(whys(gaps), [
    '1 entry of the list of components without a name',
    '2 components without a package URL: d, e',
    '1 component with a package URL that cannot be read: f',
    '1 component of a type that is not judged (oci): g',
    '1 component without a version: h',
  ])
})

const debian = (name: string, distro: string) => ({
  type: 'library',
  name,
  purl: `pkg:deb/debian/${name}@1?distro=${distro}`,
})

test('the distribution: by its component, by the qualifier of most purls, by a code name, by the namespace', async (t) => {
  const ecosystem = async (components: readonly object[]) => {
    const { distribution, gaps } = await read(t, cyclonedx(components))
    return distribution?.ecosystem ?? whys(gaps)
  }
  const system = (name: string, version?: string) => ({ type: 'operating-system', name, version })
  assert.equal(await ecosystem([system('debian', '12.5'), debian('a', 'debian-12.5')]), 'Debian:12')
  assert.equal(await ecosystem([system('Red Hat Enterprise Linux', '9.2 EUS')]), 'Red Hat:enterprise_linux:9')
  assert.equal(
    await ecosystem([system('Red Hat Enterprise Linux 9.4 Extended Update Support', 'RHEL-9.4.0.Z.EUS')]),
    'Red Hat:enterprise_linux:9',
  )
  assert.equal(await ecosystem([system('alpine', '3.20.3')]), 'Alpine:v3.20')
  assert.equal(
    await ecosystem([debian('a', 'debian-11'), debian('b', 'debian-11'), debian('c', 'debian-12')]),
    'Debian:11',
  )
  assert.equal(await ecosystem([debian('a', 'bookworm')]), 'Debian:12')
  assert.equal(await ecosystem([debian('a', '13')]), 'Debian:13')
  assert.equal(await ecosystem([{ type: 'library', name: 'a', purl: 'pkg:apk/wolfi/a@1' }]), 'Wolfi')
  assert.equal(
    await ecosystem([{ type: 'library', name: 'a', purl: 'pkg:apk/alpine/a@1?distro=alpine-v3.20' }]),
    'Alpine:v3.20',
  )
  assert.equal(
    await ecosystem([{ type: 'library', name: 'a', purl: 'pkg:rpm/alma/a@1-1?distro=alma-9.4' }]),
    'AlmaLinux:9',
  )
  assert.equal(
    await ecosystem([{ type: 'library', name: 'a', purl: 'pkg:rpm/suse/a@1?distro=sles-15.5' }]),
    'SUSE:Linux Enterprise Server 15 SP5',
  )
  assert.deepEqual(await ecosystem([{ type: 'library', name: 'a', purl: 'pkg:deb/debian/a@1' }]), [
    'the document does not tell the release of debian',
  ])
})

test('packages of another release are listed, and never judged by the wrong one', async (t) => {
  const system = { type: 'operating-system', name: 'debian', version: '12' }
  const ubuntu = { type: 'library', name: 'c', purl: 'pkg:deb/ubuntu/c@1?distro=ubuntu-22.04' }
  const { packages, gaps } = await read(
    t,
    cyclonedx([system, debian('a', 'debian-12'), debian('b', 'debian-11'), ubuntu]),
  )
  assert.deepEqual(
    packages.map(({ ecosystem, name }) => `${ecosystem} ${name}`),
    ['Debian a', 'deb b', 'deb c'],
  )
  assert.deepEqual(whys(gaps), ['2 components of another distribution than debian 12: b, c'])
})

test('SPDX: packages by their purls, the system by its purpose, what the document is about is no package', async (t) => {
  const { packages, distribution, gaps } = await read(
    t,
    spdx(
      [
        { SPDXID: 'SPDXRef-image', name: 'shop', primaryPackagePurpose: 'CONTAINER' },
        { SPDXID: 'SPDXRef-os', name: 'debian', versionInfo: '12', primaryPackagePurpose: 'OPERATING-SYSTEM' },
        {
          SPDXID: 'SPDXRef-a',
          name: 'libssl3',
          versionInfo: '3.0.11-1',
          licenseConcluded: 'NOASSERTION',
          licenseDeclared: 'Apache-2.0',
          sourceInfo: 'built package from: openssl 3.0.11-1',
          ...purlOf('pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.5'),
        },
        { SPDXID: 'SPDXRef-b', name: 'left-pad' },
      ],
      {
        relationships: [
          { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-image' },
        ],
      },
    ),
  )
  assert.equal(distribution?.ecosystem, 'Debian:12')
  assert.deepEqual(packages, [
    {
      ecosystem: 'Debian',
      name: 'libssl3',
      version: '3.0.11-1',
      purl: 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12',
      source: { name: 'openssl', version: '3.0.11-1' },
      arch: 'amd64',
      licence: 'Apache-2.0',
      place: {},
    },
  ])
  assert.deepEqual(whys(gaps), ['1 component without a package URL: left-pad'])
})

test('what is no such document says why, and what to do where something can be done', async (t) => {
  const cases: readonly [document: unknown, why: RegExp][] = [
    ['{"bomFormat":"CycloneDX","specVersion":"1.6","compo', /no whole JSON: it may have been cut/],
    [{ hello: 1 }, /JSON, but neither CycloneDX nor SPDX/],
    [{ bomFormat: 'CycloneDX', specVersion: '1.0' }, /of a version that is not read/],
    [{ bomFormat: 'CycloneDX', specVersion: 1.4 }, /of a version that is not read/],
    [{ spdxVersion: 'SPDX-2.1' }, /2\.2 and 2\.3 are/],
    [{ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld' }, /write it as SPDX 2\.3/],
    ['<?xml version="1.0"?><bom/>', /is XML: convert the document to JSON/],
    ['SPDXVersion: SPDX-2.2\n', /tag-value form: convert the document to JSON/],
    [`{"a":[${'1,'.repeat(1_000_001)}1]}`, /more than 1000000 values/],
  ]
  for (const [document, why] of cases) {
    await assert.rejects(read(t, document), (error) => error instanceof UnreadableTarget && why.test(error.message))
  }
})

test('a document that says that it is incomplete, or is newer than what is known, is read with a gap', async (t) => {
  const { gaps } = await read(t, cyclonedx([], { specVersion: '1.8', compositions: [{ aggregate: 'incomplete' }] }))
  assert.deepEqual(whys(gaps), [
    'the document is CycloneDX 1.8, and is read as 1.7: what is new in it is not seen',
    'the document says of itself that it is not complete',
    'the document lists no package that can be judged',
  ])
})

test('CycloneDX 1.7: what the environment is expected to bring is no part of it; licences of several forms all hold', async (t) => {
  const document = cyclonedx(
    [
      {
        type: 'library',
        name: 'a',
        version: '1.0.0',
        purl: 'pkg:npm/a@1.0.0',
        licenses: [{ expression: 'MIT OR Apache-2.0' }, { license: { id: 'BSD-3-Clause' } }],
        components: [{ type: 'library', name: 'b', version: '2.0.0', purl: 'pkg:npm/b@2.0.0' }],
      },
      {
        type: 'library',
        name: 'outside',
        isExternal: true,
        versionRange: 'vers:npm/>=1.0.0',
        purl: 'pkg:npm/outside',
        components: [{ type: 'library', name: 'inside', version: '1.0.0', purl: 'pkg:npm/inside@1.0.0' }],
      },
    ],
    { specVersion: '1.7' },
  )
  const { packages, gaps } = await read(t, document)
  assert.deepEqual(
    packages.map(({ name, licence }) => [name, licence]),
    [
      ['a', '(MIT OR Apache-2.0) AND BSD-3-Clause'],
      ['b', undefined],
    ],
  )
  assert.deepEqual(gaps, [])
})

test('more components than may be listed are cut, and the cut is told', async (t) => {
  const path = join(workFolder(t), 'bom.json')
  const components = Array.from({ length: 12 }, (_, index) => ({ name: `p${index}`, purl: `pkg:npm/p${index}@1` }))
  writeFileSync(path, JSON.stringify(cyclonedx(components)))
  const { packages, gaps } = await readSbom(path, { signal: never, limits: { ...defaultLimits, packagesPerFile: 10 } })
  assert.equal(packages.length, 10)
  assert.deepEqual(whys(gaps), ['2 components beyond the first 10 were left out'])
})

test('components inside one another to any depth are read without a deep stack', async (t) => {
  let nested = '{"name":"x","purl":"pkg:npm/x@1"}'
  for (let depth = 0; depth < 3000; depth++) nested = `{"name":"y","type":"file","components":[${nested}]}`
  const { packages } = await read(t, `{"bomFormat":"CycloneDX","specVersion":"1.5","components":[${nested}]}`)
  assert.deepEqual(packages.map(nameAndVersion), ['x 1'])
})

test('whatever stands in the fields, a document is read or refused', async (t) => {
  const key = fc.constantFrom(
    'name',
    'version',
    'purl',
    'type',
    'components',
    'properties',
    'licenses',
    'versionInfo',
    'externalRefs',
    'bom-ref',
    'evidence',
  )
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('pkg:npm/a@1', 'pkg:deb/debian/a@1?distro=x-1', 'operating-system'),
  )
  const component = fc.dictionary(key, value, { maxKeys: 6 })
  await fc.assert(
    fc.asyncProperty(fc.array(component, { maxLength: 5 }), async (components) => {
      await read(t, cyclonedx(components, { metadata: { component: components[0] } }))
      await read(t, spdx(components, { documentDescribes: components, relationships: components }))
    }),
    { numRuns: 60 },
  )
})

// Documents that other projects published: how many packages each lists, counted in the documents by other means.
const published: Readonly<Record<string, { packages: number; ecosystem?: string }>> = {
  'cyclonedx/cern-bom.json': { packages: 44 },
  'cyclonedx/guac-alpine-cyclonedx.json': { packages: 14, ecosystem: 'Alpine:v3.16' },
  'cyclonedx/guac-distroless-cyclonedx.json': { packages: 3, ecosystem: 'Debian:11' },
  'cyclonedx/guac-cyclonedx-components-nested.json': { packages: 2 },
  'cyclonedx/laravel-bom.1.4.json': { packages: 63 },
  'cyclonedx/proton-proton-bridge-v1.8.0.bom.json': { packages: 202 },
  'cyclonedx/trustify-rhel-9.2-eus.cdx.json': { packages: 1, ecosystem: 'Red Hat:enterprise_linux:9' },
  'spdx/guac-alpine-spdx.json': { packages: 14, ecosystem: 'Alpine:v3.16' },
}
for (const [name, expected] of Object.entries(published)) {
  test(`published: ${name}`, { skip: withoutShared('feeds/sbom') }, async () => {
    const path = shared(`feeds/sbom/${name}`)!
    const { kind, packages, distribution } = await inspectTarget({ kind: 'image', path }, { signal: never })
    assert.equal(kind, 'sbom')
    assert.equal(packages.length, expected.packages)
    assert.equal(distribution?.ecosystem, expected.ecosystem)
  })
}
