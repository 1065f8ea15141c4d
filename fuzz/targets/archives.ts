// Tar, zip, Java's archives inside one another, gzip and zstd.

import { crc32, gzipSync, inflateRawSync, zstdCompressSync } from 'node:zlib'
import { archivePackages } from '../../src/inspect/java/archive.ts'
import { defaultArchiveLimits } from '../../src/inspect/java/limits.ts'
import { SpooledFile } from '../../src/inspect/spooled-file.ts'
import { UnpackingAhead } from '../../src/inspect/unpacking-ahead.ts'
import { decompressed } from '../../src/io/decompress.ts'
import { paxOf, rawTar, tarEnd, withSum, zipOf, type TestTarEntry } from '../../src/lib/testing.ts'
import { TarError, TarReader, type TarEntry } from '../../src/lib/tar.ts'
import { bytesSource, openZip, ZipError, type ByteSource } from '../../src/lib/zip.ts'
import type { Random } from '../random.ts'
import {
  checkedScan,
  hold,
  holdEqual,
  orRefusal,
  orRefusalLater,
  streamOf,
  withoutPlaces,
  type FuzzTarget,
} from '../target.ts'

const sparse = Buffer.from(rawTar([{ path: 'usr/share/holes', type: 'S', contents: 'x'.repeat(700) }]))
sparse[482] = 1

/** One of every kind. */
export const tarEntries: readonly TestTarEntry[] = [
  { path: 'etc/os-release', contents: 'ID=debian\nVERSION_ID="12"\n' },
  { path: 'lib/apk/db/installed', contents: 'P:musl\nV:1.2.5-r0\n\n' },
  { path: 'usr/lib/apk/db/installed', type: '1', target: 'lib/apk/db/installed' },
  { path: 'srv/node_modules/a/package.json', contents: '{"name":"a","version":"1.0.0"}' },
  { path: 'lib', type: '2', target: 'usr/lib' },
  { path: 'dev/null', type: '3' },
  { path: 'dev/sda', type: '4' },
  { path: 'run/pipe', type: '6' },
  { path: 'srv/', type: '5', mode: 0o755 },
  { path: 'usr/bin/su', mode: 0o4755, contents: '\x7fELF' },
  { path: 'srv/.wh.old' },
  { path: 'var/.wh..wh..opq' },
  paxOf({ path: 'srv/ü/a long name', size: '3', mtime: '1.5' }),
  { path: 'x', contents: 'abc' },
  { path: '././@LongLink', type: 'L', contents: `srv/${'n'.repeat(200)}\0` },
  { path: 'y', contents: 'long' },
  { path: '././@LongLink', type: 'K', contents: `../${'t'.repeat(200)}\0` },
  { path: 'z', type: '2' },
  paxOf({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'srv/sparse', 'GNU.sparse.realsize': '9' }),
  { path: 'w', contents: '1\n0\n3\n' },
]

export const tarSeeds: readonly Buffer[] = [
  Buffer.concat([rawTar(tarEntries), tarEnd]),
  Buffer.concat([rawTar(tarEntries.slice(0, 4)), tarEnd]),
  Buffer.concat([rawTar(tarEntries.slice(4, 9)), sparse, Buffer.alloc(512), rawTar(tarEntries.slice(9)), tarEnd]),
]

export const tarWords = [
  '.wh.',
  '.wh..wh..opq',
  '../../',
  'ustar\0',
  '12 path=a/b\n',
  'GNU.sparse.',
  '\x80\0\0\0\0\0\0\0',
  '77777777777',
]

/** Most changed headers would be refused by their sum. */
export function mendTar(input: Buffer, random: Random): Buffer {
  if (random.oneIn(8)) return input
  const copy = Buffer.from(input)
  for (let at = 0; at + 512 <= copy.length; at += 512) {
    if (copy.toString('latin1', at + 257, at + 262) === 'ustar') withSum(copy.subarray(at, at + 512))
  }
  return copy
}

const tar: FuzzTarget = {
  id: 'tar',
  seeds: () => tarSeeds,
  words: tarWords,
  mend: mendTar,
  run(input, split) {
    const told: (TarEntry | string)[] = []
    let expected = 0
    let given = 0
    const reader = new TarReader({
      entry(entry) {
        hold(expected === given, `${given} bytes of an entry came instead of ${expected}`)
        hold(Number.isSafeInteger(entry.size) && entry.size >= 0, `a size of ${entry.size}`)
        hold(entry.offset % 512 === 0, `contents at ${entry.offset}`)
        hold(entry.mode >= 0 && entry.mode <= 0o7777, `a mode of ${entry.mode}`)
        const isWanted = entry.size % 3 !== 1
        told.push({ ...entry })
        ;[expected, given] = [isWanted ? entry.size : 0, 0]
        return isWanted
      },
      data: (piece) => void (given += piece.length),
      end: () => {
        hold(given === expected, `an entry ended after ${given} bytes of ${expected}`)
        told.push(`${given} bytes`)
      },
    })
    const end = orRefusal(() => {
      for (const piece of split(input)) reader.write(piece)
      reader.end()
      return 'whole'
    }, TarError)
    return withoutPlaces({ told, end })
  },
}

const nestedJar = zipOf([
  { path: 'META-INF/MANIFEST.MF', contents: 'Bundle-SymbolicName: org.a.b\r\nBundle-Version: 1.0\r\n' },
  {
    path: 'META-INF/maven/org.a/b/pom.properties',
    contents: 'groupId=org.a\nartifactId=b\nversion=1.0\n',
    packed: true,
  },
  {
    path: 'META-INF/maven/org.a/b/pom.xml',
    contents: '<project><licenses><license><name>MIT</name></license></licenses></project>',
  },
  { path: 'org/apache/logging/log4j/core/Logger.class', contents: 'x' },
])
const ear = zipOf([
  { path: 'app.war', contents: zipOf([{ path: 'WEB-INF/lib/b-1.0.jar', contents: nestedJar }]) },
  { path: 'lib/b-1.0.jar', contents: nestedJar, packed: true },
])

/** ZIP64 records in front of the end, which then says all ones. */
export function zip64(zip: Buffer, lies: { count?: bigint; size?: bigint; directory?: bigint } = {}): Buffer {
  const end = Buffer.from(zip.subarray(-22))
  const record = Buffer.alloc(56)
  record.write('PK\x06\x06', 'latin1')
  record.writeBigUInt64LE(44n, 4)
  record.writeBigUInt64LE(lies.count ?? BigInt(end.readUInt16LE(10)), 32)
  record.writeBigUInt64LE(lies.size ?? BigInt(end.readUInt32LE(12)), 40)
  record.writeBigUInt64LE(lies.directory ?? BigInt(end.readUInt32LE(16)), 48)
  const locator = Buffer.alloc(20)
  locator.write('PK\x06\x07', 'latin1')
  locator.writeBigUInt64LE(BigInt(zip.length - 22), 8)
  locator.writeUInt32LE(1, 16)
  end.fill(0xff, 8, 20)
  return Buffer.concat([zip.subarray(0, -22), record, locator, end])
}

export const zipSeeds: readonly Buffer[] = [
  nestedJar,
  ear,
  zip64(nestedJar),
  Buffer.concat([Buffer.from('#!/bin/sh\n'), ear]),
]
const zipWords = [
  'PK\x03\x04',
  'PK\x01\x02',
  'PK\x05\x06',
  'PK\x06\x06',
  'PK\x06\x07',
  '\x01\0\x10\0',
  '\xff\xff\xff\xff',
]

const codec = {
  inflate: (packed: Uint8Array, size: number) => inflateRawSync(packed, { maxOutputLength: Math.max(1, size) }),
  crc32: (bytes: Uint8Array) => crc32(bytes),
}

/** What the reader asks for must lie inside. */
function checkedSource(bytes: Uint8Array): ByteSource {
  const { size, read } = bytesSource(bytes)
  return {
    size,
    read(start, length) {
      const isInside = Number.isSafeInteger(start) && start >= 0 && length >= 0 && start + length <= size
      hold(isInside, `bytes ${start} to ${start + length} of ${size} were asked for`)
      return read(start, length)
    },
  }
}

const zip: FuzzTarget = {
  id: 'zip',
  seeds: () => zipSeeds,
  words: zipWords,
  run: (input) =>
    orRefusalLater(async () => {
      const opened = await openZip(checkedSource(input), codec)
      const told: unknown[] = []
      const entries = opened.entries()
      for (let count = 0; count < 300; count++) {
        const next = orRefusal(() => entries.next(), ZipError)
        if ('refused' in next) return { told, end: next }
        if (next.done) break
        const contents = await orRefusalLater(() => opened.contents(next.value, 1_000_000), ZipError)
        const packed = await orRefusalLater(async () => (await opened.packed(next.value)).size, ZipError)
        if (contents instanceof Uint8Array) hold(contents.length === next.value.size, 'contents of another size')
        told.push([next.value, packed, contents instanceof Uint8Array ? crc32(contents) : contents])
      }
      return { told }
    }, ZipError),
}

const javaNested: FuzzTarget = {
  id: 'java-nested',
  seeds: () => zipSeeds,
  words: zipWords,
  run: async (input) => nestedIn(input),
}

/** What comes in piece by piece, and is unpacked meanwhile, holds the same. */
const javaAhead: FuzzTarget = {
  id: 'java-ahead',
  seeds: () => [...zipSeeds, zipOf([{ path: 'app.war', contents: ear, packed: true }])],
  words: zipWords,
  async run(input, split) {
    const around = new SpooledFile()
    const ahead = new UnpackingAhead(around, { wants: ({ size }) => size > limits.inMemory, total: limits.total })
    try {
      for (const piece of split(input)) {
        around.push(piece)
        ahead.grown()
      }
      ahead.end()
      holdEqual(await nestedIn(input, ahead), await nestedIn(input), 'unpacked ahead')
    } finally {
      ahead.close()
      around.close()
    }
  },
}

/** So that some go to the disk. */
const limits = { ...defaultArchiveLimits, inMemory: 500, total: 10_000_000 }

async function nestedIn(input: Buffer, ahead?: UnpackingAhead): Promise<unknown> {
  const { scan, list } = checkedScan('srv/app.ear')
  const packages = []
  for await (const found of archivePackages(checkedSource(input), 'srv/app.ear', scan, { limits, ahead }))
    packages.push(found)
  return { packages, gaps: list() }
}

const text = Buffer.from('P:musl\nV:1.2.5-r0\n\n'.repeat(100))
export const packedSeeds: readonly Buffer[] = [
  gzipSync(text),
  Buffer.concat([gzipSync(text), gzipSync('second member')]),
  gzipSync(Buffer.alloc(100_000)),
  zstdCompressSync(text),
  Buffer.concat([zstdCompressSync(text), zstdCompressSync('second frame')]),
  text,
]

/** Bytes after which reading on would show nothing new. */
const enough = 4 * 1024 * 1024

const decompress: FuzzTarget = {
  id: 'decompress',
  seeds: () => packedSeeds,
  words: ['\x1f\x8b\x08\0', '\x28\xb5\x2f\xfd', '\x03\0'],
  async run(input, split) {
    let length = 0
    let sum = 0
    const end = await orRefusalLater(async () => {
      for await (const piece of decompressed(streamOf(split(input)))) {
        length += piece.length
        sum = crc32(piece, sum)
        if (length > enough) return 'enough'
      }
      return 'whole'
    }, Error)
    return { length, sum, end }
  },
  // Before damage the decoders give as much as they have got at a time, which may be enough for one and not for the other, and
  // of several things that are wrong they name the first that they meet.
  same(first, second) {
    const [one, other] = [first, second] as { length: number; sum: number; end: unknown }[]
    const [end, otherEnd] = [one, other].map((each) =>
      JSON.stringify(each!.end).replace(/is (?:cut|damaged \(\w+\))/, 'is broken'),
    )
    if (one!.end === 'enough' || other!.end === 'enough') return true
    if (end !== '"whole"' || otherEnd !== '"whole"') return end === otherEnd
    return one!.length === other!.length && one!.sum === other!.sum
  },
}

export const archiveTargets: readonly FuzzTarget[] = [tar, zip, javaNested, javaAhead, decompress]
