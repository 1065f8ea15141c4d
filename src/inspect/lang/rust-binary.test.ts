// Real programs: ../binaries.suite.ts.

import { deflateSync } from 'node:zlib'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { auditableList, elfWith, machOWith, peWith } from '../programs/testing.ts'
import { run } from '../testing.ts'
import { rustBinary } from './rust-binary.ts'

const list = auditableList([
  { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [1] },
  { name: 'itoa', version: '1.0.11', source: 'crates.io' },
  { name: 'cc', version: '1.0.99', source: 'crates.io', kind: 'build' },
])

for (const make of [elfWith, peWith, machOWith]) {
  test(`crates in the section that ${make.name} makes, without those of the build`, async () => {
    const { packages, gaps } = await run(rustBinary, 'app', make('.dep-v0', list))
    deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:cargo/app@0.1.0', 'pkg:cargo/itoa@1.0.11'],
    )
    deepEqual(gaps, [])
  })
}

const broken: [name: string, data: Uint8Array, why: string][] = [
  [
    'no zlib',
    Buffer.from('{}'),
    'could not be read as rust-binary: its .dep-v0 is damaged, or larger than 16777216 bytes',
  ],
  [
    'a bomb',
    deflateSync(Buffer.alloc(17 * 1024 * 1024)),
    'could not be read as rust-binary: its .dep-v0 is damaged, or larger than 16777216 bytes',
  ],
  ['no JSON', deflateSync('{'), 'could not be read as rust-binary: its .dep-v0 holds no JSON'],
  ['no list', deflateSync('{}'), 'its .dep-v0 has no list of packages'],
  [
    'a crate without a version',
    auditableList([{ name: 'a' }]),
    'its .dep-v0 has a package without a name and a version',
  ],
]
for (const [name, data, why] of broken) {
  test(`${name} is a gap`, async () => {
    const { packages, gaps } = await run(rustBinary, 'app', elfWith('.dep-v0', data))
    deepEqual([packages, gaps], [[], [{ why, place: { path: 'app' } }]])
  })
}
