// The databases of testdata/rpm/ were written by rpm 4.18.0 (SQLite), 4.20.1 (ndb) and 4.16.1 (Berkeley DB), which had the
// same two packages installed, and a public key; what they hold is what `rpm -qa --qf` said.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { run } from '../testing.ts'
import { rpm } from './rpm.ts'

const names = ['rpmdb.sqlite', 'Packages.db', 'Packages'] as const

function database(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`../testdata/rpm/${name}.gz`, import.meta.url)))
}

const path = 'var/lib/rpm/Packages'

const common = {
  ecosystem: 'rpm',
  arch: 'noarch',
  module: 'perl:5.32:9030020240101:9edba152',
  licence: 'GPL-1.0-or-later OR Artistic-1.0-Perl',
  vendor: 'Test Vendor',
  place: { path },
}
const perl = {
  ...common,
  name: 'perl',
  version: '4:5.32.1-481.el9',
  purl: 'pkg:rpm/perl@5.32.1-481.el9?arch=noarch&epoch=4',
}
const errno = {
  ...common,
  name: 'perl-Errno',
  version: '0:1.30-481.el9',
  purl: 'pkg:rpm/perl-Errno@1.30-481.el9?arch=noarch&epoch=0',
  source: { name: 'perl', version: '4:5.32.1-481.el9' },
}

for (const name of names) {
  test(`${name}: every package, with the epoch of its source, and no key`, async () => {
    const { packages, gaps } = await run(rpm, path, database(name))
    deepEqual(
      packages.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      [perl, errno],
    )
    deepEqual(gaps, [])
  })

  test(`${name}: cut anywhere, it tells so`, async () => {
    const whole = database(name)
    for (let length = 0; length < whole.length; length += 97) {
      const { packages, gaps } = await run(rpm, path, whole.subarray(0, length))
      ok(gaps.length > 0 || packages.length === 2, `${length} of ${whole.length} bytes`)
    }
  })

  test(`${name}: with any bytes changed, it ends, and invents nothing`, async () => {
    const whole = database(name)
    const change = fc.tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(whole)
        for (const [at, values] of changes) bytes.set(values.subarray(0, whole.length - at), at)
        const { packages, gaps } = await run(rpm, path, bytes)
        ok(packages.length <= 4)
        for (const gap of gaps) equal(gap.place?.path, path)
      }),
      { numRuns: 300 },
    )
  })
}

test('an empty file and a file of another kind are no database', async () => {
  for (const bytes of [new Uint8Array(), Buffer.from('x'.repeat(5000))]) {
    const { packages, gaps } = await run(rpm, path, bytes)
    deepEqual([packages, gaps], [[], [{ why: 'it is no database of a kind that rpm writes', place: { path } }]])
  }
})

test('a log that holds changes is a gap, an empty one is not', async () => {
  const log = `${path}/rpmdb.sqlite-wal`
  deepEqual(await run(rpm, log, ''), { packages: [], gaps: [] })
  const { gaps } = await run(rpm, log, Buffer.alloc(4152))
  equal(gaps.length, 1)
})
