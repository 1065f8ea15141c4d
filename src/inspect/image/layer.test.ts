// Hostile layers: what each of them ends in. The suite over the ways in is ../hostile.test.ts.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { test } from 'node:test'
import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { defaultLimits, type Limits } from '../limits.ts'
import { never, tarOf, workFolder } from '../testing.ts'
import { readLayer } from './layer.ts'
import type { LayerIndex } from './layer-index.ts'

const apk = { path: 'lib/apk/db/installed', contents: 'P:musl\nV:1.2.5-r0\n\n' }

async function layerOf(bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<LayerIndex> {
  async function* once() {
    yield bytes
  }
  return readLayer(once(), { signal: never, limits: { ...defaultLimits, ...limits } })
}

test('a path that climbs out is a gap; an absolute one is below the root', async (t) => {
  const folder = workFolder(t)
  const evil = `../../../../../../..${folder}/evil`
  const layer = await layerOf(
    await tarOf([
      { path: evil, contents: 'x' },
      { ...apk, path: `/${apk.path}` },
    ]),
  )
  deepEqual(layer.gaps, [{ why: 'the path climbs out of the root', place: { path: evil } }])
  deepEqual(Object.keys(layer.files), [apk.path])
  equal(existsSync(join(folder, 'evil')), false)
})

test('a path that is too long is a gap', async () => {
  const path = 'a/'.repeat(3000)
  const { gaps } = await layerOf(await tarOf([{ path: `${path}b` }]))
  deepEqual(gaps, [{ why: 'a path is longer than 4096', place: { path: path.slice(0, 100) } }])
})

test('of an entry that is there twice the last counts', async () => {
  const layer = await layerOf(await tarOf([apk, { ...apk, contents: 'P:zlib\nV:1\n' }]))
  deepEqual(
    layer.files[apk.path]?.packages.map(({ name }) => name),
    ['zlib'],
  )
  const gone = await layerOf(await tarOf([apk, { path: apk.path, symlink: '/x' }]))
  deepEqual([gone.files, gone.links], [{}, { [apk.path]: '/x' }])
})

test('a hard link to a wanted file is that file; to another it is a gap', async () => {
  const path = 'usr/lib/apk/db/installed'
  const layer = await layerOf(await tarOf([apk, { path, hardlink: apk.path }]))
  equal(layer.files[path]?.packages.length, 1)
  const other = await layerOf(
    await tarOf([
      { path: 'a', contents: 'P:a\nV:1\n' },
      { path, hardlink: 'a' },
    ]),
  )
  deepEqual(other.gaps, [{ why: 'is a hard link to a file that was not kept', place: { path } }])
})

test('a wanted file that is too large is a gap, and still hides the one below', async () => {
  const layer = await layerOf(await tarOf([apk]), { wantedFile: 10 })
  deepEqual(layer.gaps, [{ why: 'is larger than 10 bytes', place: { path: apk.path } }])
  deepEqual(layer.files, { [apk.path]: { packages: [] } })
})

test('whiteouts without a name, and aufs’ own, are not taken for files', async () => {
  const layer = await layerOf(
    await tarOf(['a/.wh.', 'a/.wh..', 'a/.wh...', '.wh..wh.plnk', '.wh.b', 'c/.wh..wh..opq'].map((path) => ({ path }))),
  )
  const nameless = ['a/.wh.', 'a/.wh..', 'a/.wh...']
  deepEqual(
    layer.gaps,
    nameless.map((path) => ({ why: 'a whiteout without a name', place: { path } })),
  )
  deepEqual([layer.removed, layer.opaque], [['b'], ['c']])
})

test('limits of a layer', async () => {
  const tar = await tarOf([apk, { path: 'a' }, { path: 'l1', symlink: 'x' }, { path: 'l2', symlink: 'x' }])
  const why = async (limits: Partial<Limits>): Promise<string | undefined> => (await layerOf(tar, limits)).gaps[0]?.why
  equal(await why({ entries: 1 }), 'the layer could not be read to its end: it has more than 1 entries')
  match((await why({ layer: 100 })) ?? '', /it is larger than 100 bytes without compression/)
  equal(await why({ marks: 1 }), '1 whiteouts or links beyond the limit')
  const endings = await layerOf(gzipSync(tar), { layer: 100 })
  equal(endings.complete, false)
})

test('gaps beyond the limit are counted', async () => {
  const { gaps } = await layerOf(await tarOf(Array.from({ length: 5 }, (_, n) => ({ path: `../${n}` }))), { gaps: 2 })
  deepEqual(
    gaps.map(({ why }) => why),
    ['the path climbs out of the root', 'the path climbs out of the root', '3 more things could not be read'],
  )
})

test('an aborted reading rejects', async () => {
  const tar = await tarOf([apk])
  async function* once() {
    yield tar
  }
  await rejects(readLayer(once(), { signal: AbortSignal.abort(new Error('stop')) }), /stop/)
})
