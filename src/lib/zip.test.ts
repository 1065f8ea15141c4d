import { test } from 'node:test'
import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { crc32, inflateRawSync } from 'node:zlib'
import * as fc from 'fast-check'
import { zipOf, type TestZipEntry } from './testing.ts'
import { bytesSource, openZip, ZipError, type Codec, type Zip } from './zip.ts'

const codec: Codec = {
  inflate: (packed, size) => inflateRawSync(packed, { maxOutputLength: Math.max(1, size) }),
  crc32: (bytes) => crc32(bytes),
}

function opened(bytes: Uint8Array): Promise<Zip> {
  return openZip(bytesSource(bytes), codec)
}

async function listed(bytes: Uint8Array): Promise<Record<string, string>> {
  const zip = await opened(bytes)
  const files: Record<string, string> = {}
  for (const entry of zip.entries()) files[entry.path] = Buffer.from(await zip.contents(entry, 1000)).toString()
  return files
}

/** Info-ZIP 3.0: a, stored by `zip -X0`, and b, deflated by `zip -X9`. */
const infoZip = Buffer.from(
  'UEsDBAoAAAAAAAAAIVEHoerdAgAAAAIAAAABAAAAYWEKUEsDBBQAAgAIAAAAIVG0whB1BwAAAGQAAAABAAAAYktMpDngAgBQSwECHgMKAAAAAAAAACFR' +
    'B6Hq3QIAAAACAAAAAQAAAAAAAAAAAAAApIEAAAAAYVBLAQIeAxQAAgAIAAAAIVG0whB1BwAAAGQAAAABAAAAAAAAAAEAAACkgSEAAABiUEsFBgAAAAAC' +
    'AAIAXgAAAEcAAAAAAA==',
  'base64',
)
/** `zip -X -fz p.zip - < a`: with ZIP64 fields throughout. */
const infoZip64 = Buffer.from(
  'UEsDBC0AAAAAAAAAIVEHoerd//////////8BABQALQEAEAACAAAAAAAAAAIAAAAAAAAAYQpQSwECHgMtAAAAAAAAACFRB6Hq3QIAAAD/////AQAMAAAA' +
    'AAABAAAApIEAAAAALQEACAACAAAAAAAAAFBLBgYsAAAAAAAAAB4DLQAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAA7AAAAAAAAADUAAAAAAAAAUEsGBwAA' +
    'AABwAAAAAAAAAAEAAABQSwUGAAAAAAEAAQA7AAAA/////wAA',
  'base64',
)

test('zips of Info-ZIP: stored, deflated, ZIP64', async () => {
  deepEqual(await listed(infoZip), { a: 'a\n', b: `${'a'.repeat(99)}\n` })
  deepEqual(await listed(infoZip64), { '-': 'a\n' })
})

test('bytes in front of a zip, whether its places count them or not, and a comment behind it', async () => {
  const shifted = Buffer.concat([Buffer.from('#!/bin/sh\n'), infoZip, Buffer.from('trailing')])
  deepEqual(Object.keys(await listed(shifted)), ['a', 'b'])
  deepEqual(Object.keys(await listed(Buffer.concat([Buffer.from('JM\x01\x00'), infoZip64]))), ['-'])
})

test('the bytes of an entry as the zip holds them', async () => {
  const zip = await opened(infoZip)
  const [a, b] = [...zip.entries()]
  const stored = await zip.packed(a!)
  deepEqual([stored.size, Buffer.from(await stored.read(1, 1)).toString()], [2, '\n'])
  const packed = await zip.packed(b!)
  equal(inflateRawSync(await packed.read(0, packed.size)).length, 100)
})

const entry: TestZipEntry = { path: 'a', contents: 'abc', packed: true }
const lies: [what: string, lies: TestZipEntry['lies'], why: RegExp][] = [
  ['a larger size', { size: 4 }, /not as long as the directory says/],
  ['a smaller size', { size: 2 }, /packed contents cannot be read/],
  ['a wrong checksum', { crc: 1 }, /its checksum differs/],
  ['an unknown method', { method: 12 }, /packed by method 12/],
  ['encryption', { flags: 1 }, /is encrypted/],
  ['contents beyond the end', { packedSize: 900 }, /beyond the end/],
  ['a place outside', { start: 1e6 }, /outside of the zip/],
  ['a place without a header', { start: 3 }, /has no header/],
  ['a size beyond the limit', { size: 0xfffffffe }, /larger than 1000 bytes/],
  ['a ZIP64 size without its field', { size: 0xffffffff }, /larger than 1000 bytes/],
]
for (const [what, lie, why] of lies) {
  test(`an entry that claims ${what} is refused`, async () => {
    await rejects(
      listed(zipOf([{ ...entry, lies: lie! }])),
      (error) => error instanceof ZipError && why.test(error.message),
    )
  })
}

test('a directory that is too short, elsewhere or not there', async () => {
  const short = await opened(zipOf([entry], { count: 2 }))
  throws(() => [...short.entries()], /has 1 of the 2 entries/)
  await rejects(opened(zipOf([entry], { directory: 5000 })), /its directory lies outside/)
  await rejects(opened(Buffer.from('PK\x03\x04')), /no directory at its end/)
  await rejects(opened(Buffer.alloc(0)), /no directory at its end/)
})

test('ZIP64 numbers beyond any file', async () => {
  const lying = Buffer.from(infoZip64)
  lying.fill(0xff, lying.indexOf('PK\x06\x06') + 40, lying.indexOf('PK\x06\x06') + 48)
  await rejects(opened(lying), /ZIP64 length is beyond any file/)
})

test('whatever the bytes, it ends with entries or a ZipError, and reads only what is there', async () => {
  const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 })
  const base = fc.constantFrom(infoZip, infoZip64, zipOf([entry, { path: 'b/c.jar', contents: 'x' }]))
  await fc.assert(
    fc.asyncProperty(base, edits, fc.nat(), async (good, changes, cut) => {
      const bytes = Buffer.from(cut % 4 === 0 ? good.subarray(0, cut % good.length) : good)
      for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
      const source = bytesSource(bytes)
      const checked = {
        size: source.size,
        read: (start: number, length: number) => {
          ok(start >= 0 && length >= 0 && start + length <= bytes.length, `${start} + ${length} of ${bytes.length}`)
          return source.read(start, length)
        },
      }
      try {
        const zip = await openZip(checked, codec)
        for (const one of zip.entries()) await zip.contents(one, 1000).catch(onlyZipErrors)
      } catch (error) {
        onlyZipErrors(error)
      }
    }),
    { numRuns: 2000 },
  )
})

function onlyZipErrors(error: unknown): void {
  if (!(error instanceof ZipError)) throw error
}
