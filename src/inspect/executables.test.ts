// Executables are found wherever they lie, in layers and folders, and only what is needed of them is held.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { pack } from 'tar-stream'
import fc from 'fast-check'
import { ExecutableCapture, mayBeExecutable } from './executable-capture.ts'
import { extractFile } from './extract.ts'
import type { ImageFile } from './extractor.ts'
import { gapList } from './gaps.ts'
import { readLayer } from './image/layer.ts'
import { mergeLayers } from './image/merge.ts'
import { inspectTarget } from './inspect.ts'
import { isWhole, readKept, type KeptFile } from './kept-file.ts'
import { goBinary } from './lang/go-binary.ts'
import { defaultLimits } from './limits.ts'
import { elfWith, inlineBuildInfo } from './programs/testing.ts'
import { knownProgram } from './programs/known-program.ts'
import { never, workFolder } from './testing.ts'

const program = elfWith('.go.buildinfo', inlineBuildInfo('go1.22.3', 'mod\texample.org/a\tv1.0.0\n'))
const purls = ['pkg:golang/stdlib@1.22.3', 'pkg:golang/example.org/a@v1.0.0']

interface Entry {
  path: string
  mode: number
  contents: string | Uint8Array
}

const entries: readonly Entry[] = [
  { path: 'srv/app', mode: 0o755, contents: program },
  { path: 'usr/local/bin/app', mode: 0o644, contents: program },
  { path: 'usr/lib/liba.so.1.2', mode: 0o644, contents: program },
  { path: 'srv/data', mode: 0o644, contents: program },
  { path: 'usr/bin/script', mode: 0o755, contents: '#!/bin/sh\n' },
  { path: 'usr/bin/empty', mode: 0o755, contents: '' },
]
const found = ['srv/app', 'usr/lib/liba.so.1.2', 'usr/local/bin/app']

async function layerOf(files: readonly Entry[]) {
  const tar = pack()
  for (const { path, mode, contents } of files) tar.entry({ name: path, mode }, Buffer.from(contents))
  tar.finalize()
  const bytes = await buffer(tar)
  async function* once() {
    yield bytes
  }
  return readLayer(once(), { signal: never })
}

test('in a layer: by the bit, the folder or the name, and by the first bytes', async () => {
  const layer = await layerOf(entries)
  const { packages } = mergeLayers([layer], () => false)
  deepEqual([...new Set(packages.map(({ place }) => place.path))].toSorted(), found)
  deepEqual(
    packages.slice(0, 2).map(({ purl }) => purl),
    purls,
  )
  deepEqual(layer.gaps, [])
})

test('a script above takes the place of a program', async () => {
  const layers = [await layerOf([entries[1]!]), await layerOf([{ ...entries[1]!, contents: '#!/bin/sh\n' }])]
  const left = mergeLayers(layers, () => false).packages.filter(({ hiddenBy }) => hiddenBy === undefined)
  deepEqual(left, [])
})

test('in a folder as in a layer', async (t) => {
  const root = workFolder(t)
  for (const { path, mode, contents } of entries) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), contents)
    chmodSync(join(root, path), mode)
  }
  const { packages, gaps } = await inspectTarget({ kind: 'rootfs', path: root }, { signal: never })
  deepEqual([...new Set(packages.map(({ place }) => place.path))].toSorted(), found)
  deepEqual(gaps, [])
})

const small = { ...defaultLimits, executable: 100_000 }

function captured(path: string, bytes: Uint8Array, pieceSize: number, limits = small): KeptFile | undefined {
  const capture = new ExecutableCapture(path, bytes.length, limits, knownProgram.watched!(path))
  for (let at = 0; at < bytes.length; at += pieceSize) {
    if (!capture.push(new Uint8Array(bytes.subarray(at, at + pieceSize)))) return undefined
  }
  return capture.finish()
}

async function packagesOf(path: string, contents: KeptFile) {
  const gaps = gapList(never, 10)
  const extracted = []
  for (const extractor of [goBinary, knownProgram]) {
    extracted.push(...(await extractFile(extractor, { path, contents }, gaps.scan, small)))
  }
  return { purls: extracted.map(({ purl }) => purl), gaps: gaps.list() }
}

test('of a program beyond the limit the parts that tell something are held, however it is cut into pieces', async () => {
  const text = Buffer.from('\0node.js/v20.1.0\0')
  // Behind 200 kB of machine code, as the linker would lay it, come the data and, at the end, the text.
  const code = Buffer.alloc(200_000, 0x90)
  const bytes = Buffer.concat([program.subarray(0, 0x200), code, program.subarray(0x200), code, text, code])
  bytes.writeBigUInt64LE(BigInt(0x200 + code.length), 64 + 8)
  bytes.writeBigUInt64LE(0n, 40) // stripped of its sections
  for (const size of [bytes.length, 65_536, 4096, 333]) {
    const kept = captured('usr/bin/node', bytes, size)!
    equal(isWhole(kept), false)
    deepEqual(await packagesOf('usr/bin/node', kept), { purls: [...purls, 'pkg:bitnami/node@20.1.0'], gaps: [] })
    const held = kept.parts.reduce((sum, part) => sum + part.bytes.length, 0)
    equal(held < 80_000, true, `${held}`)
  }
})

test('whoever needs all of a program that was not held whole is told so', async () => {
  const bytes = Buffer.concat([program, Buffer.alloc(200_000)])
  async function* extract(file: ImageFile) {
    for await (const _ of file.lines()) yield* []
  }
  const whole = { ...goBinary, id: 'whole', extract }
  const gaps = gapList(never, 10)
  await extractFile(whole, { path: 'a', contents: captured('a', bytes, 5000)! }, gaps.scan, small)
  deepEqual(gaps.list(), [
    {
      why: 'could not be read as whole: it is larger than 100000 bytes, and only parts of it were kept',
      place: { path: 'a' },
    },
  ])
})

test('what is held is what was there', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 4, maxLength: 400_000, size: 'max' }),
      fc.integer({ min: 1, max: 100_000 }),
      (body, pieceSize) => {
        const bytes = Buffer.concat([program, body, Buffer.from('\0node.js/v20.1.0\0')])
        const kept = captured('node', bytes, pieceSize)!
        let end = 0
        for (const part of kept.parts) {
          equal(part.offset >= end, true)
          end = part.offset + part.bytes.length
          equal(Buffer.compare(part.bytes, bytes.subarray(part.offset, end)), 0)
          deepEqual(readKept(kept, part.offset, 1), part.bytes.subarray(0, 1))
        }
      },
    ),
    { interruptAfterTimeLimit: 1000, numRuns: 200 },
  )
})

test('no more is held than the limit', () => {
  const bytes = Buffer.concat([program, Buffer.alloc(300_000)])
  bytes.writeBigUInt64LE(250_000n, 64 + 32)
  const kept = captured('a', bytes, 10_000, { ...small, executableParts: 1000 })!
  equal(kept.parts.reduce((sum, part) => sum + part.bytes.length, 0) <= 64 * 1024 + 1000, true)
})

test('names of what may be an executable', () => {
  for (const path of ['bin/a', 'usr/sbin/a', 'a.so', 'lib/a.so.1', 'a.DLL', 'a.node'])
    equal(mayBeExecutable(path, 0), true)
  for (const path of ['a', 'usr/bin/a/b', 'a.sow', 'binary/a']) equal(mayBeExecutable(path, 0o644), false)
  equal(mayBeExecutable('a', 0o100), true)
})

test('bytes of a file that an archive cut', async () => {
  const capture = new ExecutableCapture('a', 10_000_000, defaultLimits, [])
  capture.push(program)
  const kept = capture.finish()!
  equal(kept.parts[0]!.bytes.length, program.length)
  deepEqual((await packagesOf('a', kept)).purls, purls)
})
