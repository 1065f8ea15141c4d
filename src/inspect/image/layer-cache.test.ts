import { deepEqual, equal } from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { folderLayerCache } from './layer-cache.ts'
import { layerReader } from './layer.ts'
import type { LayerIndex } from './layer-index.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function layer(number: number, changes: Partial<LayerIndex> = {}): LayerIndex {
  const digest = `sha256:${number.toString(16).padStart(64, '0')}`
  const lists = { removed: [`etc/${number}`], opaque: [], gaps: [] }
  const maps = { files: {}, links: {}, owned: {} }
  return {
    digest,
    size: 10,
    entries: 1,
    reader: layerReader,
    complete: true,
    ...lists,
    ...maps,
    ...changes,
  } as LayerIndex
}

test('what was put is got again, also by the next process, and by nobody else', async (t) => {
  const path = join(folder(t), 'layers')
  await folderLayerCache(path).put(layer(1))
  deepEqual(await folderLayerCache(path).get(layer(1).digest), layer(1))
  equal(await folderLayerCache(path).get(layer(2).digest), undefined)
  equal(statSync(path).mode & 0o077, 0)
})

test('a layer that other extractors read is read again', async (t) => {
  const cache = folderLayerCache(folder(t))
  await cache.put(layer(1, { reader: '1 alpine-apk' }))
  equal(await cache.get(layer(1).digest), undefined)
})

test('what is cut, is no JSON, holds another layer or unpacks without end is as if it were not kept', async (t) => {
  const path = folder(t)
  const cache = folderLayerCache(path)
  await cache.put(layer(1))
  const [name = ''] = readdirSync(path)
  const bad = [
    gzipSync(JSON.stringify(layer(1))).subarray(0, 40),
    gzipSync('{"digest":'),
    gzipSync(JSON.stringify(layer(2))),
    gzipSync(Buffer.alloc(300 * 1024 * 1024), { level: 1 }),
  ]
  for (const contents of bad) {
    writeFileSync(join(path, name), contents)
    equal(await cache.get(layer(1).digest), undefined)
  }
})

test('the layers that were not used for the longest time go first', async (t) => {
  const path = folder(t)
  const cache = folderLayerCache(path, 10)
  for (let number = 1; number <= 10; number++) await cache.put(layer(number))
  for (const name of readdirSync(path)) utimesSync(join(path, name), 1000, 1000)
  await cache.get(layer(3).digest)
  await cache.put(layer(11))
  equal((await cache.get(layer(3).digest))?.digest, layer(3).digest)
  equal((await cache.get(layer(11).digest))?.digest, layer(11).digest)
  equal(readdirSync(path).length, 9)
})

test('a folder that cannot be written costs time, not the result', async (t) => {
  const path = join(folder(t), 'file')
  writeFileSync(path, '')
  chmodSync(path, 0o400)
  const cache = folderLayerCache(join(path, 'layers'))
  await cache.put(layer(1))
  equal(await cache.get(layer(1).digest), undefined)
})
