import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { zipOf } from '../../lib/testing.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import {
  never,
  openFiles,
  tarOf,
  untilClosed,
  workFolder,
  type TestEntry,
  withoutOpenFiles as skip,
} from '../testing.ts'
import { readLayer } from './layer.ts'
import type { LayerIndex } from './layer-index.ts'

function jarOf(version: string, ...more: Parameters<typeof zipOf>[0]): Buffer {
  const pom = { path: 'META-INF/maven/org.yaml/snakeyaml/pom.properties', contents: `version=${version}\n` }
  return zipOf([pom, ...more, { path: 'static/video', contents: randomBytes(20_000) }])
}

const broken = { path: 'lib/broken.jar', contents: 'no zip' }
/** Archives that hide one another, links to them and to links, and things that cannot be read. */
const entries: readonly TestEntry[] = [
  { path: 'app/first.jar', contents: jarOf('1.1', broken) },
  { path: 'app/same.jar', hardlink: 'app/first.jar' },
  { path: 'app/again.jar', hardlink: 'app/same.jar' },
  { path: 'app/second.jar', contents: jarOf('1.2') },
  { path: 'app/second.jar', contents: jarOf('1.3', broken) },
  { path: 'app/third.jar', contents: jarOf('1.4') },
  { path: 'app/third.jar', symlink: 'first.jar' },
  { path: 'srv/late.jar', hardlink: 'app/second.jar' },
  { path: 'app/last.jar', contents: randomBytes(20_000) },
]

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function read(tar: Buffer, limits: Partial<Limits>, size = 1000, signal = never): Promise<LayerIndex> {
  return readLayer(inPieces(tar, size), { signal, limits: { ...defaultLimits, ...limits } })
}

test('hard links lead to what was there when they were made, however the layer comes in', async () => {
  const named = (name: string): string => JSON.stringify({ name, version: '1.0.0' })
  const file = (path: string): string => `srv/node_modules/${path}/package.json`
  const tar = await tarOf([
    { path: file('a'), contents: named('first') },
    { path: file('b'), hardlink: file('a') },
    { path: file('a'), contents: named('second') },
    { path: file('c'), hardlink: file('b') },
    { path: file('d'), contents: '{' },
    { path: file('e'), hardlink: file('d') },
    { path: file('f'), hardlink: file('nowhere') },
  ])
  const whole = await read(tar, {}, tar.length)
  deepEqual(
    Object.values(whole.files).map(({ packages }) => packages.map(({ name, place }) => `${name} ${place.path}`).join()),
    [`first ${file('b')}`, `second ${file('a')}`, `first ${file('c')}`, '', '', ''],
  )
  deepEqual(
    whole.gaps.map(({ place }) => place?.path),
    [file('f'), file('d')],
  )
  deepEqual((await read(tar, {}, 100)).files, whole.files)
})

test('archives on the disk give what they give in memory, links to them and all', async () => {
  const tar = await tarOf(entries)
  const inMemory = await read(tar, {})
  ok(inMemory.gaps.length > 0)
  equal(Object.values(inMemory.files).flatMap(({ packages }) => packages).length, 5)
  for (const size of [1000, 30_000, tar.length]) deepEqual(await read(tar, { wantedFile: 10_000 }, size), inMemory)
})

test(
  'a layer that is cut tells the archives before it, and one that is aborted leaves no file open',
  { skip },
  async () => {
    const tar = await tarOf(entries)
    const before = openFiles()
    const cut = await read(tar.subarray(0, tar.length - 15_000), { wantedFile: 10_000 })
    equal(cut.complete, false)
    equal(cut.files['app/same.jar']?.packages.length, 1)
    const stop = new AbortController()
    async function* stopping(): AsyncGenerator<Buffer> {
      yield tar.subarray(0, 60_000)
      stop.abort(new Error('enough'))
      yield tar.subarray(60_000)
    }
    const limits = { ...defaultLimits, wantedFile: 10_000 }
    await rejects(readLayer(stopping(), { signal: stop.signal, limits }), /enough/)
    await untilClosed(before)
  },
)

test('archives in memory tell the same, whatever was extracted from the disk until then', async () => {
  const library = jarOf('1.1')
  const lib = { path: 'lib/a.jar', contents: library }
  // Under the name, size and checksum of the other: what was found in it would be told for it.
  const forged = { ...lib, contents: Buffer.alloc(library.length), lies: { crc: crc32(library) } }
  const tar = await tarOf([
    { path: 'app/large.war', contents: zipOf([forged, { path: 'static/video', contents: randomBytes(50_000) }]) },
    { path: 'srv/other', contents: randomBytes(50_000) },
    { path: 'app/small.war', contents: zipOf([lib]) },
  ])
  async function* slowly(): AsyncGenerator<Buffer> {
    for await (const piece of inPieces(tar, 10_000)) {
      await setTimeout(20)
      yield piece
    }
  }
  const limits = { ...defaultLimits, wantedFile: 50_000 }
  for (const pieces of [slowly(), inPieces(tar, tar.length)]) {
    const { files } = await readLayer(pieces, { signal: never, limits })
    equal(files['app/small.war']?.packages.length, 1)
  }
})

test(
  'a full disk is a gap, and what can be read is told',
  { skip: process.platform === 'linux' ? false : 'other shells may not limit files' },
  async (t) => {
    const folder = workFolder(t)
    const entry = { path: 'srv/node_modules/a/package.json', contents: '{"name":"a","version":"1.0.0"}' }
    writeFileSync(join(folder, 'layer.tar'), await tarOf([entry, { path: 'app/a.jar', contents: jarOf('1.1') }]))
    const program = `
    const { readLayer } = await import(${JSON.stringify(new URL('layer.ts', import.meta.url).href)})
    const { defaultLimits } = await import(${JSON.stringify(new URL('../limits.ts', import.meta.url).href)})
    const { createReadStream } = await import('node:fs')
    const { signal } = new AbortController()
    const limits = { ...defaultLimits, wantedFile: 10_000 }
    const { files, gaps } = await readLayer(createReadStream('layer.tar', { highWaterMark: 5000 }), { signal, limits })
    console.log(JSON.stringify({ files, gaps }))`
    // A limit in place of a small disk: files of more than 8 KB cannot be written.
    const limited = `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module --eval "$1"`
    const told = execFileSync('bash', ['-c', limited, process.execPath, program], { cwd: folder, encoding: 'utf8' })
    const { files, gaps } = JSON.parse(told) as LayerIndex
    deepEqual(Object.keys(files), [entry.path, 'app/a.jar'])
    equal(files[entry.path]!.packages.length, 1)
    deepEqual(
      gaps.map(({ why }) => why.replace(/: .*/, '')),
      ['the layer could not be read to its end'],
    )
  },
)
