import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { bunLock } from './bun-lock.ts'

const read = (name: string): string => readFileSync(new URL(`../testdata/bun-lock/${name}`, import.meta.url), 'utf8')

test('a lock file that bun 1.4 wrote, checksums cut, and what bun pm ls --all said', async () => {
  const { packages, gaps } = await run(bunLock, 'srv/bun.lock', read('bun.lock'))
  // It tells an alias by the name it goes by, and leaves out what is for another platform.
  const expected = read('bun.pm-ls').trim().replace('lodash-old ', 'lodash ').split('\n')
  deepEqual(packages.map(nameAndVersion).toSorted(), [...expected, 'fsevents 2.3.3'].toSorted())
  deepEqual(gaps, [])
})

const lock = (packages: object): string => JSON.stringify({ lockfileVersion: 1, packages })
const cases: [name: string, text: string, packages: string[], whys: string[]][] = [
  ['a folder of the project', lock({ a: ['a@workspace:packages/a'] }), [], []],
  [
    'a repository',
    lock({ a: ['a@git+https://example.org/a#1'], b: ['b@1.0.0'] }),
    ['b 1.0.0'],
    ['the version of a is not told: it is not from a registry'],
  ],
  ['no list', lock({ a: 'a@1.0.0' }), [], ['the version of a is not told: it is not from a registry']],
  ['commas and brackets in strings', '{"lockfileVersion":1,"packages":{",]":["a@1.0.0","\\",]",],},}', ['a 1.0.0'], []],
  ['an open string', '{"lockfileVersion":1,"', [], ['could not be read as bun-lock: it is no JSON']],
  ['no lock file', '{}', [], ['no lock file of bun: it has no lockfileVersion, or no packages']],
]
for (const [name, text, expected, whys] of cases) {
  test(name, async () => {
    const { packages, gaps } = await run(bunLock, 'bun.lock', text)
    deepEqual([packages.map(nameAndVersion), gaps.map(({ why }) => why)], [expected, whys])
  })
}

test('bun.lockb is a gap', async () => {
  const path = 'srv/bun.lockb'
  const why = 'bun.lockb is not read: write bun.lock with bun install --save-text-lockfile'
  deepEqual(await run(bunLock, path, '#!/usr/bin/env bun\n'), { packages: [], gaps: [{ why, place: { path } }] })
})
