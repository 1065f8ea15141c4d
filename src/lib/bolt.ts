// A bolt database (bbolt), as containerd keeps its names in: buckets of keys, values and further buckets, in order.
// Numbers have the byte order of the machine that made it, which the magic number shows.
//
// The file is pages of one size. Each begins with 16 bytes: its number (8), what it is (2), how many entries (2), and how
// many more pages it goes on for (4).
//   page 0 and 1: magic (4), version (4), page size (4), flags (4), root bucket (16), free list (8), end (8),
//     transaction (8), FNV-1a of those 56 bytes (8). The valid one of the later transaction counts.
//   branch: position (4), length of the key (4), page (8)
//   leaf: 1 for a bucket (4), position (4), length of the key (4) and of the value (4)
// Positions count from the entry itself. The value of a bucket is the number of its root page (8) and a counter (8); page 0
// means that the page follows in the value itself.
// https://github.com/etcd-io/bbolt/blob/v1.3.6/page.go, db.go (meta) and bucket.go

import { BinaryFields } from './binary-fields.ts'
import { budget } from './budget.ts'

/** The database is cut, damaged or changed while it was read: one clause. */
export class BoltDamaged extends Error {
  override readonly name = 'BoltDamaged'
}

export type BoltEntry = { key: Uint8Array; value: Uint8Array } | { key: Uint8Array; bucket: BoltBucket }

const magic = 0xed0cdaed
const pageHeaderSize = 16
const entrySize = 16
const bucketHeaderSize = 16
const metaSize = 64
const pageTypes = { branch: 1, leaf: 2, meta: 4 } as const
const leastPage = 1024
const mostPage = 65_536

interface Meta {
  littleEndian: boolean
  pageSize: number
  root: number
  /** The number of the first page that is not used. */
  end: number
  transaction: number
}

/** The two descriptions of the file lie in so many bytes of its beginning, whatever its pages are long. */
export const boltHeadSize = mostPage + pageHeaderSize + metaSize

/** The number of the last transaction, from the first `boltHeadSize` bytes; undefined where no bolt database begins. */
export function boltTransaction(head: Uint8Array): number | undefined {
  return lastMeta(head)?.transaction
}

/** The root bucket. Each page is read at most once in all, whatever the file says. Throws `BoltDamaged`. */
export function openBolt(bytes: Uint8Array): BoltBucket {
  const meta = lastMeta(bytes)
  if (meta === undefined) throw new BoltDamaged('it is no bolt database, or its beginning is damaged')
  if (meta.end * meta.pageSize > bytes.length) {
    throw new BoltDamaged(`it is cut: ${Math.floor(bytes.length / meta.pageSize)} of ${meta.end} pages are there`)
  }
  return new BoltBucket(new Pages(bytes, meta), meta.root)
}

/** What it holds is read when it is first asked for. */
export class BoltBucket {
  #pages: Pages
  #root: number | Uint8Array
  #entries: BoltEntry[] | undefined

  /** @param root the number of its first page, or that page itself. */
  constructor(pages: Pages, root: number | Uint8Array) {
    this.#pages = pages
    this.#root = root
  }

  /** In the order of their keys. Throws `BoltDamaged`, also for one that is out of order. */
  entries(): readonly BoltEntry[] {
    this.#entries ??= this.#pages.entriesFrom(this.#root)
    return this.#entries
  }

  bucket(key: string): BoltBucket | undefined {
    const entry = this.#find(key)
    return entry && 'bucket' in entry ? entry.bucket : undefined
  }

  value(key: string): Uint8Array | undefined {
    const entry = this.#find(key)
    return entry && 'value' in entry ? entry.value : undefined
  }

  #find(key: string): BoltEntry | undefined {
    const wanted = new TextEncoder().encode(key)
    return this.entries().find((entry) => compare(entry.key, wanted) === 0)
  }
}

/** The pages of a file, each of which belongs to one bucket. */
class Pages {
  #bytes: Uint8Array
  #meta: Meta
  #taken = new Set<number>()
  #spend: (bytes: number) => void

  constructor(bytes: Uint8Array, meta: Meta) {
    this.#bytes = bytes
    this.#meta = meta
    this.#spend = budget(bytes.length)
  }

  entriesFrom(root: number | Uint8Array): BoltEntry[] {
    const entries: BoltEntry[] = []
    const waiting: (number | Uint8Array)[] = [root]
    try {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const page = typeof next === 'number' ? this.#page(next) : next
        const name = typeof next === 'number' ? `page ${next}` : 'a page within a bucket'
        const fields = new BinaryFields(page, this.#meta.littleEndian)
        const type = fields.u16(8)
        const count = fields.u16(10)
        if (pageHeaderSize + count * entrySize > page.length) throw new BoltDamaged(`${name} is cut`)
        if (type === pageTypes.leaf) this.#leaf(page, fields, count, entries)
        else if (type === pageTypes.branch && typeof next === 'number') waiting.push(...childrenIn(fields, count))
        else throw new BoltDamaged(`${name} is not one of a bucket`)
      }
    } catch (error) {
      if (error instanceof BoltDamaged) throw error
      // Reads beyond the end of a page, and more bytes than the file has.
      throw new BoltDamaged(error instanceof RangeError ? 'a page is cut' : (error as Error).message)
    }
    return entries
  }

  /** With the pages that it goes on for. */
  #page(number: number): Uint8Array {
    const { pageSize, end, littleEndian } = this.#meta
    if (number < 2 || number >= end) throw new BoltDamaged(`page ${number} is not there`)
    const start = number * pageSize
    const header = new BinaryFields(this.#bytes.subarray(start, start + pageHeaderSize), littleEndian)
    if (header.u64(0) !== number) throw new BoltDamaged(`page ${number} says that it is page ${header.u64(0)}`)
    const more = header.u32(12)
    if (number + more >= end) throw new BoltDamaged(`page ${number} is cut`)
    for (let page = number; page <= number + more; page++) {
      if (this.#taken.has(page)) throw new BoltDamaged(`page ${page} is used twice`)
      this.#taken.add(page)
    }
    return this.#bytes.subarray(start, start + (1 + more) * pageSize)
  }

  #leaf(page: Uint8Array, fields: BinaryFields, count: number, entries: BoltEntry[]): void {
    for (let index = 0; index < count; index++) {
      const at = pageHeaderSize + index * entrySize
      const isBucket = fields.u32(at) === 1
      const start = at + fields.u32(at + 4)
      const middle = start + fields.u32(at + 8)
      const end = middle + fields.u32(at + 12)
      if (fields.u32(at) > 1 || end > page.length) throw new BoltDamaged('an entry is damaged')
      const key = page.subarray(start, middle)
      const value = page.subarray(middle, end)
      const before = entries.at(-1)
      if (before && compare(before.key, key) >= 0) throw new BoltDamaged('its keys are out of order')
      // What lies in a bucket is counted when it is read.
      this.#spend(entrySize + key.length + (isBucket ? 0 : value.length))
      entries.push(isBucket ? { key, bucket: this.#bucket(value) } : { key, value })
    }
  }

  #bucket(value: Uint8Array): BoltBucket {
    const root = new BinaryFields(value, this.#meta.littleEndian).u64(0)
    return new BoltBucket(this, root === 0 ? value.subarray(bucketHeaderSize) : root)
  }
}

/** The last first, as they are taken from the end. */
function childrenIn(fields: BinaryFields, count: number): number[] {
  const children: number[] = []
  for (let index = count - 1; index >= 0; index--) children.push(fields.u64(pageHeaderSize + index * entrySize + 8))
  return children
}

/** Where the second begins depends on the size of a page, which a damaged first one does not tell. */
function lastMeta(bytes: Uint8Array): Meta | undefined {
  let last = metaAt(bytes, 0)
  for (let start = leastPage; start <= mostPage; start *= 2) {
    const meta = metaAt(bytes, start)
    if (meta?.pageSize === start && (last === undefined || meta.transaction > last.transaction)) last = meta
  }
  return last
}

function metaAt(bytes: Uint8Array, start: number): Meta | undefined {
  const page = bytes.subarray(start, start + pageHeaderSize + metaSize)
  if (page.length < pageHeaderSize + metaSize) return undefined
  const littleEndian = new BinaryFields(page, true).u32(pageHeaderSize) === magic
  const fields = new BinaryFields(page, littleEndian)
  const pageSize = fields.u32(24)
  const isKnown = fields.u32(16) === magic && fields.u32(20) === 2 && (fields.u16(8) & pageTypes.meta) !== 0
  const isPossible = pageSize >= leastPage && pageSize <= mostPage && (pageSize & (pageSize - 1)) === 0
  if (!isKnown || !isPossible) return undefined
  const sum = fnv1a(page.subarray(pageHeaderSize, pageHeaderSize + 56))
  const stored = new DataView(page.buffer, page.byteOffset).getBigUint64(pageHeaderSize + 56, littleEndian)
  if (sum !== stored) return undefined
  return { littleEndian, pageSize, root: fields.u64(32), end: fields.u64(56), transaction: fields.u64(64) }
}

/** 64 bits. https://datatracker.ietf.org/doc/html/draft-eastlake-fnv */
function fnv1a(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return a[index]! - b[index]!
  return a.length - b.length
}
