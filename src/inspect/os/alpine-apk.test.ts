import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { alpineApk } from './alpine-apk.ts'

const path = 'lib/apk/db/installed'

test('a record, with its source package and without its files', async () => {
  const database = [
    'C:Q1abc=',
    'P:libssl3',
    'V:3.3.2-r0',
    'A:x86_64',
    'L:Apache-2.0',
    'o:openssl',
    'F:usr/lib',
    'R:libssl.so.3',
    'a:0:0:755',
    '',
    'P:musl',
    'V:1.2.5-r0',
    'A:x86_64',
    'o:musl',
  ].join('\n')
  deepEqual(await run(alpineApk, path, database), {
    packages: [
      {
        ecosystem: 'Alpine',
        name: 'libssl3',
        version: '3.3.2-r0',
        purl: 'pkg:apk/alpine/libssl3@3.3.2-r0?arch=x86_64',
        source: { name: 'openssl', version: '3.3.2-r0' },
        arch: 'x86_64',
        licence: 'Apache-2.0',
        place: { path, line: 1 },
      },
      {
        ecosystem: 'Alpine',
        name: 'musl',
        version: '1.2.5-r0',
        purl: 'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64',
        arch: 'x86_64',
        place: { path, line: 11 },
      },
    ],
    gaps: [],
  })
})

test('a record without a name is a gap, not a package and not a crash', async () => {
  const { packages, gaps } = await run(alpineApk, path, 'P:a\nV:1\n\nV:2\nA:x86_64\n\nP:b\nV:3\n')
  deepEqual(
    packages.map(({ name }) => name),
    ['a', 'b'],
  )
  deepEqual(gaps, [{ why: 'record without P: or V:', place: { path, line: 4 } }])
})
