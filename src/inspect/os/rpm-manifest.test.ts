import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../testing.ts'
import { rpmManifest } from './rpm-manifest.ts'

const path = 'var/lib/rpmmanifest/container-manifest-2'
const line = (...fields: string[]): string => `${fields.join('\t')}\n`
const azure = (name: string, version: string, epoch: string, source: string): string =>
  line(name, version, '1653816591', '1653628955', 'Microsoft Corporation', '(none)', '10', 'x86_64', epoch, source)

test('packages with epoch, vendor, architecture and source', async () => {
  const { packages, gaps } = await run(
    rpmManifest,
    path,
    azure('glibc', '2.35-2.cm2', '0', 'glibc-2.35-2.cm2.src.rpm') +
      azure('ca-certificates-base', '3.0.0-8.azl3', '1', 'ca-certificates-3.0.0-8.azl3.src.rpm') +
      line('gpg-pubkey', '3135ce90-5e6fda74', '1', '1', '(none)', '(none)', '0', '(none)', '0', '(none)'),
  )
  deepEqual(gaps, [])
  deepEqual(packages, [
    {
      ecosystem: 'rpm',
      name: 'glibc',
      version: '2.35-2.cm2',
      purl: 'pkg:rpm/glibc@2.35-2.cm2?arch=x86_64',
      arch: 'x86_64',
      vendor: 'Microsoft Corporation',
      place: { path, line: 1 },
    },
    {
      ecosystem: 'rpm',
      name: 'ca-certificates-base',
      version: '1:3.0.0-8.azl3',
      purl: 'pkg:rpm/ca-certificates-base@3.0.0-8.azl3?arch=x86_64&epoch=1',
      source: { name: 'ca-certificates', version: '1:3.0.0-8.azl3' },
      arch: 'x86_64',
      vendor: 'Microsoft Corporation',
      place: { path, line: 2 },
    },
  ])
})

test('a line that names no package is a gap, and the others are read', async () => {
  const { packages, gaps } = await run(
    rpmManifest,
    path,
    `glibc 2.35\n${azure('a', '1', '0', '')}${azure('b', '1-1', '0', '')}`,
  )
  deepEqual(
    packages.map(({ name }) => name),
    ['b'],
  )
  deepEqual(
    gaps.map(({ why, place }) => [why, place?.line]),
    [1, 2].map((number) => ['a line that names no package with version, release and epoch', number]),
  )
})
