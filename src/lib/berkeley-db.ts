// A hash database of Berkeley DB, as rpm kept its packages until 4.15. Numbers have the byte order of the machine that
// made it, which the magic number shows.
//
// Page 0 describes the file. Each page begins with 26 bytes: page number at 8, next page at 16, entries (2 bytes) at 20,
// free offset (2) at 22, type at 25. On a hash page the offsets of its items follow, keys and values in turn; the items
// themselves fill the page from its end. A long value lies on a chain of overflow pages.
// https://github.com/berkeleydb/libdb/blob/master/src/dbinc/db_page.h

import { budget } from './budget.ts'
import type { DatabaseRecord } from './database-record.ts'

const hashMagic = 0x061561
const pageHeaderSize = 26
const pageTypes = { unsortedHash: 2, overflow: 7, hash: 13 } as const
const itemTypes = { inline: 1, overflow: 3 } as const

interface Database {
  bytes: Uint8Array
  view: DataView
  littleEndian: boolean
  pageSize: number
  pages: number
  spend: (bytes: number) => void
}

export function isBerkeleyHash(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.getUint32(12, true) === hashMagic || view.getUint32(12, false) === hashMagic
}

/** Keys with their values, in the order of the pages. Duplicates of one key, which rpm has none of, are a problem. */
export function* berkeleyRecords(bytes: Uint8Array): Generator<DatabaseRecord & { key: Uint8Array }> {
  const key = new Uint8Array()
  if (bytes.length < 72) return yield { key, problem: 'the database is cut' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const littleEndian = view.getUint32(12, true) === hashMagic
  const pageSize = view.getUint32(20, littleEndian)
  const pages = view.getUint32(32, littleEndian) + 1
  // A file with checksums or encryption has longer page headers; rpm never made one.
  if (![512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536].includes(pageSize) || view.getUint8(24) !== 0) {
    return yield { key, problem: 'the database is damaged or encrypted' }
  }
  const present = Math.floor(bytes.length / pageSize)
  if (present < pages) yield { key, problem: `the database is cut: ${present} of ${pages} pages are there` }
  const database: Database = {
    bytes,
    view,
    littleEndian,
    pageSize,
    pages: Math.min(pages, present),
    spend: budget(bytes.length),
  }
  for (let page = 1; page < database.pages; page++) {
    const type = view.getUint8(page * pageSize + 25)
    if (type === pageTypes.hash || type === pageTypes.unsortedHash) yield* pairsOf(database, page)
  }
}

function* pairsOf(database: Database, page: number): Generator<DatabaseRecord & { key: Uint8Array }> {
  const { bytes, view, littleEndian, pageSize } = database
  const start = page * pageSize
  const entries = view.getUint16(start + 20, littleEndian)
  if (pageHeaderSize + entries * 2 > pageSize)
    return yield { key: new Uint8Array(), problem: `page ${page} is damaged` }
  const offset = (entry: number): number =>
    entry < 0 ? pageSize : view.getUint16(start + pageHeaderSize + entry * 2, littleEndian)
  // Each item ends where the one before it begins.
  const item = (entry: number): Uint8Array => bytes.subarray(start + offset(entry), start + offset(entry - 1))
  for (let entry = 0; entry + 1 < entries; entry += 2) {
    const key = item(entry).subarray(1)
    const value = item(entry + 1)
    database.spend(value.length)
    if (value[0] === itemTypes.inline) yield { key, bytes: value.subarray(1) }
    else if (value[0] === itemTypes.overflow && value.length >= 12) yield { key, ...overflowOf(database, value) }
    else yield { key, problem: `page ${page} is damaged` }
  }
}

/** type (1 byte)   unused (3)   first page (4)   bytes in all (4) */
function overflowOf(database: Database, item: Uint8Array): DatabaseRecord {
  const { bytes, view, littleEndian, pageSize, pages, spend } = database
  const about = new DataView(item.buffer, item.byteOffset, item.byteLength)
  const length = about.getUint32(8, littleEndian)
  const pieces: Uint8Array[] = []
  let read = 0
  for (let page = about.getUint32(4, littleEndian); page !== 0 && read < length;) {
    const start = page * pageSize
    if (page >= pages || view.getUint8(start + 25) !== pageTypes.overflow) {
      return { problem: `page ${page} of a record is cut or damaged` }
    }
    spend(pageSize)
    const used = Math.min(view.getUint16(start + 22, littleEndian), pageSize - pageHeaderSize)
    pieces.push(bytes.subarray(start + pageHeaderSize, start + pageHeaderSize + used))
    read += used
    page = view.getUint32(start + 16, littleEndian)
  }
  if (read !== length) return { problem: `a record has ${read} bytes instead of ${length}` }
  return { bytes: joined(pieces, length) }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
