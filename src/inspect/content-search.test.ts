import { randomBytes } from 'node:crypto'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { zipOf } from '../lib/testing.ts'
import { contentScanners } from './content-scanners.ts'
import { base62Checksum } from './secrets/checksums.ts'
import { findIn } from './secrets/testing.ts'
import { tarOf } from './testing.ts'

const text30 = randomBytes(15).toString('hex')
const token = `npm_${text30}${base62Checksum(text30)}`
const eicar = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + 'EICAR-STANDARD-ANTIVIRUS' + '-TEST-FILE!$H+H*'

const placesIn = async (path: string, contents: Uint8Array | string, options = {}): Promise<string[]> =>
  (await findIn(path, contents, options)).found.map(({ place }) => `${place.path}${place.line ? `:${place.line}` : ''}`)

test('a secret is found once wherever the pieces of a file are cut', async () => {
  const line = `${'y'.repeat(99)}\n`
  const big = Buffer.from(line.repeat(12_000) + `key = ${token}\n` + line.repeat(12_000))
  for (const pieces of [1000, 65_536, 262_144, 1_000_003, Infinity]) {
    deepEqual(await placesIn('srv/big.txt', big, { pieces }), ['srv/big.txt:12001'])
  }
})

test('a secret lies across the end of a window', async () => {
  const window = 1024 * 1024 + 16 * 1024
  for (let shift = -45; shift <= 45; shift += 5) {
    const contents = Buffer.alloc(window * 2, ' ')
    contents.write(token, window - 20 + shift)
    deepEqual([shift, ...(await placesIn('srv/a', contents, { pieces: 300_000 }))], [shift, 'srv/a:1'])
  }
})

test('nested archives: each kind in each, five deep, with the way in', async () => {
  const tar = await tarOf([{ path: 'x/a.txt', contents: eicar }])
  equal((await placesIn('srv/a.tar', tar))[0], 'srv/a.tar!/x/a.txt:1')
  equal((await placesIn('srv/a.tgz', gzipSync(tar)))[0], 'srv/a.tgz!/x/a.txt:1')
  equal((await placesIn('srv/a.tar.zst', zstdCompressSync(tar)))[0], 'srv/a.tar.zst!/x/a.txt:1')
  equal((await placesIn('srv/a.gz', gzipSync(eicar)))[0], 'srv/a.gz:1')
  let inner: Uint8Array = Buffer.from(eicar)
  for (const depth of [5, 4, 3, 2, 1]) {
    const path = depth === 5 ? 'e.com' : `${depth + 1}.zip`
    inner = zipOf([
      { path: 'other', contents: 'x' },
      { path, contents: inner, packed: depth % 2 === 0 },
    ])
  }
  equal((await placesIn('srv/1.zip', inner))[0], 'srv/1.zip!/2.zip!/3.zip!/4.zip!/5.zip!/e.com:1')
})

test('an archive is known wherever its first bytes are cut', async () => {
  const tar = await tarOf([{ path: 'x/a.txt', contents: eicar }])
  for (const bytes of [tar, gzipSync(tar), zipOf([{ path: 'x/a.txt', contents: eicar, packed: true }])]) {
    for (const pieces of [1, 3, 200, 511]) deepEqual(await placesIn('srv/a', bytes, { pieces }), ['srv/a!/x/a.txt:1'])
  }
})

test('archives deeper than the limit are a gap, and what lies beside them is searched', async () => {
  const nested = (depth: number): Uint8Array =>
    depth === 0 ? Buffer.from(eicar) : zipOf([{ path: 'a.zip', contents: nested(depth - 1), packed: depth % 2 === 0 }])
  deepEqual(await placesIn('srv/a.zip', nested(32)), [`srv/a.zip${'!/a.zip'.repeat(32)}:1`])
  const { found, gaps } = await findIn(
    'srv/x.zip',
    zipOf([
      { path: 'a.zip', contents: nested(200) },
      { path: 'b.com', contents: eicar },
    ]),
  )
  deepEqual(
    found.map(({ place }) => place.path),
    ['srv/x.zip!/b.com'],
  )
  deepEqual(gaps, [
    {
      why: 'was not searched: it lies more than 32 archives deep',
      place: { path: `srv/x.zip${'!/a.zip'.repeat(32)}` },
    },
  ])
})

test('paths in archives do not grow without end', async () => {
  const nested = (depth: number): Uint8Array =>
    depth === 0 ? Buffer.from(eicar) : zipOf([{ path: `${'a'.repeat(30_000)}.zip`, contents: nested(depth - 1) }])
  const { found, gaps } = await findIn('srv/a.zip', nested(3))
  deepEqual(found, [])
  deepEqual(
    gaps.map(({ why, place }) => [why, place?.path?.length]),
    [['was not searched: its path is too long', 4096]],
  )
})

test('large entries lie on the disk while they are searched, and nothing is left there', async () => {
  const contents = Buffer.concat([randomBytes(300_000), Buffer.from(`\n${token}\n`), randomBytes(300_000)])
  const options = { limits: { contentInMemory: 100_000 } }
  const zip = zipOf([
    { path: 'big', contents, packed: true },
    { path: 'kept', contents },
  ])
  deepEqual(await placesIn('srv/a.zip', zip, { ...options, pieces: 50_000 }), ['srv/a.zip!/big', 'srv/a.zip!/kept'])
  deepEqual(await placesIn('srv/a.gz', gzipSync(contents), options), ['srv/a.gz'])
})

test('bombs end at the budget, with a gap', async () => {
  const zeros = Buffer.alloc(80 * 1024 * 1024)
  const bombs = {
    gzip: gzipSync(zeros),
    zip: zipOf([{ path: 'a', contents: zeros, packed: true }]),
    zstd: zstdCompressSync(zeros),
  }
  for (const [name, bomb] of Object.entries(bombs)) {
    const { gaps } = await findIn(`srv/${name}`, bomb)
    match(gaps[0]?.why ?? '', /unpacks to more than 67108864 bytes/, name)
  }
})

test('a zip whose entries share their bytes ends at the budget', async () => {
  const shared = Buffer.alloc(2 * 1024 * 1024, 'x')
  const entries = Array.from({ length: 3000 }, (_, index) => ({
    path: `e${index}`,
    ...(index === 0 ? { contents: shared } : {}),
  }))
  const lies = { size: shared.length, packedSize: shared.length, start: 0 }
  const zip = zipOf(entries.map((entry, index) => (index === 0 ? entry : { ...entry, lies })))
  const { gaps } = await findIn('srv/a.zip', zip)
  match(gaps.at(-1)?.why ?? '', /unpacks to more than/)
})

test('damaged archives are gaps, and what can be read of them is searched', async () => {
  const tar = await tarOf([
    { path: 'a', contents: eicar },
    { path: 'b', contents: randomBytes(5000) },
  ])
  const cut = await findIn('srv/a.tar', tar.subarray(0, 3000))
  deepEqual([cut.found.length, cut.gaps.length], [1, 2])
  const zip = zipOf([
    { path: 'bad', contents: 'x', packed: true, lies: { crc: 1 } },
    { path: 'good', contents: eicar },
  ])
  const damaged = await findIn('srv/a.zip', zip)
  deepEqual(
    damaged.found.map(({ place }) => place.path),
    ['srv/a.zip!/good'],
  )
  deepEqual(damaged.gaps, [
    { why: 'was not searched: is damaged: its checksum differs', place: { path: 'srv/a.zip!/bad' } },
  ])
})

test('any bytes that begin like an archive end in a gap or nothing', async () => {
  const tar = await tarOf([{ path: 'a', contents: 'x'.repeat(600) }])
  const samples = [zipOf([{ path: 'a', contents: 'xyz', packed: true }]), gzipSync('xyz'), zstdCompressSync('xyz'), tar]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 8 }),
      async (sample, changes) => {
        const bytes = Buffer.from(sample)
        for (const [at, value] of changes) bytes[4 + (at % (bytes.length - 4))] = value
        const { found, gaps } = await findIn('srv/a', bytes)
        for (const gap of gaps) ok(gap.place?.path?.startsWith('srv/a'))
        equal(found.length, 0)
      },
    ),
    { numRuns: 300 },
  )
})

test('a file with thousands of secrets shows the first, and how many more there are', async () => {
  const many = Array.from({ length: 300 }, () => {
    const text = randomBytes(15).toString('hex')
    return `npm_${text}${base62Checksum(text)}`
  }).join('\n')
  const { found, gaps } = await findIn('srv/a', many)
  equal(found.length, 50)
  deepEqual(gaps, [{ why: '250 more secrets or traits of malware beyond the limit' }])
})

test('every scanner is registered under the name of its file', async () => {
  for (const scanner of contentScanners) {
    const folder = scanner.id.split('-')[0] === 'malware' ? 'malware' : 'secrets'
    const name = scanner.id.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const exported = (await import(`./${folder}/${scanner.id}.ts`)) as Record<string, unknown>
    equal(exported[name], scanner)
    const keywords = scanner.looks.map(([keyword]) => keyword)
    equal(new Set(keywords).size, keywords.length, `${scanner.id} has a keyword twice`)
  }
})
