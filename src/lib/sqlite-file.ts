// The rows of one table of an SQLite database, read from its bytes: no engine opens a file that nobody trusts, and none
// has to be written to disk first. All numbers are big-endian.
//
// Pages are numbered from 1; page 1 begins with the header of the file and is the root of the table `sqlite_schema`, which
// names the root page of each other table. A table is a tree: inner pages lead to pages, leaves hold rows.
// https://sqlite.org/fileformat2.html

import { budget } from './budget.ts'

export type SqliteValue = null | number | string | Uint8Array

/** A row, or, in one clause, why a part of the table cannot be read. */
export type SqliteRow = { values: SqliteValue[] } | { problem: string }

interface Database {
  bytes: Uint8Array
  view: DataView
  pageSize: number
  /** Bytes of a page that hold data. */
  usable: number
  spend: (bytes: number) => void
}

const signature = 'SQLite format 3\0'
const fileHeaderSize = 100
const pageTypes = { inner: 5, leaf: 13 } as const

export function isSqlite(bytes: Uint8Array): boolean {
  return [...signature].every((character, index) => bytes[index] === character.charCodeAt(0))
}

/**
 * Rows in their order, with the columns as stored: that of an INTEGER PRIMARY KEY is null. What a write-ahead log beside
 * the file holds is not there yet.
 */
export function* sqliteRows(bytes: Uint8Array, table: string): Generator<SqliteRow> {
  const database = open(bytes)
  if ('problem' in database) return yield database
  let root: SqliteValue | undefined
  for (const row of rowsFrom(database, 1)) {
    if ('problem' in row) yield row
    else if (row.values[0] === 'table' && row.values[1] === table) root = row.values[3]
  }
  if (typeof root !== 'number') return yield { problem: `the database has no table ${table}` }
  yield* rowsFrom(database, root)
}

function open(bytes: Uint8Array): Database | { problem: string } {
  if (bytes.length < fileHeaderSize) return { problem: 'the database is cut' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stored = view.getUint16(16)
  const pageSize = stored === 1 ? 65_536 : stored
  const usable = pageSize - bytes[20]!
  const isPowerOfTwo = pageSize >= 512 && (pageSize & (pageSize - 1)) === 0
  if (!isPowerOfTwo || usable < 480) return { problem: 'the header of the database is damaged' }
  // 0 in databases of another time: SQLite itself writes 1, UTF-8, unless it is told otherwise.
  if (view.getUint32(56) > 1) return { problem: 'the texts of the database are not in UTF-8' }
  return { bytes, view, pageSize, usable, spend: budget(bytes.length) }
}

function* rowsFrom(database: Database, root: number): Generator<SqliteRow> {
  const { bytes, view, pageSize } = database
  const seen = new Set<number>()
  const waiting = [root]
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    const start = (page - 1) * pageSize
    if (page < 1 || start + pageSize > bytes.length) {
      yield { problem: `page ${page} is not there: the database is cut or damaged` }
      continue
    }
    if (seen.has(page)) {
      yield { problem: `page ${page} is used twice` }
      continue
    }
    seen.add(page)
    const header = page === 1 ? fileHeaderSize : start
    const type = view.getUint8(header)
    const cells = view.getUint16(header + 3)
    if (type === pageTypes.leaf) yield* rowsOf(database, start, header, cells)
    else if (type === pageTypes.inner) waiting.push(...childrenOf(database, start, header, cells).toReversed())
    else yield { problem: `page ${page} is no page of a table` }
  }
}

/** Each cell begins with the number of a page; the last page of all stands in the header. */
function childrenOf({ view, pageSize }: Database, start: number, header: number, cells: number): number[] {
  const children: number[] = []
  for (const offset of offsetsOf(view, header + 12, cells, start + pageSize)) {
    if (offset + 4 <= pageSize) children.push(view.getUint32(start + offset))
  }
  children.push(view.getUint32(header + 8))
  return children
}

function* rowsOf(database: Database, start: number, header: number, cells: number): Generator<SqliteRow> {
  const { view, pageSize } = database
  for (const offset of offsetsOf(view, header + 8, cells, start + pageSize)) {
    try {
      yield { values: valuesOf(payloadAt(database, start, offset)) }
    } catch (error) {
      if (!(error instanceof Damaged)) throw error
      yield { problem: `page ${start / pageSize + 1}: ${error.message}` }
    }
  }
}

function* offsetsOf(view: DataView, from: number, cells: number, end: number): Generator<number> {
  for (let at = from; at < from + cells * 2 && at + 2 <= end; at += 2) yield view.getUint16(at)
}

class Damaged extends Error {}

/** bytes of the payload (varint)   number of the row (varint)   payload   first overflow page (4 bytes) if it is longer than fits */
function payloadAt(database: Database, start: number, offset: number): Uint8Array {
  const { bytes, pageSize, usable, spend } = database
  const page = bytes.subarray(start, start + pageSize)
  const length = varint(page, offset)
  const row = varint(page, length.next)
  const local = localBytes(length.value, usable)
  const overflows = local < length.value
  if (length.value > bytes.length || row.next + local + (overflows ? 4 : 0) > pageSize)
    throw new Damaged('a row is cut')
  const head = page.subarray(row.next, row.next + local)
  spend(length.value)
  if (!overflows) return head
  const payload = new Uint8Array(length.value)
  payload.set(head)
  let next = numberAt(page, row.next + local, 4)
  for (let filled = local; filled < payload.length;) {
    const from = (next - 1) * pageSize
    if (next < 1 || from + pageSize > bytes.length) throw new Damaged(`page ${next} of a row is not there`)
    const piece = bytes.subarray(from + 4, from + 4 + Math.min(usable - 4, payload.length - filled))
    payload.set(piece, filled)
    filled += piece.length
    next = numberAt(bytes, from, 4)
  }
  return payload
}

/** How much of a payload lies on the leaf itself. https://sqlite.org/fileformat2.html#cell_payload_overflow_pages */
function localBytes(length: number, usable: number): number {
  const most = usable - 35
  if (length <= most) return length
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const filling = least + ((length - least) % (usable - 4))
  return filling <= most ? filling : least
}

/** bytes of the header (varint)   type of each column (varint)   columns. https://sqlite.org/fileformat2.html#record_format */
function valuesOf(payload: Uint8Array): SqliteValue[] {
  const header = varint(payload, 0)
  const values: SqliteValue[] = []
  let at = header.value
  for (let next = header.next; next < header.value;) {
    const type = varint(payload, next)
    const length = lengthOf(type.value)
    if (at + length > payload.length) throw new Damaged('a row is longer than its payload')
    values.push(valueAt(payload, at, type.value, length))
    at += length
    next = type.next
  }
  return values
}

const numberLengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const

function lengthOf(type: number): number {
  return type >= 12 ? Math.floor((type - 12) / 2) : (numberLengths[type] ?? 0)
}

function valueAt(bytes: Uint8Array, at: number, type: number, length: number): SqliteValue {
  if (type === 0) return null
  if (type === 7) return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(at)
  if (type === 8 || type === 9) return type - 8
  if (type < 12) return signed(bytes, at, length)
  const value = bytes.subarray(at, at + length)
  return type % 2 === 0 ? value : utf8.decode(value)
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function signed(bytes: Uint8Array, at: number, length: number): number {
  const value = numberAt(bytes, at, length)
  return bytes[at]! < 128 ? value : value - 256 ** length
}

function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let index = at; index < at + length; index++) value = value * 256 + bytes[index]!
  return value
}

/** Seven bits a byte, the highest first; a ninth byte gives all of its eight. Beyond 2^53 it loses precision. */
function varint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0
  for (let index = at; index < at + 9; index++) {
    const byte = bytes[index]
    if (byte === undefined) throw new Damaged('a number is cut')
    if (index === at + 8) return { value: value * 256 + byte, next: index + 1 }
    value = value * 128 + (byte & 127)
    if (byte < 128) return { value, next: index + 1 }
  }
  throw new Damaged('a number is cut')
}
