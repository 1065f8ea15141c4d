// One header of a tar archive: 512 bytes with fields at fixed places.
// Format: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13

import { utf8Of } from './utf8.ts'

/** Bytes of a header, and what contents are padded to. */
export const block = 512

export type TarKind = 'file' | 'folder' | 'symlink' | 'hardlink' | 'other'

/** Fields of headers in memory that holds many of them. */
export class TarHeaders {
  readonly bytes: Uint8Array
  /** The same memory, for summing four bytes at once; undefined where it does not begin at a multiple of four. */
  #words: Int32Array | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    const { buffer, byteOffset, byteLength } = bytes
    if (byteOffset % 4 === 0) this.#words = new Int32Array(buffer, byteOffset, byteLength >> 2)
  }

  /** The sum of all bytes, with the checksum's own eight taken as spaces; old writers summed signed bytes. */
  hasItsSum(at: number): boolean {
    const { bytes } = this
    const written = this.number(at + 148, 8)
    const unsigned = this.#sum(at) - sumOf(bytes, at + 148, 8) + 8 * 0x20
    if (written === unsigned) return true
    return written === unsigned - 256 * (highBytes(bytes, at, block) - highBytes(bytes, at + 148, 8))
  }

  isEmpty(at: number): boolean {
    return this.bytes[at] === 0 && this.#sum(at) === 0
  }

  /** Octal digits between spaces, up to a NUL, or base-256 when the first bit is set; NaN when it is neither. */
  number(start: number, length: number): number {
    const { bytes } = this
    if ((bytes[start]! & 0x80) !== 0) return base256(bytes, start, length)
    let at = start
    let end = start
    while (end < start + length && bytes[end] !== 0) end++
    while (at < end && isSpace(bytes[at]!)) at++
    while (end > at && isSpace(bytes[end - 1]!)) end--
    let value = 0
    for (; at < end; at++) {
      const digit = bytes[at]! - 0x30
      if (digit < 0 || digit > 7) return Number.NaN
      value = value * 8 + digit
    }
    return value
  }

  /** `type`: the byte at 156. */
  kind(type: number, at: number): TarKind {
    switch (type) {
      case 0x00:
        // Before ustar a folder was a file whose name ends in a slash.
        return fieldOf(this.bytes, at, 100).endsWith('/') ? 'folder' : 'file'
      case 0x30: // 0
      case 0x37: // 7
      case 0x53: // S
        return 'file'
      case 0x31:
        return 'hardlink'
      case 0x32:
        return 'symlink'
      case 0x35: // 5
      case 0x44: // D
        return 'folder'
      default:
        return 'other'
    }
  }

  path(at: number): string {
    const { bytes } = this
    const name = fieldOf(bytes, at, 100)
    if (bytes[at + 345] === 0) return name
    const isUstar = fieldOf(bytes, at + 257, 6) === 'ustar' && bytes[at + 263] === 0x30
    const prefix = isUstar ? fieldOf(bytes, at + 345, 155) : ''
    return prefix === '' ? name : `${prefix}/${name}`
  }

  /** A byte in each half of a word: 256 of them fit into 16 bits. */
  #sum(at: number): number {
    const words = this.#words
    if (words === undefined || at % 4 !== 0) return sumOf(this.bytes, at, block)
    let halves = 0
    for (let index = at >> 2; index < (at + block) >> 2; index++) {
      const word = words[index]!
      halves = (halves + (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)) | 0
    }
    return (halves & 0xffff) + (halves >>> 16)
  }
}

function sumOf(bytes: Uint8Array, start: number, length: number): number {
  let total = 0
  for (let index = start; index < start + length; index++) total += bytes[index]!
  return total
}

function highBytes(bytes: Uint8Array, start: number, length: number): number {
  let count = 0
  for (let index = start; index < start + length; index++) count += bytes[index]! >> 7
  return count
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

function base256(bytes: Uint8Array, start: number, length: number): number {
  if ((bytes[start]! & 0x40) !== 0) return Number.NaN // negative
  let value = bytes[start]! & 0x3f
  for (let index = start + 1; index < start + length; index++) value = value * 256 + bytes[index]!
  return value
}

/** The text up to the first NUL. */
export function fieldOf(bytes: Uint8Array, start: number, length: number): string {
  let end = start
  while (end < start + length && bytes[end] !== 0) end++
  return end === start ? '' : utf8Of(bytes, start, end)
}

/** `LENGTH KEY=VALUE\n`, the length counting the whole record in bytes; `malformed` gives what is thrown. */
export function* paxRecords(bytes: Uint8Array, malformed: () => Error): Generator<[string, string]> {
  let at = 0
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(0x20, at)
    const length = space < 0 || space - at > 10 ? Number.NaN : Number(utf8Of(bytes, at, space))
    const end = at + length
    const equals = bytes.indexOf(0x3d, space)
    if (!Number.isSafeInteger(length) || end > bytes.length || equals < space || equals >= end) throw malformed()
    if (bytes[end - 1] !== 0x0a) throw malformed()
    yield [utf8Of(bytes, space + 1, equals), utf8Of(bytes, equals + 1, end - 1)]
    at = end
  }
}
