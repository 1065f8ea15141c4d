import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { debianDpkg } from './debian-dpkg.ts'

const path = 'var/lib/dpkg/status'

function paragraph(fields: Record<string, string>): string {
  return (
    Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join('') + '\n'
  )
}

const installed = 'install ok installed'

test('a paragraph', async () => {
  const text = [
    'Package: libc6',
    'Status: install ok installed',
    'Architecture: amd64',
    'Multi-Arch: same',
    'Source: glibc',
    'Version: 2.36-9+deb12u4',
    'Conffiles:',
    ' /etc/ld.so.conf.d/x86_64-linux-gnu.conf d4e7a7b88a71b5ffd9e2644e71a0cfab',
    'Description: GNU C Library: Shared libraries',
    ' Version: 9.9 is not the version',
    '',
  ].join('\n')
  deepEqual(await run(debianDpkg, path, text), {
    packages: [
      {
        ecosystem: 'Debian',
        name: 'libc6',
        version: '2.36-9+deb12u4',
        purl: 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64',
        source: { name: 'glibc', version: '2.36-9+deb12u4' },
        arch: 'amd64',
        place: { path, line: 1 },
      },
    ],
    gaps: [],
  })
})

const sources: [fields: Record<string, string>, source: { name: string; version: string } | undefined][] = [
  [
    { Package: 'bash', Version: '5.2.15-2+b2', Source: 'bash (5.2.15-2)' },
    { name: 'bash', version: '5.2.15-2' },
  ],
  [
    { Package: 'gcc', Version: '4:12.2.0-3', Source: 'gcc-defaults (1.203)' },
    { name: 'gcc-defaults', version: '1.203' },
  ],
  [{ Package: 'bash', Version: '5.2', Source: 'bash' }, undefined],
  [{ Package: 'bash', Version: '5.2' }, undefined],
]
for (const [fields, source] of sources) {
  test(`the source of ${fields['Package']} with Source: ${fields['Source']}`, async () => {
    const { packages } = await run(debianDpkg, path, paragraph({ Status: installed, ...fields }))
    deepEqual(packages[0]?.source, source)
  })
}

test('what was removed is left out; what is half installed is there', async () => {
  const states = ['deinstall ok config-files', 'purge ok not-installed', 'install ok half-configured', installed]
  const text = states.map((Status, index) => paragraph({ Package: `p${index}`, Status, Version: '1' })).join('')
  const { packages, gaps } = await run(debianDpkg, path, text)
  deepEqual(packages.map(nameAndVersion), ['p2 1', 'p3 1'])
  deepEqual(gaps, [])
})

test('the same package for two architectures is there twice', async () => {
  const both = ['amd64', 'i386'].map((Architecture) => ({
    Package: 'libc6',
    Status: installed,
    Version: '2',
    Architecture,
  }))
  const { packages } = await run(debianDpkg, path, both.map(paragraph).join(''))
  equal(packages.length, 2)
})

test('distroless images have one file a package, without a state', async () => {
  const text = 'Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\n'
  const { packages, gaps } = await run(debianDpkg, 'var/lib/dpkg/status.d/tzdata', text)
  deepEqual(packages.map(nameAndVersion), ['tzdata 2024a-0+deb12u1'])
  deepEqual(gaps, [])
  const sums = await run(debianDpkg, 'var/lib/dpkg/status.d/tzdata.md5sums', '0123  usr/share/doc\n')
  deepEqual(sums, { packages: [], gaps: [] })
})

test('what is no paragraph is a gap with its line', async () => {
  const { packages, gaps } = await run(debianDpkg, path, 'Package: a\nVersion: 1\n\nVersion: 2\n\nnonsense\n')
  equal(packages.length, 1)
  deepEqual(gaps, [
    { why: 'paragraph without Package: or Version:', place: { path, line: 4 } },
    { why: 'line without a field', place: { path, line: 6 } },
  ])
})

test('a package of a project itself names it, one of a distribution nobody', async () => {
  // As the packages that Docker and Kubernetes publish have it.
  const of = (Package: string, Maintainer: string): string =>
    paragraph({ Package, Status: installed, Maintainer, Version: '1' })
  const text =
    of('docker-ce', 'Docker <support@docker.com>') +
    of('kubelet', 'Kubernetes Authors <dev@kubernetes.io>') +
    of('containerd', 'Debian Go Packaging Team <team+pkg-go@tracker.debian.org>')
  const { packages } = await run(debianDpkg, path, text)
  deepEqual(
    packages.map(({ name, vendor }) => [name, vendor]),
    [
      ['docker-ce', 'Docker'],
      ['kubelet', 'Kubernetes'],
      ['containerd', undefined],
    ],
  )
})
