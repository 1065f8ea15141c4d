// Against SQLite itself: what it wrote, it must read as we do.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { test } from 'node:test'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { isSqlite, sqliteRows, type SqliteValue } from './sqlite-file.ts'

/** The bytes of a database with one table `t (a, b)` of these rows. */
function databaseOf(rows: readonly (readonly [SQLInputValue, SQLInputValue])[], pageSize = 4096): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
  try {
    const database = new DatabaseSync(join(folder, 'db'))
    database.exec(`PRAGMA page_size = ${pageSize}; CREATE TABLE other (x); CREATE TABLE t (a, b); BEGIN`)
    const insert = database.prepare('INSERT INTO t VALUES (?, ?)')
    for (const row of rows) insert.run(...row)
    database.exec('COMMIT')
    database.close()
    return readFileSync(join(folder, 'db'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function read(bytes: Uint8Array): { rows: SqliteValue[][]; problems: string[] } {
  const all = [...sqliteRows(bytes, 't')]
  return {
    rows: all.flatMap((row) => ('values' in row ? [row.values.map(plain)] : [])),
    problems: all.flatMap((row) => ('problem' in row ? [row.problem] : [])),
  }
}

/** A view of a Buffer is one too, which `deepEqual` tells apart. */
function plain(value: SqliteValue): SqliteValue {
  return value instanceof Uint8Array ? new Uint8Array(value) : value
}

const value = fc.oneof(
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, -1, 127, -128, 32_767, -32_768, 8_388_607, 2_147_483_647, -2_147_483_648, 2 ** 47 - 1),
  fc.double({ noNaN: true }).filter((number) => !Number.isInteger(number)),
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  fc.uint8Array({ maxLength: 100 }),
  fc.integer({ min: 0, max: 20_000 }).map((length) => new Uint8Array(length).fill(7)),
)

test('values and pages of every kind', () => {
  const pageSize = fc.constantFrom(512, 1024, 4096, 65_536)
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 40 }), pageSize, (rows, size) => {
      const bytes = databaseOf(rows, size)
      ok(isSqlite(bytes))
      deepEqual(read(bytes), { rows: rows.map((row) => [...row]), problems: [] })
    }),
    { numRuns: 30 },
  )
})

const many = Array.from({ length: 3000 }, (_, n): [number, string] => [n, 'text '.repeat(n % 20)])

test('a table of several levels, in its order', () => {
  const { rows, problems } = read(databaseOf(many, 512))
  deepEqual([rows, problems], [many, []])
})

test('a table that is not there', () => {
  deepEqual([...sqliteRows(databaseOf([]), 'none')], [{ problem: 'the database has no table none' }])
})

test('pages that lead back to themselves end', () => {
  const bytes = databaseOf(many, 512)
  for (let page = 1; page < bytes.length / 512; page++) {
    if (bytes[page * 512] === 5) bytes.writeUInt32BE(page + 1, page * 512 + 8) // the last child of an inner page
  }
  const { rows, problems } = read(bytes)
  ok(rows.length < many.length)
  match(problems.join('\n'), /page \d+ is used twice/)
})

test('a long row whose pages lead in a circle ends, and takes no more than the file', () => {
  const bytes = databaseOf([[1, new Uint8Array(5000)]], 512)
  const chain = bytes.length / 512 - 1
  bytes.writeUInt32BE(chain + 1, chain * 512)
  equal(read(bytes).rows.length, 1) // it has the length that it says; its bytes are not ours to judge
})

test('random bytes behind the signature', () => {
  const head = Buffer.from('SQLite format 3\0')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (tail) => {
      for (const row of sqliteRows(Buffer.concat([head, tail]), 't')) ok('problem' in row || row.values.length >= 0)
    }),
    { numRuns: 300 },
  )
})
