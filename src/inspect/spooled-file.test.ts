// Archives beyond the limit of wanted files, which are read in parts: from the disk, or where they lie.

import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { zipOf } from '../lib/testing.ts'
import { readLayer } from './image/layer.ts'
import { inspectTarget } from './inspect.ts'
import { defaultLimits } from './limits.ts'
import { SpooledFile } from './spooled-file.ts'
import { never, openFiles, tarOf, untilClosed, workFolder, withoutOpenFiles as skip } from './testing.ts'

const inner = zipOf([{ path: 'META-INF/maven/org.yaml/snakeyaml/pom.properties', contents: 'version=1.27\n' }])
const jar = zipOf([
  { path: 'BOOT-INF/lib/snakeyaml-1.27.jar', contents: inner },
  { path: 'static/video', contents: randomBytes(50_000) },
])
const limits = { ...defaultLimits, wantedFile: 10_000 }

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}

test('in a layer, with a hard link to it, and nothing stays open', { skip }, async () => {
  const before = openFiles()
  const tar = await tarOf([
    { path: 'app/app.jar', contents: jar },
    { path: 'srv/same.jar', hardlink: 'app/app.jar' },
    { path: 'app/package-lock.json', contents: randomBytes(20_000) },
  ])
  const { files, gaps } = await readLayer(inPieces(tar), { signal: never, limits })
  deepEqual(
    Object.values(files).flatMap(({ packages }) => packages.map(({ name, place }) => `${name} ${place.path}`)),
    [
      'org.yaml:snakeyaml app/app.jar!/BOOT-INF/lib/snakeyaml-1.27.jar',
      'org.yaml:snakeyaml srv/same.jar!/BOOT-INF/lib/snakeyaml-1.27.jar',
    ],
  )
  deepEqual(gaps, [{ why: 'is larger than 10000 bytes', place: { path: 'app/package-lock.json' } }])
  const cut = await readLayer(inPieces(tar.subarray(0, 30_000)), { signal: never, limits })
  equal(cut.complete, false)
  await untilClosed(before)
})

test('an archive inside another that goes through memory which is used again, packed and as it is', async (t) => {
  const root = workFolder(t)
  const video = { path: 'static/video', contents: randomBytes(9 * 2 ** 20) } // too large to be unpacked in memory
  const lib = { path: 'lib/snakeyaml-1.27.jar', contents: inner }
  const war = zipOf([video, lib])
  const packed = { path: 'shop.war', contents: war, packed: true }
  const asItIs = { path: 'other.war', contents: zipOf([lib, video, { ...lib, path: 'lib/snake-1.27.jar' }]) }
  writeFileSync(join(root, 'shop.ear'), zipOf([packed, asItIs]))
  const { packages, gaps } = await inspectTarget({ kind: 'rootfs', path: root }, { signal: never, content: true })
  deepEqual(gaps, [])
  deepEqual(
    packages.map(({ name, place }) => `${name} ${place.path}`),
    [
      'org.yaml:snakeyaml shop.ear!/other.war!/lib/snake-1.27.jar',
      'org.yaml:snakeyaml shop.ear!/other.war!/lib/snakeyaml-1.27.jar',
      'org.yaml:snakeyaml shop.ear!/shop.war!/lib/snakeyaml-1.27.jar',
    ],
  )
})

test('in a folder, where it lies; beyond the limit of archives it is a gap', async (t) => {
  const root = workFolder(t)
  mkdirSync(join(root, 'app'))
  writeFileSync(join(root, 'app/app.jar'), jar)
  const read = async (archive: number): Promise<[string[], string[]]> => {
    const options = { signal: never, limits: { ...limits, archive } }
    const { packages, gaps } = await inspectTarget({ kind: 'rootfs', path: root }, options)
    return [packages.map(({ name }) => name), gaps.map(({ why }) => why)]
  }
  deepEqual(await read(100_000), [['org.yaml:snakeyaml'], []])
  deepEqual((await read(40_000))[1], ['is larger than 40000 bytes', 'no package was found in a form that is read'])
})

test('reading past the end gives what is there', (t) => {
  const file = new SpooledFile()
  t.after(() => file.close())
  file.push(Buffer.from('abc'))
  file.push(Buffer.from('def'))
  equal(Buffer.from(file.read(2, 2)).toString(), 'cd')
  equal(Buffer.from(file.read(4, 100)).toString(), 'ef')
  equal(file.read(9, 1).length, 0)
})
