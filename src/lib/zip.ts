// Zip archives over bytes that can be read at any place: the directory at the end, ZIP64, entries stored or deflated.
//
// A zip ends with a record that says where its directory lies; the directory names each entry and where its local header
// begins; the packed contents follow that header. All three can lie, so that each place and length is checked before use.
// Bytes in front (a start script, the mark of a jmod file) are allowed: places count from where the first entry begins.
// Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
//
// Memory: the directory, and the contents of the entry that is asked for.

import { utf8Of } from './utf8.ts'

/** Bytes that can be read in parts: a buffer, a file, a part of either. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number
  /** Exactly these bytes, which the caller has checked to lie within `size`. */
  read(start: number, length: number): Promise<Uint8Array>
  /** Whether each read gives memory of its own, which whoever read it may use again. */
  readonly isFresh?: boolean
}

/** What a zip needs and this folder may not import. */
export interface Codec {
  /** Raw deflate data; throws when it is damaged or gives more than `size` bytes. */
  inflate(packed: Uint8Array, size: number): Uint8Array
  crc32(bytes: Uint8Array): number
}

export interface ZipEntry {
  /** As written; it can be absolute, climb out, and stand there twice. */
  path: string
  /** Bytes of the contents, as the directory claims. */
  size: number
  packedSize: number
  encrypted: boolean
  method: number
  crc: number
  /** Of the local header, from the start of the source. */
  start: number
}

/** The bytes are no zip, or break its rules; the message is a clause that continues "it …". */
export class ZipError extends Error {
  override readonly name = 'ZipError'
}

/** A name is the bytes of the directory from `start` to `end`. */
export type Passes = (directory: Uint8Array, start: number, end: number) => boolean

export interface Zip {
  /**
   * Every entry, folders too, in the order of the directory. Throws `ZipError` where the directory breaks off. `passes`: told of
   * each name first, and what it says true of is passed over; of a hundred thousand classes nobody wants more than the name.
   */
  entries(passes?: Passes): Generator<ZipEntry>
  /** The contents, with their checksum checked. Throws `ZipError`, also when they are larger than `limit` bytes. */
  contents(entry: ZipEntry, limit: number): Promise<Uint8Array>
  /** The bytes of an entry as the zip holds them, stored or packed, without reading them. Throws `ZipError`. */
  packed(entry: ZipEntry): Promise<ByteSource>
}

/** The two methods that are read. */
export const stored = 0
export const deflated = 8
/** Bytes; some 400,000 entries. */
export const largestDirectory = 32 * 1024 * 1024

export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (start, length) => bytes.subarray(start, start + length) }
}

/** Bytes of the source from `start` on. */
export function part({ read, isFresh = false }: ByteSource, start: number, size: number): ByteSource {
  return { size, read: (from, length) => read(start + from, length), isFresh }
}

/** `largest`: bytes of its directory, which is held. Throws `ZipError` when it is no zip. */
export async function openZip(source: ByteSource, codec: Codec, largest = largestDirectory): Promise<Zip> {
  const { count, directory, base } = await findDirectory(source, largest)
  return {
    entries: (passes) => entriesOf(directory, count, base, passes),
    contents: (entry, limit) => contentsOf(entry, limit, source, codec),
    packed: async (entry) => {
      checkMethod(entry)
      const start = await dataStart(entry, source)
      return part(source, start, entry.packedSize)
    },
  }
}

const endMark = 0x06054b50
const endSize = 22
const end64Mark = 0x06064b50
const end64Size = 56
const locatorMark = 0x07064b50
const locatorSize = 20
const longestComment = 0xffff

interface Directory {
  directory: Uint8Array
  count: number
  /** Bytes in front of the zip, by which all its places are off. */
  base: number
}

async function findDirectory(source: ByteSource, largest: number): Promise<Directory> {
  // Nearly every zip ends with the record, without a comment.
  const found = (await findEnd(source, endSize)) ?? (await findEnd(source, endSize + longestComment))
  if (found === undefined) throw new ZipError('is no zip: it has no directory at its end')
  const { tail, tailStart, at } = found
  let count = tail.getUint16(at + 10, true)
  let size = tail.getUint32(at + 12, true)
  let claimed = tail.getUint32(at + 16, true)
  let end = tailStart + at
  if (count === 0xffff || size === 0xffffffff || claimed === 0xffffffff) {
    const large = await findDirectory64(source, end)
    if (large) ({ count, size, claimed, end } = large)
  }
  const start = end - size
  if (start < 0 || claimed > start) throw new ZipError('is damaged: its directory lies outside of it')
  if (size > largest) throw new ZipError(`has a directory of more than ${largest} bytes`)
  return { directory: await source.read(start, size), count, base: start - claimed }
}

async function findEnd(
  source: ByteSource,
  length: number,
): Promise<{ tail: DataView; tailStart: number; at: number } | undefined> {
  const tailStart = Math.max(0, source.size - length)
  const tail = viewOf(await source.read(tailStart, source.size - tailStart))
  const at = lastEnd(tail)
  return at === undefined ? undefined : { tail, tailStart, at }
}

/** The last end record whose comment fits into what follows it. */
function lastEnd(tail: DataView): number | undefined {
  for (let at = tail.byteLength - endSize; at >= 0; at--) {
    if (tail.getUint8(at) !== 0x50 || tail.getUint32(at, true) !== endMark) continue
    if (at + endSize + tail.getUint16(at + 20, true) <= tail.byteLength) return at
  }
  return undefined
}

/** Undefined when there is no ZIP64 record: an archive may have exactly 65,535 entries without it. */
async function findDirectory64(
  source: ByteSource,
  end: number,
): Promise<{ count: number; size: number; claimed: number; end: number } | undefined> {
  if (end < locatorSize + end64Size) return undefined
  const locator = viewOf(await source.read(end - locatorSize, locatorSize))
  if (locator.getUint32(0, true) !== locatorMark) return undefined
  // Directly in front of its locator, where also a zip with bytes in front has it.
  const at = end - locatorSize - end64Size
  const record = viewOf(await source.read(at, end64Size))
  if (record.getUint32(0, true) !== end64Mark) throw new ZipError('is damaged: its ZIP64 record is not there')
  return { count: long(record, 32), size: long(record, 40), claimed: long(record, 48), end: at }
}

const headerMark = 0x02014b50
const headerSize = 46

function* entriesOf(directory: Uint8Array, count: number, base: number, passes?: Passes): Generator<ZipEntry> {
  const view = viewOf(directory)
  let at = 0
  for (let number = 0; number < count; number++) {
    if (at + headerSize > directory.length) throw new ZipError(`has ${number} of the ${count} entries that it claims`)
    if (view.getUint32(at, true) !== headerMark) throw new ZipError(`is damaged: entry ${number + 1} has no header`)
    const nameEnd = at + headerSize + view.getUint16(at + 28, true)
    const extraEnd = nameEnd + view.getUint16(at + 30, true)
    if (extraEnd > directory.length) throw new ZipError(`is damaged: entry ${number + 1} is longer than the directory`)
    const next = extraEnd + view.getUint16(at + 32, true)
    if (passes?.(directory, at + headerSize, nameEnd)) {
      at = next
      continue
    }
    const [size, packedSize, start] = sizesOf(view, at, nameEnd, extraEnd)
    yield {
      path: utf8Of(directory, at + headerSize, nameEnd),
      size,
      packedSize,
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      start: base + start,
    }
    at = next
  }
}

/** Size, packed size and place; those that are all ones stand in the ZIP64 field, in this order. */
function sizesOf(view: DataView, at: number, extra: number, end: number): [number, number, number] {
  const short = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)] as const
  if (!short.includes(0xffffffff)) return [...short]
  for (let field = extra; field + 4 <= end;) {
    const fieldEnd = field + 4 + view.getUint16(field + 2, true)
    if (view.getUint16(field, true) === 1 && fieldEnd <= end) {
      let next = field + 4
      const value = (number: number): number => {
        if (number !== 0xffffffff) return number
        if (next + 8 > fieldEnd) throw new ZipError('is damaged: a ZIP64 field is too short')
        next += 8
        return long(view, next - 8)
      }
      return [value(short[0]), value(short[1]), value(short[2])]
    }
    field = fieldEnd
  }
  return [...short]
}

async function contentsOf(entry: ZipEntry, limit: number, source: ByteSource, codec: Codec): Promise<Uint8Array> {
  checkMethod(entry)
  if (Math.max(entry.size, entry.packedSize) > limit) throw new ZipError(`is larger than ${limit} bytes`)
  const packed = await source.read(await dataStart(entry, source), entry.packedSize)
  const contents = entry.method === stored ? packed : inflated(packed, entry.size, codec)
  if (contents.length !== entry.size) throw new ZipError('is not as long as the directory says')
  if (codec.crc32(contents) !== entry.crc) throw new ZipError('is damaged: its checksum differs')
  return contents
}

function checkMethod({ encrypted, method }: ZipEntry): void {
  if (encrypted) throw new ZipError('is encrypted')
  if (method !== stored && method !== deflated) throw new ZipError(`is packed by method ${method}`)
}

function inflated(packed: Uint8Array, size: number, codec: Codec): Uint8Array {
  try {
    return codec.inflate(packed, size)
  } catch (error) {
    throw new ZipError('is damaged: its packed contents cannot be read', { cause: error })
  }
}

const localMark = 0x04034b50
const localSize = 30

/** The lengths of name and extra fields are those of the local header, which differ from the directory's. */
async function dataStart({ start, packedSize }: ZipEntry, source: ByteSource): Promise<number> {
  if (start + localSize > source.size) throw new ZipError('is damaged: it lies outside of the zip')
  const local = viewOf(await source.read(start, localSize))
  if (local.getUint32(0, true) !== localMark) throw new ZipError('is damaged: it has no header')
  const data = start + lengthOfLocal(local)
  if (data + packedSize > source.size) throw new ZipError('is damaged: it reaches beyond the end of the zip')
  return data
}

/** As the header in front of it has it; `contents`: where they begin. */
export type LocalEntry = ZipEntry & { contents: number }

/** With name and extra fields. */
function lengthOfLocal(local: DataView): number {
  return localSize + local.getUint16(26, true) + local.getUint16(28, true)
}

/**
 * What the header in front of an entry's contents says, for who cannot wait for the directory, which alone is the truth.
 * Undefined where the bytes begin with no whole header, or with one that leaves the sizes to
 * what follows the contents.
 */
export function localEntryOf(bytes: Uint8Array, start: number): LocalEntry | undefined {
  const local = viewOf(bytes)
  if (bytes.length < localSize || local.getUint32(0, true) !== localMark) return undefined
  const flags = local.getUint16(6, true)
  const [packedSize, size] = [local.getUint32(18, true), local.getUint32(22, true)]
  const end = lengthOfLocal(local)
  if (end > bytes.length || (flags & 8) !== 0 || packedSize === 0xffffffff || size === 0xffffffff) return undefined
  const path = utf8Of(bytes, localSize, localSize + local.getUint16(26, true))
  const [method, crc] = [local.getUint16(8, true), local.getUint32(14, true)]
  return { path, size, packedSize, encrypted: (flags & 1) === 1, method, crc, start, contents: start + end }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function long(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true))
  if (!Number.isSafeInteger(value)) throw new ZipError('is damaged: a ZIP64 length is beyond any file')
  return value
}
