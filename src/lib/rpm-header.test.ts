import { test } from 'node:test'
import { deepEqual, throws } from 'node:assert/strict'
import * as fc from 'fast-check'
import { readRpmHeader } from './rpm-header.ts'

/** `[tag, type, offset]` with the data that they point into. */
function header(entries: readonly (readonly [number, number, number])[], data: string): Buffer {
  const head = Buffer.alloc(8 + entries.length * 16)
  head.writeUInt32BE(entries.length, 0)
  head.writeUInt32BE(Buffer.byteLength(data), 4)
  for (const [index, [tag, type, offset]] of entries.entries()) {
    for (const [field, value] of [tag, type, offset, 1].entries()) head.writeUInt32BE(value, 8 + index * 16 + field * 4)
  }
  return Buffer.concat([head, Buffer.from(data)])
}

test('texts, the first of several, and a number', () => {
  const bytes = header(
    [
      [1000, 6, 4],
      [1014, 9, 8],
      [1003, 4, 0],
      [9999, 7, 400],
    ],
    '\0\0\x01\x02äb\0MIT\0',
  )
  deepEqual(readRpmHeader(bytes), { name: 'äb', licence: 'MIT', epoch: 258 })
  deepEqual(
    readRpmHeader(
      header(
        [
          [1000, 6, 0],
          [1000, 6, 2],
        ],
        'a\0b\0',
      ),
    ),
    { name: 'b' },
  )
})

test('what is cut or points outside', () => {
  throws(() => readRpmHeader(new Uint8Array(7)), /a header is cut, or is none/)
  throws(() => readRpmHeader(new Uint8Array(100)), /a header is cut, or is none/)
  throws(() => readRpmHeader(header([[1000, 6, 0]], 'a')), /the name of a header is no text/)
  throws(() => readRpmHeader(header([[1000, 6, 2 ** 32 - 1]], 'a\0')), /the name of a header is no text/)
  throws(() => readRpmHeader(header([[1000, 4, 0]], 'abcd\0')), /the name of a header is no text/)
  throws(() => readRpmHeader(header([[1003, 4, 0]], 'abc')), /the epoch of a header is no number/)
  throws(() => readRpmHeader(header([[1000, 6, 0]], 'a'.repeat(100_000) + '\0')), /the name of a header is no text/)
})

test('random bytes are a header or an error with its reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(20), (bytes, entries) => {
      if (bytes.length >= 8) bytes.set([0, 0, 0, entries, 0, 0, 0, 20])
      try {
        readRpmHeader(bytes)
      } catch (error) {
        throws(() => {
          throw error
        }, /^Error: (?:a header|the \w+ of a header) /)
      }
    }),
  )
})
