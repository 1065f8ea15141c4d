import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { npmLock } from './npm-lock.ts'

// Written by npm 6, 8 and 11 for a project with an alias (lodash-old), a scope, two versions of one package, and one that
// is for another platform; addresses, checksums and funding cut. Beside each what `npm ls --all --json --long` said, of 8
// and 11 with --package-lock-only.
const read = (name: string): string => readFileSync(new URL(`../testdata/npm-lock/${name}`, import.meta.url), 'utf8')

for (const version of [1, 2, 3]) {
  test(`lockfileVersion ${version}`, async () => {
    const { packages, gaps } = await run(npmLock, 'srv/package-lock.json', read(`version-${version}.json`))
    deepEqual(packages.map(nameAndVersion).toSorted(), read(`version-${version}.npm-ls`).trim().split('\n'))
    ok(packages.every(({ declared }) => declared))
    deepEqual(gaps, [])
  })
}

test('the hidden lock file lists what was installed on this platform', async () => {
  const { packages, gaps } = await run(npmLock, 'srv/node_modules/.package-lock.json', read('hidden.json'))
  const expected = read('version-3.npm-ls').trim().split('\n')
  deepEqual(
    packages.map(nameAndVersion).toSorted(),
    expected.filter((line) => !line.startsWith('fsevents ')),
  )
  deepEqual(gaps, [])
})

test('the licence of a package is what its package.json said', async () => {
  const { packages } = await run(npmLock, 'srv/package-lock.json', read('version-3.json'))
  const counts = Map.groupBy(packages, ({ licence }) => licence)
  deepEqual(
    [...counts].map(([licence, found]) => [licence, found.length]),
    [
      ['MIT', 24],
      ['ISC', 2],
    ],
  )
})

test('a package is described as others of npm are', async () => {
  const lock = '{"lockfileVersion":3,"packages":{"node_modules/@Scope/A":{"version":"1.0.0"}}}'
  deepEqual((await run(npmLock, 'package-lock.json', lock)).packages, [
    {
      ecosystem: 'npm',
      name: '@Scope/A',
      version: '1.0.0',
      purl: 'pkg:npm/%40scope/a@1.0.0',
      place: { path: 'package-lock.json' },
      declared: true,
    },
  ])
})

test('lock files that packages were published with are not read', async () => {
  for (const path of [
    'srv/node_modules/a/package-lock.json',
    'srv/node_modules/a/npm-shrinkwrap.json',
    'srv/node_modules/a/node_modules/.package-lock.json',
  ]) {
    deepEqual(await run(npmLock, path, read('version-3.json')), { packages: [], gaps: [] })
  }
})

const cases: [name: string, lock: unknown, packages: string[], whys: string[]][] = [
  [
    'the project, its folders and links to them are not packages',
    {
      '': { version: '1.0.0' },
      'packages/x': { version: '2.0.0' },
      'node_modules/x': { link: true, resolved: 'packages/x' },
    },
    [],
    [],
  ],
  [
    'a nested package inside a folder of the project',
    { 'packages/x/node_modules/@s/a': { version: '1.0.0' } },
    ['@s/a 1.0.0'],
    [],
  ],
  [
    'what comes from Git has its commit where it has no version',
    {
      'node_modules/a': { resolved: `git+ssh://git@example.org/o/a.git#${'0'.repeat(40)}` },
      'node_modules/b': { version: '1.0.0', resolved: `git+ssh://git@example.org/o/b.git#${'1'.repeat(40)}` },
    },
    [`a ${'0'.repeat(40)}`, 'b 1.0.0'],
    [],
  ],
  [
    'an entry without a version is a gap, and the others are read',
    { 'node_modules/a': { optional: true }, 'node_modules/b': 3, 'node_modules/c': { version: '1.0.0' } },
    ['c 1.0.0'],
    ['the entry node_modules/a has no version', 'the entry node_modules/b has no version'],
  ],
]
for (const [name, packages, expected, whys] of cases) {
  test(name, async () => {
    const found = await run(npmLock, 'package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }))
    deepEqual([found.packages.map(nameAndVersion), found.gaps.map(({ why }) => why)], [expected, whys])
  })
}

test('version 1: what comes from elsewhere has no version there', async () => {
  const dependencies = {
    a: { version: 'git+ssh://git@example.org/a.git#0123456', dependencies: { b: { version: '1.0.0' } } },
    c: { version: 'file:../c' },
    d: { version: 'file:vendor/d-1.0.0.tgz' },
    e: { version: 'file:e.tar.gz' },
  }
  const { packages, gaps } = await run(
    npmLock,
    'x/package-lock.json',
    JSON.stringify({ lockfileVersion: 1, dependencies }),
  )
  deepEqual(packages.map(nameAndVersion), ['b 1.0.0'])
  deepEqual(
    gaps.map(({ why }) => why),
    ['a', 'd', 'e'].map((name) => `the version of ${name} is not told: it is not from a registry`),
  )
})

test('150,000 dependencies inside one another', async () => {
  const depth = 150_000
  const open = '{"version":"1.0.0","dependencies":{"a":'
  const text = `{"lockfileVersion":1,"dependencies":{"a":${open.repeat(depth)}{"version":"2.0.0"}${'}}'.repeat(depth)}}}`
  const { packages, gaps } = await run(npmLock, 'package-lock.json', text)
  deepEqual([packages.map(nameAndVersion), gaps], [['a 1.0.0', 'a 2.0.0'], []])
})

test('what is no lock file of npm is a gap', async () => {
  for (const text of ['{}', '[]', '3', '{"lockfileVersion":"3"}', '{"lockfileVersion":3,"packages":[]}']) {
    const { gaps } = await run(npmLock, 'package-lock.json', text)
    equal(gaps[0]?.why, 'no lock file of npm: it has no lockfileVersion, or no packages', text)
  }
})

test('a document of more than 16 MB is a gap', async () => {
  const { gaps } = await run(npmLock, 'package-lock.json', Buffer.alloc(16 * 1024 * 1024 + 1))
  equal(gaps[0]?.why, 'could not be read as npm-lock: it is one document of more than 16777216 bytes')
})
