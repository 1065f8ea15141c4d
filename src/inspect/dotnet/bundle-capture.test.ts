// Single files that are too large to be held: with the code that they carry they often have 60 to 200 MB.

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, match } from 'node:assert/strict'
import { pack } from 'tar-stream'
import * as fc from 'fast-check'
import { readLayer } from '../image/layer.ts'
import { inspectTarget } from '../inspect.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { never, workFolder } from '../testing.ts'
import { BundleCapture } from './bundle-capture.ts'
import { singleFile } from './testing.ts'

const newtonsoft = ['pkg:nuget/Newtonsoft.Json@13.0.1']
const mega = 1024 * 1024

async function inLayer(bytes: Buffer, limits: Partial<Limits>, pieceSize: number) {
  const tar = pack()
  tar.entry({ name: 'app/run', mode: 0o755 }, bytes)
  tar.finalize()
  const whole = await buffer(tar)
  async function* pieces() {
    for (let at = 0; at < whole.length; at += pieceSize) yield whole.subarray(at, at + pieceSize)
  }
  const { files, gaps } = await readLayer(pieces(), { signal: never, limits: { ...defaultLimits, ...limits } })
  return { purls: files['app/run']?.packages.map(({ purl }) => purl), gaps }
}

async function inFolder(t: TestContext, bytes: Buffer, limits: Partial<Limits>) {
  const folder = workFolder(t)
  writeFileSync(join(folder, 'run'), bytes)
  chmodSync(join(folder, 'run'), 0o755)
  const options = { signal: never, limits: { ...defaultLimits, ...limits } }
  const { packages } = await inspectTarget({ kind: 'rootfs', path: folder }, options)
  return packages.map(({ purl }) => purl)
}

for (const version of [1, 2, 6]) {
  test(`a bundle of version ${version} beyond what is held whole, in a layer and in a folder`, async (t) => {
    const bytes = singleFile(version, { host: 200_000, between: 700_000 })
    const limits = { executable: 100_000, executableParts: 1000 }
    deepEqual(await inLayer(bytes, limits, 64 * 1024), { purls: newtonsoft, gaps: [] })
    deepEqual(await inFolder(t, bytes, limits), newtonsoft)
  })
}

test('of 40 MB, with the limits that are in force', async () => {
  deepEqual(await inLayer(singleFile(6, { host: 9 * mega, between: 31 * mega }), {}, mega), {
    purls: newtonsoft,
    gaps: [],
  })
})

test('one that is larger than what the disk is given is a gap', async () => {
  const { purls, gaps } = await inLayer(
    singleFile(6, { host: 200_000, between: 300_000 }),
    { executable: 100_000, archive: 400_000 },
    64 * 1024,
  )
  deepEqual([purls, gaps.length], [[], 1])
  match(gaps[0]!.why, /its header lies outside of what is kept of the file/)
})

test('the signature is seen across any pieces, and a host without a bundle keeps nothing', () => {
  const bundle = singleFile(6, { host: 300 })
  const plain = singleFile(6, { host: 300, header: 0 })
  const cuts = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(cuts, (sizes) => {
      for (const [bytes, isBundle] of [[bundle, true] as const, [plain, false] as const]) {
        const capture = new BundleCapture(bytes.length, mega)
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length]!
          capture.push(bytes.subarray(at, at + size))
          at += size
        }
        equal(capture.mark?.offset, isBundle ? 304 : undefined)
        const { offset = 0, bytes: rest } = capture.rest ?? {}
        if (isBundle) deepEqual(Buffer.from(rest!.read(0, mega)), bytes.subarray(offset))
        else equal(rest, undefined)
        capture.close()
      }
    }),
  )
})
