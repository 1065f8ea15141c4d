import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { pnpmLock } from './pnpm-lock.ts'

const read = (name: string): string => readFileSync(new URL(`../testdata/pnpm-lock/${name}`, import.meta.url), 'utf8')

// Written by pnpm 7, 8 and 9 for one project with an alias and peers, checksums cut; beside each what
// `pnpm list --depth Infinity --json` said.
for (const version of ['5.4', '6.0', '9.0']) {
  test(`lockfileVersion ${version}`, async () => {
    const { packages, gaps } = await run(pnpmLock, 'srv/pnpm-lock.yaml', read(`version-${version}.yaml`))
    deepEqual(packages.map(nameAndVersion).toSorted(), read(`version-${version}.pnpm-list`).trim().split('\n'))
    deepEqual(gaps, [])
  })
}

// Keys as the specification of the file has them, of each version.
const keys: [key: string, expected: string | undefined, fields?: string][] = [
  ['/a/1.0.0', 'a 1.0.0'],
  ['/@s/a/1.0.0_@babel+core@7.0.0', '@s/a 1.0.0'],
  ['/a_b/1.0.0_x@1.0.0+y@2.0.0', 'a_b 1.0.0'],
  ['registry.example.org/@s/a/1.0.0', '@s/a 1.0.0'],
  ['github.com/user/a/0123456789abcdef', 'a 1.2.3', 'name: a\n    version: 1.2.3'],
  ['/@s/a@1.0.0-rc.1(@babel/core@7.0.0)(x@1.0.0)', '@s/a 1.0.0-rc.1'],
  ['/a@1.0.0(patch_hash=abc)', 'a 1.0.0'],
  ["'@s/a@1.0.0'", '@s/a 1.0.0'],
  ['a@1.0.0+build', 'a 1.0.0+build'],
  ['a@https://codeload.example.org/a/tar.gz/0123', 'a 2.0.0', 'resolution: {tarball: x}\n    version: 2.0.0'],
  ["'a@file:../a'", undefined, 'resolution: {directory: ../a, type: directory}'],
  ['? a@1.0.0\n ', 'a 1.0.0'],
]
for (const [key, expected, fields = 'dev: false'] of keys) {
  test(`the key ${key.trim()}`, async () => {
    const text = `lockfileVersion: '9.0'\n\npackages:\n\n  ${key}:\n    ${fields}\n\nsnapshots:\n\n  b@3.0.0: {}\n`
    const { packages, gaps } = await run(pnpmLock, 'pnpm-lock.yaml', text)
    deepEqual([packages.map(nameAndVersion), gaps], [expected === undefined ? [] : [expected], []])
  })
}

test('one version with different peers is one package, with the line of the first', async () => {
  const text = "lockfileVersion: '6.0'\n\npackages:\n\n  /a@1.0.0(x@1.0.0):\n\n  /a@1.0.0(x@2.0.0):\n"
  const { packages } = await run(pnpmLock, 'pnpm-lock.yaml', text)
  deepEqual(
    packages.map(({ purl, place, declared }) => [purl, place.line, declared]),
    [['pkg:npm/a@1.0.0', 5, true]],
  )
})

test('an entry that names no version is a gap with its line', async () => {
  const text = "lockfileVersion: '9.0'\n\npackages:\n\n  a@https://example.org/a.tgz:\n    resolution: {}\n  b@1.0.0:\n"
  const { packages, gaps } = await run(pnpmLock, 'pnpm-lock.yaml', text)
  deepEqual(packages.map(nameAndVersion), ['b 1.0.0'])
  deepEqual(gaps, [{ why: 'an entry without a name or a version', place: { path: 'pnpm-lock.yaml', line: 5 } }])
})

test('what is no lock file of pnpm is a gap', async () => {
  const { gaps } = await run(pnpmLock, 'pnpm-lock.yaml', 'packages:\n  - a\n')
  equal(gaps[0]?.why, 'no lock file of pnpm: it has no lockfileVersion')
})
