import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../testing.ts'
import { bitnamiComponent, isListOfComponent } from './bitnami-component.ts'

const path = 'opt/bitnami/shop/.spdx-shop.spdx'
const refer = (referenceLocator: string, referenceType = 'purl'): object => ({
  referenceCategory: 'PACKAGE-MANAGER',
  referenceType,
  referenceLocator,
})
const listed = async (packages: unknown) => {
  const { packages: found, gaps } = await run(
    bitnamiComponent,
    path,
    JSON.stringify({ spdxVersion: 'SPDX-2.3', packages }),
  )
  return { found, gaps: gaps.map(({ why }) => why) }
}

test('a component and what was built into it, each once; modules of languages are read where they lie', async () => {
  const { found, gaps } = await listed([
    {
      name: 'Shop',
      versionInfo: '15.3.0',
      licenseDeclared: 'PostgreSQL',
      externalRefs: [
        refer('cpe:2.3:*:acme:shop:15.3.0:*:*:*:*:*:*:*', 'cpe23Type'),
        refer('pkg:bitnami/shop@15.3.0-7?arch=amd64&distro=debian-11'),
      ],
    },
    { name: 'GEOS', licenseDeclared: 'NONE', externalRefs: [refer('pkg:bitnami/geos@3.8.3')] },
    { name: 'GEOS', externalRefs: [refer('pkg:bitnami/geos@3.8.3')] },
    { name: 'jar' },
    { name: 'a:b', externalRefs: [refer('pkg:maven/a/b@1')] },
  ])
  deepEqual(found, [
    {
      ecosystem: 'Bitnami',
      name: 'shop',
      version: '15.3.0-7',
      purl: 'pkg:bitnami/shop@15.3.0-7?arch=amd64',
      arch: 'amd64',
      licence: 'PostgreSQL',
      place: { path },
    },
    { ecosystem: 'Bitnami', name: 'geos', version: '3.8.3', purl: 'pkg:bitnami/geos@3.8.3', place: { path } },
  ])
  deepEqual(gaps, [])
})

test('a component without a version, and what is no such document, are gaps', async () => {
  deepEqual(await listed([{ name: 'a', externalRefs: [refer('pkg:bitnami/a')] }]), {
    found: [],
    gaps: ['the component a has no version'],
  })
  deepEqual((await listed(undefined)).gaps, ['no SPDX document: it has no list of packages'])
})

test('only below Bitnami’s own folder', () => {
  deepEqual(
    [path, 'opt/bitnami/.spdx-a.spdx', 'srv/opt/bitnami/a/.spdx-a.spdx', 'opt/bitnami/a/b.spdx'].map(isListOfComponent),
    [true, true, false, false],
  )
})
