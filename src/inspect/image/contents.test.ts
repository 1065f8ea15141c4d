// Secrets and malware of an image: which layer brought them, and which later one hid them.

import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { ImageIndex } from '../../model/image.ts'
import { folderLayerCache, inspectTarget } from '../inspect.ts'
import { base62Checksum } from '../secrets/checksums.ts'
import { dockerArchiveOf, never, ociLayoutOf, sha256, tarOf, workFolder } from '../testing.ts'

const eicar = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + 'EICAR-STANDARD-ANTIVIRUS' + '-TEST-FILE!$H+H*'

function token(): string {
  const text = randomBytes(15).toString('hex')
  return `npm_${text}${base62Checksum(text)}`
}

async function inspect(t: TestContext, archive: Uint8Array, content = true): Promise<ImageIndex> {
  const folder = workFolder(t)
  writeFileSync(join(folder, 'image.tar'), archive)
  const { image } = await inspectTarget(
    { kind: 'image', path: join(folder, 'image.tar') },
    { signal: never, workFolder: folder, content },
  )
  deepEqual(readdirSync(folder), ['image.tar'])
  ok(image)
  return image
}

const told = ({ contents }: ImageIndex): unknown[] =>
  contents!.found.map(({ rule, place, hiddenBy }) => [
    rule,
    place.path,
    place.line,
    place.layer,
    ...(hiddenBy ? [hiddenBy] : []),
  ])

test('the layer that brought it, and the one that removed or replaced it', async (t) => {
  const [removed, replaced, inFolder, kept] = [token(), token(), token(), token()]
  const low = await tarOf([
    { path: 'srv/removed', contents: `\n${removed}\n` },
    { path: 'srv/replaced', contents: replaced },
    { path: 'srv/folder/a', contents: inFolder },
    { path: 'srv/kept', contents: kept },
    { path: 'srv/malware.zip', contents: gzipSync(await tarOf([{ path: 'a.com', contents: eicar }])) },
  ])
  const middle = await tarOf([
    { path: 'srv/.wh.removed' },
    { path: 'srv/replaced', contents: 'nothing' },
    { path: 'srv/folder', contents: 'now a file' },
    // The same again, as after a change of its owner
    { path: 'srv/kept', contents: kept },
  ])
  const image = await inspect(t, await dockerArchiveOf([low, middle]))
  const [first, second] = image.layers.map(({ digest }) => digest)
  deepEqual(
    told(image)
      .map((one) => JSON.stringify(one))
      .toSorted(),
    [
      ['eicar', 'srv/malware.zip!/a.com', 1, first],
      ['npm-token', 'srv/folder/a', 1, first, second],
      ['npm-token', 'srv/kept', 1, first],
      ['npm-token', 'srv/removed', 2, first, second],
      ['npm-token', 'srv/replaced', 1, first, second],
    ].map((one) => JSON.stringify(one)),
  )
  deepEqual(image.contents!.gaps, [])
  const text = JSON.stringify(image)
  for (const secret of [removed, replaced, inFolder, kept]) ok(!text.includes(secret))
})

test('without being asked nobody looks, and nothing is claimed', async (t) => {
  const image = await inspect(t, await dockerArchiveOf([await tarOf([{ path: 'srv/a', contents: token() }])]), false)
  equal(image.contents, undefined)
})

test('a cached layer that was not searched is read again; one that was serves both', async (t) => {
  const folder = workFolder(t)
  const layer = await tarOf([{ path: 'srv/a', contents: token() }])
  writeFileSync(join(folder, 'image.tar'), await dockerArchiveOf([layer]))
  const layerCache = folderLayerCache(join(folder, 'layers'))
  const target = { kind: 'image', path: join(folder, 'image.tar') } as const
  const read = async (content: boolean): Promise<number | undefined> =>
    (await inspectTarget(target, { signal: never, layerCache, content })).image?.contents?.found.length
  deepEqual([await read(false), await read(true), await read(true), await read(false)], [undefined, 1, 1, undefined])
})

test('layers in worker threads, and files that come in many pieces', async (t) => {
  const folder = workFolder(t)
  const secrets = [token(), token()]
  const layers = await Promise.all(
    secrets.map((secret) =>
      tarOf([
        {
          path: `srv/${secret.slice(4, 9)}`,
          contents: Buffer.concat([randomBytes(12_000_000), Buffer.from(`\n${secret}\n`)]),
        },
      ]),
    ),
  )
  const image = ociLayoutOf([
    { layers: layers.map((layer) => ({ stored: gzipSync(layer, { level: 1 }), diffId: sha256(layer) })) },
  ])
  for (const { path, contents } of image) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), contents!)
  }
  const read = await inspectTarget({ kind: 'image', path: folder }, { signal: never, content: true })
  deepEqual(
    read.image?.contents?.found.map(({ rule }) => rule),
    ['npm-token', 'npm-token'],
  )
})

test('a root file system is searched as well', async (t) => {
  const folder = workFolder(t)
  mkdirSync(join(folder, 'srv'))
  writeFileSync(join(folder, 'srv/.env'), `A=1\nB=${token()}\n`)
  const { contents } = await inspectTarget({ kind: 'rootfs', path: folder }, { signal: never, content: true })
  deepEqual(
    contents?.found.map(({ rule, place }) => [rule, place]),
    [['npm-token', { path: 'srv/.env', line: 2 }]],
  )
})

test('a layer that is cut is not wholly searched, which is said', async (t) => {
  const layer = await tarOf([
    { path: 'srv/a', contents: token() },
    { path: 'srv/b', contents: randomBytes(5000) },
  ])
  const image = await inspect(t, await dockerArchiveOf([layer.subarray(0, 3000)]))
  equal(image.contents?.found.length, 1)
  ok(image.contents?.gaps.some(({ why }) => why === 'not all of its files were searched'))
})
