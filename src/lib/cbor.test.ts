import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CborTag, decodeCbor, type Cbor } from './cbor.ts'

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

// From RFC 8949, appendix A.
const examples: [string, Cbor][] = [
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['1bffffffffffffffff', 18446744073709551615n],
  ['3bffffffffffffffff', -18446744073709551616n],
  ['20', -1],
  ['3903e7', -1000],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['f7', undefined],
  ['c11a514b67b0', new CborTag(1, 1363896240)],
  ['d74401020304', new CborTag(23, bytes('01020304'))],
  ['40', bytes('')],
  ['4401020304', bytes('01020304')],
  ['60', ''],
  ['6449455446', 'IETF'],
  ['62c3bc', 'ü'],
  ['80', []],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  [
    '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
  ],
  ['a0', new Map()],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  [
    'a26161016162820203',
    new Map<string, Cbor>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  ],
]
for (const [hex, value] of examples) test(`CBOR ${hex}`, () => deepEqual(decodeCbor(bytes(hex)), value))

const refused: [string, RegExp][] = [
  ['', /is cut/],
  ['0000', /something follows/],
  ['18', /is cut/],
  ['4401', /is cut/],
  ['5bffffffffffffffff00', /is cut/], // 2⁶⁴ bytes
  ['9affffffff00', /is cut/], // four thousand million items
  ['bb00000000ffffffff00', /is cut/],
  ['5f42010243030405ff', /indefinite length/],
  ['9fff', /indefinite length/],
  ['ff', /indefinite length/],
  ['1c', /malformed/],
  ['f93c00', /of another kind/], // 1.0
  ['61ff', /not UTF-8/],
  ['a201020103', /names "1" twice/],
  ['a1f400', /neither number nor text/],
  ['81'.repeat(20) + '00', /nested deeper than 16/],
  ['c1'.repeat(100_000) + '00', /nested deeper than 16/],
]
for (const [hex, why] of refused) test(`no CBOR: ${hex.slice(0, 30)}`, () => throws(() => decodeCbor(bytes(hex)), why))

test('whatever comes, it is a value or one clause', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
      try {
        decodeCbor(input)
      } catch (error) {
        if (!/^(the CBOR|something follows)/.test((error as Error).message)) throw error
      }
    }),
    { numRuns: 2000 },
  )
})
