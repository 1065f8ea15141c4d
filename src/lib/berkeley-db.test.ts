// What the readers of real databases cannot show: chains of pages that a hostile file makes. Real ones are read in
// inspect/os/rpm.test.ts.

import { test } from 'node:test'
import { deepEqual, equal, throws } from 'node:assert/strict'
import * as fc from 'fast-check'
import { berkeleyRecords, isBerkeleyHash } from './berkeley-db.ts'

const pageSize = 512

/** One hash page with `items` records, all on the same chain of overflow pages of which the last leads to `next`. */
function database(items: number, length: number, next = 0): Buffer {
  const bytes = Buffer.alloc(pageSize * 4)
  bytes.writeUInt32LE(0x061561, 12)
  bytes.writeUInt32LE(pageSize, 20)
  bytes.writeUInt32LE(3, 32)
  bytes.writeUInt16LE(items * 2, pageSize + 20)
  bytes.writeUInt8(13, pageSize + 25)
  let end = pageSize
  for (let item = 0; item < items; item++) {
    end -= 2
    bytes.writeUInt16LE(end, pageSize + 26 + item * 4)
    bytes.set([1, item + 1], pageSize + end)
    end -= 12
    bytes.writeUInt16LE(end, pageSize + 28 + item * 4)
    bytes.writeUInt8(3, pageSize + end)
    bytes.writeUInt32LE(2, pageSize + end + 4)
    bytes.writeUInt32LE(length, pageSize + end + 8)
  }
  for (const [page, following] of [[2, 3] as const, [3, next] as const]) {
    bytes.writeUInt32LE(following, page * pageSize + 16)
    bytes.writeUInt16LE(100, page * pageSize + 22)
    bytes.writeUInt8(7, page * pageSize + 25)
    bytes.fill(page, page * pageSize + 26, page * pageSize + 126)
  }
  return bytes
}

test('a long value is put together from its pages', () => {
  const value = Buffer.concat([Buffer.alloc(100, 2), Buffer.alloc(100, 3)])
  deepEqual([...berkeleyRecords(database(1, 200))], [{ key: Buffer.of(1), bytes: new Uint8Array(value) }])
})

test('a value that is shorter or longer than it says is a problem', () => {
  const problem = (length: number) =>
    [...berkeleyRecords(database(1, length))].map((found) => 'problem' in found && found.problem)
  deepEqual(problem(150), ['a record has 200 bytes instead of 150'])
  deepEqual(problem(250), ['a record has 200 bytes instead of 250'])
})

test('pages that lead in a circle, or that many records share, end', () => {
  throws(() => [...berkeleyRecords(database(1, 1_000_000, 2))], /more bytes than the file/)
  throws(() => [...berkeleyRecords(database(20, 200))], /more bytes than the file/)
})

test('a file with encryption says so', () => {
  const bytes = database(1, 200)
  bytes[24] = 1
  equal(isBerkeleyHash(bytes), true)
  deepEqual(
    [...berkeleyRecords(bytes)].map((found) => 'problem' in found && found.problem),
    ['the database is damaged or encrypted'],
  )
})

test('random pages behind the head', () => {
  const head = database(1, 200).subarray(0, pageSize)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 3 * pageSize, maxLength: 3 * pageSize }), (pages) => {
      const bytes = Buffer.concat([head, pages])
      for (const page of [1, 2, 3]) bytes[page * pageSize + 25] = page === 1 ? 13 : 7
      try {
        for (const record of berkeleyRecords(bytes))
          if ('bytes' in record) equal(record.bytes.length <= bytes.length, true)
      } catch (error) {
        equal((error as Error).message, 'its records overlap: they have more bytes than the file')
      }
    }),
    { numRuns: 300 },
  )
})
