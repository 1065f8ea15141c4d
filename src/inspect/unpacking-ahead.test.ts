import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { zipOf, type TestZipEntry } from '../lib/testing.ts'
import { bytesSource, openZip, type ZipEntry } from '../lib/zip.ts'
import { readLayer } from './image/layer.ts'
import { defaultLimits } from './limits.ts'
import { SpooledFile } from './spooled-file.ts'
import { never, openFiles, tarOf, untilClosed, untilOpen, withoutOpenFiles as skip } from './testing.ts'
import { codec } from './unpack.ts'
import { UnpackingAhead } from './unpacking-ahead.ts'

const large = Buffer.concat([randomBytes(700_000), Buffer.alloc(300_000)])
const readme: TestZipEntry = { path: 'readme.txt', contents: 'x'.repeat(5000), packed: true }
const war: TestZipEntry = { path: 'shop.war', contents: large, packed: true }

async function entriesOf(zip: Buffer): Promise<ZipEntry[]> {
  return [...(await openZip(bytesSource(zip), codec)).entries()]
}

interface Ahead {
  around: SpooledFile
  ahead: UnpackingAhead
}

/** The archive comes in, in pieces, up to `length`. */
async function comesIn(zip: Buffer, length = zip.length, total = 2 ** 30): Promise<Ahead> {
  const around = new SpooledFile()
  const ahead = new UnpackingAhead(around, { wants: ({ path }) => path.endsWith('.war'), total })
  for (let at = 0; at < length; at += 50_000) {
    around.push(zip.subarray(at, Math.min(length, at + 50_000)))
    ahead.grown()
    await setTimeout(1)
  }
  return { around, ahead }
}

async function cameIn(...what: Parameters<typeof comesIn>): Promise<Ahead> {
  const { around, ahead } = await comesIn(...what)
  ahead.end()
  return { around, ahead }
}

test('what is large and packed is unpacked while the rest still comes in', { skip }, async () => {
  const zip = zipOf([readme, war, { ...readme, path: 'after.txt' }])
  const before = openFiles()
  const [first, second, third] = await entriesOf(zip)
  const { around, ahead } = await comesIn(zip, third!.start)
  equal(await ahead.take(first!), undefined)
  const spool = await ahead.take(second!)
  ok(Buffer.from(spool!.read(0, large.length + 1)).equals(large))
  equal(await ahead.take(second!), undefined, 'it belongs to who took it')
  spool!.close()
  ahead.close()
  around.close()
  await untilClosed(before)
})

test('a header that says other things than the directory counts for nothing', async () => {
  const zip = zipOf([war])
  const [entry] = await entriesOf(zip)
  for (const other of [{ crc: 1 }, { size: 7 }, { packedSize: 7 }, { method: 0 }, { start: 30 }, { encrypted: true }]) {
    const { around, ahead } = await cameIn(zip)
    equal(await ahead.take({ ...entry!, ...other }), undefined)
    ahead.close()
    around.close()
  }
})

const notUnpacked: readonly (readonly [string, TestZipEntry[]])[] = [
  ['contents that have another checksum', [{ ...war, lies: { crc: 1 } }]],
  ['contents that are longer than they claim', [{ ...war, lies: { size: 1000 } }]],
  ['contents that are shorter', [{ ...war, lies: { size: 2_000_000 } }]],
  ['sizes that stand behind the contents', [{ ...war, lies: { flags: 8 } }]],
  ['an encrypted entry', [{ ...war, lies: { flags: 1 } }]],
  ['one that is stored as it is', [{ ...war, packed: false }]],
  ['what is no deflate data', [{ ...war, packed: false, lies: { method: 8 } }]],
]

for (const [what, entries] of notUnpacked) {
  test(`is left to who reads the directory: ${what}`, { skip }, async () => {
    const zip = zipOf(entries)
    const before = openFiles()
    const { around, ahead } = await cameIn(zip)
    equal(await ahead.take((await entriesOf(zip))[0]!), undefined)
    ahead.close()
    around.close()
    await untilClosed(before)
  })
}

test('an archive that ends early, that is none, or of which too much would be unpacked', { skip }, async () => {
  const zip = zipOf([war])
  const [entry] = await entriesOf(zip)
  const before = openFiles()
  for (const [bytes, length, total] of [
    [zip, 300_000, 2 ** 30],
    [zip, 0, 2 ** 30],
    [randomBytes(200_000), 200_000, 2 ** 30],
    [zip, zip.length, 999_999],
  ] as const) {
    const { around, ahead } = await cameIn(bytes, length, total)
    equal(await ahead.take(entry!), undefined)
    ahead.close()
    around.close()
  }
  await untilClosed(before)
})

test('closed in the middle, it gives all up', { skip }, async () => {
  const before = openFiles()
  const around = new SpooledFile()
  const ahead = new UnpackingAhead(around, { wants: () => true, total: 2 ** 30 })
  around.push(zipOf([war]).subarray(0, 400_000))
  ahead.grown()
  await untilOpen(before + 2)
  ahead.close()
  around.close()
  await untilClosed(before)
})

test('closed in the middle, it unpacks no more, however much was packed in what it has read', { skip }, async (t) => {
  const before = openFiles()
  const around = new SpooledFile()
  around.push(zipOf([{ ...war, contents: Buffer.alloc(200 * 2 ** 20) }]))
  const append = t.mock.method(SpooledFile.prototype, 'append')
  const ahead = new UnpackingAhead(around, { wants: () => true, total: 2 ** 30 })
  ahead.end()
  await untilOpen(before + 2)
  ahead.close()
  around.close()
  await untilClosed(before)
  ok(append.mock.callCount() < 10, `${append.mock.callCount()} pieces`)
})

test('of many it holds some at a time: each is an open file', { skip }, async () => {
  const zip = zipOf(Array.from({ length: 200 }, (_, n) => ({ ...war, path: `${n}.war`, contents: 'x'.repeat(1000) })))
  const entries = await entriesOf(zip)
  const before = openFiles()
  const { around, ahead } = await cameIn(zip)
  await ahead.take({ ...entries.at(-1)!, crc: 1 })
  ok(openFiles() - before < 50, `${openFiles() - before} files`)
  ;(await ahead.take(entries[0]!))!.close()
  ahead.close()
  around.close()
  await untilClosed(before)
})

test('packages of a layer are the same, whether an archive was unpacked ahead or not', { skip }, async () => {
  const pom = { path: 'META-INF/maven/org.yaml/snakeyaml/pom.properties', contents: 'version=1.27\n' }
  const jar = { path: 'WEB-INF/lib/snakeyaml-1.27.jar', contents: zipOf([pom]), packed: true }
  const inner = zipOf([jar, { path: 'static/video', contents: randomBytes(9 * 2 ** 20) }])
  async function* piecesOf(tar: Buffer): AsyncGenerator<Buffer> {
    for (let at = 0; at < tar.length; at += 2 ** 20) yield tar.subarray(at, at + 2 ** 20)
  }
  const before = openFiles()
  for (const flags of [0x800, 0x808]) {
    const ear = zipOf([readme, { path: 'shop.war', contents: inner, packed: true, lies: { flags } }])
    const tar = await tarOf([{ path: 'srv/shop.ear', contents: ear }])
    const limits = { ...defaultLimits, wantedFile: 2 ** 20 }
    const { files, gaps } = await readLayer(piecesOf(tar), { signal: never, limits })
    deepEqual(gaps, [])
    deepEqual(
      files['srv/shop.ear']!.packages.map(({ name, place }) => `${name} ${place.path}`),
      ['org.yaml:snakeyaml srv/shop.ear!/shop.war!/WEB-INF/lib/snakeyaml-1.27.jar'],
    )
  }
  await untilClosed(before)
})
