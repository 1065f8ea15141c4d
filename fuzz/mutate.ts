// Changes of bytes that programs do not expect: flipped bits, cuts, repeats, pieces of other files, numbers that lie.

import { changedJson } from './mutate-json.ts'
import type { Random } from './random.ts'

/** Bytes of the largest input. */
export const largestInput = 256 * 1024
/** Repeating stops here, so that most inputs stay quick. */
const usual = 48 * 1024

export interface Material {
  seeds: readonly Uint8Array[]
  words: readonly string[]
}

/** Also the words that stand in the seeds: names of fields, marks, whole lines. */
export function materialOf(seeds: readonly Uint8Array[], words: readonly string[] = []): Material {
  const found = new Set(words)
  for (const seed of seeds) {
    const text = Buffer.from(seed.subarray(0, 16_384)).toString('latin1')
    for (const line of text.split('\n').slice(0, 200)) if (line.length > 0 && line.length < 200) found.add(`${line}\n`)
    for (const word of text.match(/[\w.@/+-]{2,40}|[^\w\s]{1,4}/g)?.slice(0, 2000) ?? []) found.add(word)
    if (found.size > 5000) break
  }
  return { seeds, words: [...found, ...alwaysWords] }
}

const alwaysWords = [
  '\n',
  '\0',
  '\r\n',
  ' ',
  '\t',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '../',
  '/',
  '%00',
  '__proto__',
  '\u{FEFF}',
]

export function changed(random: Random, material: Material): Buffer {
  const seed = material.seeds.length > 0 ? random.pick(material.seeds) : new Uint8Array()
  if (random.oneIn(24)) return random.oneIn(2) ? random.bytes(random.below(600)) : wordsAlone(random, material)
  const first = seed[0]
  if ((first === 0x7b || first === 0x5b) && random.oneIn(2)) {
    const json = changedJson(seed, random)
    if (json) return random.oneIn(4) ? changeBytes(json, random, material) : json
  }
  return changeBytes(Buffer.from(seed), random, material)
}

export function changeBytes(bytes: Buffer, random: Random, material: Material): Buffer {
  let result = bytes
  for (let count = random.few(8); count > 0; count--) result = random.pick(changes)(result, random, material)
  return result.length > largestInput ? result.subarray(0, largestInput) : result
}

function wordsAlone(random: Random, { words }: Material): Buffer {
  return Buffer.from(Array.from({ length: random.below(60) }, () => random.pick(words)).join(''), 'latin1')
}

type Change = (bytes: Buffer, random: Random, material: Material) => Buffer

const oddBytes = [0, 1, 0x0a, 0x20, 0x22, 0x2f, 0x30, 0x7f, 0x80, 0xc0, 0xfe, 0xff]
const oddNumbers = [
  0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x200, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
] as const
const oddDecimals = [
  '0',
  '1',
  '-1',
  '007',
  '4096',
  '65536',
  '2147483648',
  '4294967295',
  '9007199254740993',
  '1e309',
  '0x10',
  '77777777777',
]

const changes: readonly Change[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  cutEnd,
  remove,
  repeat,
  repeatOften,
  insertWord,
  insertWord,
  insertWord,
  splice,
  splice,
  lieInBinary,
  lieInBinary,
  lieInDecimal,
  swap,
  fill,
  endless,
]

function flipBit(bytes: Buffer, random: Random): Buffer {
  return at(bytes, random, (copy, place) => void (copy[place]! ^= 1 << random.below(8)))
}

function setByte(bytes: Buffer, random: Random): Buffer {
  return at(
    bytes,
    random,
    (copy, place) => void (copy[place] = random.oneIn(2) ? random.pick(oddBytes) : random.below(256)),
  )
}

function at(bytes: Buffer, random: Random, change: (copy: Buffer, place: number) => void): Buffer {
  if (bytes.length === 0) return bytes
  const copy = Buffer.from(bytes)
  change(copy, random.below(copy.length))
  return copy
}

function cutEnd(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.below(bytes.length + 1))
}

/** A part of it, more often a short one. */
function part(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = random.below(bytes.length + 1)
  const length = random.oneIn(2) ? random.below(32) : random.below(bytes.length + 1)
  // Formats of blocks: a whole one.
  if (random.oneIn(6)) return [start & ~0x1ff, Math.min(bytes.length, (start & ~0x1ff) + 512)]
  return [start, Math.min(bytes.length, start + length)]
}

function remove(bytes: Buffer, random: Random): Buffer {
  const [start, end] = part(bytes, random)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

function repeat(bytes: Buffer, random: Random): Buffer {
  const [start, end] = part(bytes, random)
  return bytes.length > usual ? bytes : Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
}

function repeatOften(bytes: Buffer, random: Random): Buffer {
  if (!random.oneIn(8)) return repeat(bytes, random)
  const [start, end] = part(bytes, random)
  const room = Math.max(0, usual - bytes.length)
  const times = Math.min(random.below(4000), Math.floor(room / Math.max(1, end - start)))
  const middle = Array.from({ length: times }, () => bytes.subarray(start, end))
  return Buffer.concat([bytes.subarray(0, end), ...middle, bytes.subarray(end)])
}

function insertWord(bytes: Buffer, random: Random, { words }: Material): Buffer {
  const place = random.below(bytes.length + 1)
  const word = Buffer.from(random.pick(words), 'latin1')
  const replaced = random.oneIn(3) ? word.length : 0
  return Buffer.concat([bytes.subarray(0, place), word, bytes.subarray(place + replaced)])
}

/** One word over and over: what looks back at what it has read takes the square of its time. */
function endless(bytes: Buffer, random: Random, { words }: Material): Buffer {
  if (!random.oneIn(6)) return insertWord(bytes, random, { seeds: [], words })
  const place = random.below(bytes.length + 1)
  const word = Buffer.from(
    random.oneIn(2) ? random.pick(words) : random.pick(['a', ' ', '0', 'a ', '/', '"']),
    'latin1',
  )
  const times = Math.floor(random.below(usual) / Math.max(1, word.length))
  return Buffer.concat([bytes.subarray(0, place), Buffer.alloc(times * word.length, word), bytes.subarray(place)])
}

function splice(bytes: Buffer, random: Random, { seeds }: Material): Buffer {
  if (seeds.length === 0) return bytes
  const other = Buffer.from(random.pick(seeds))
  const [from, to] = part(other, random)
  const [start, end] = part(bytes, random)
  return Buffer.concat([bytes.subarray(0, start), other.subarray(from, to), bytes.subarray(end)])
}

/** A length, a place or a count, in either order of bytes. */
function lieInBinary(bytes: Buffer, random: Random): Buffer {
  const width = random.pick([1, 2, 4, 4, 8])
  if (bytes.length < width) return bytes
  const copy = Buffer.from(bytes)
  const place = random.below(copy.length - width + 1)
  const number = random.oneIn(3) ? random.below(copy.length + 64) : random.pick(oddNumbers)
  if (width === 8) {
    const long = BigInt(number) << BigInt(random.pick([0, 0, 0, 31, 32]))
    if (random.oneIn(2)) copy.writeBigUInt64LE(BigInt.asUintN(64, long), place)
    else copy.writeBigUInt64BE(BigInt.asUintN(64, long), place)
  } else {
    const fitting = number % 2 ** (8 * width)
    if (random.oneIn(2)) copy.writeUIntLE(fitting, place, width)
    else copy.writeUIntBE(fitting, place, width)
  }
  return copy
}

function lieInDecimal(bytes: Buffer, random: Random): Buffer {
  const from = random.below(bytes.length + 1)
  const found = /\d+/.exec(bytes.toString('latin1', from, from + 4096))
  if (!found) return bytes
  const start = from + found.index
  const number = Buffer.from(random.pick(oddDecimals))
  return Buffer.concat([bytes.subarray(0, start), number, bytes.subarray(start + found[0].length)])
}

function swap(bytes: Buffer, random: Random): Buffer {
  const [start, end] = part(bytes, random)
  const [from, to] = part(bytes.subarray(end), random)
  const rest = bytes.subarray(end)
  return Buffer.concat([
    bytes.subarray(0, start),
    rest.subarray(from, to),
    rest.subarray(0, from),
    bytes.subarray(start, end),
    rest.subarray(to),
  ])
}

function fill(bytes: Buffer, random: Random): Buffer {
  const [start, end] = part(bytes, random)
  return Buffer.from(bytes).fill(random.pick(oddBytes), start, end)
}
