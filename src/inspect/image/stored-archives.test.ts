import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { zipOf } from '../../lib/testing.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { never, openFiles, tarOf, untilOpen, type TestEntry } from '../testing.ts'
import { readLayer, type LayerIndex } from './layer.ts'

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

test('archives on the disk give what they give in memory, links to them and all', async () => {
  const tar = await tarOf(entries)
  const inMemory = await read(tar, {})
  ok(inMemory.gaps.length > 0)
  equal(Object.values(inMemory.files).flatMap(({ packages }) => packages).length, 5)
  for (const size of [1000, 30_000, tar.length]) deepEqual(await read(tar, { wantedFile: 10_000 }, size), inMemory)
})

test('a layer that is cut tells the archives before it, and one that is aborted leaves no file open', async (t) => {
  if (process.platform !== 'linux') return t.skip('open files are counted by /proc')
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
  await untilOpen(before)
})
