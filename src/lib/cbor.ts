// CBOR, as far as COSE needs it: definite lengths only, nothing behind the one item.
//
// Each item begins with a byte: three bits of kind, five of how long its argument is, or the argument itself.
// Format: https://www.rfc-editor.org/rfc/rfc8949.html#section-3

import { BinaryFields } from './binary-fields.ts'

export type Cbor =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | CborTag
  | CborMap
  | readonly Cbor[]

/** Keys are numbers and texts: others are of no use where we read it. */
export type CborMap = ReadonlyMap<number | bigint | string, Cbor>

export class CborTag {
  readonly tag: number | bigint
  readonly value: Cbor

  constructor(tag: number | bigint, value: Cbor) {
    this.tag = tag
    this.value = value
  }
}

const deepest = 16

/** Throws one clause: malformed, cut, nested deeper than 16, of indefinite length, or a key of a map that stands twice. */
export function decodeCbor(bytes: Uint8Array): Cbor {
  const reader = new CborReader(bytes)
  const value = reader.item(0)
  if (reader.at !== bytes.length) throw new Error('something follows the CBOR')
  return value
}

class CborReader {
  at = 0
  #bytes: Uint8Array
  #fields: BinaryFields

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#fields = new BinaryFields(bytes, false)
  }

  item(depth: number): Cbor {
    if (depth > deepest) throw new Error(`the CBOR is nested deeper than ${deepest}`)
    const first = this.#take(1)[0]!
    const [kind, info] = [first >> 5, first & 31]
    if (kind === 7) return this.#simple(info)
    const argument = this.#argument(info)
    switch (kind) {
      case 0:
        return argument
      case 1:
        return typeof argument === 'bigint' ? -1n - argument : -1 - argument
      case 2:
        return this.#take(argument).slice()
      case 3:
        return this.#text(argument)
      case 4:
        return this.#array(argument, depth)
      case 5:
        return this.#map(argument, depth)
      default:
        return new CborTag(argument, this.item(depth + 1))
    }
  }

  /** A number as long as it is exact. */
  #argument(info: number): number | bigint {
    if (info < 24) return info
    if (info === 31) throw new Error('the CBOR has an item of indefinite length')
    if (info > 27) throw new Error('the CBOR is malformed')
    const length = 2 ** (info - 24)
    const at = this.at
    const bytes = this.#take(length)
    if (length === 1) return bytes[0]!
    if (length === 2) return this.#fields.u16(at)
    if (length === 4) return this.#fields.u32(at)
    const whole = (BigInt(this.#fields.u32(at)) << 32n) | BigInt(this.#fields.u32(at + 4))
    return whole <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(whole) : whole
  }

  #simple(info: number): Cbor {
    if (info === 20 || info === 21) return info === 21
    if (info === 22) return null
    if (info === 23) return undefined
    // Floating point: nothing that is signed here has any, and simple values have no meaning.
    throw new Error(info === 31 ? 'the CBOR has an item of indefinite length' : 'the CBOR has a value of another kind')
  }

  #text(length: number | bigint): string {
    const bytes = this.#take(length)
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      throw new Error('the CBOR has a text that is not UTF-8')
    }
  }

  #array(length: number | bigint, depth: number): Cbor[] {
    this.#room(length)
    const items: Cbor[] = []
    while (items.length < length) items.push(this.item(depth + 1))
    return items
  }

  #map(length: number | bigint, depth: number): CborMap {
    this.#room(length)
    const map = new Map<number | bigint | string, Cbor>()
    for (let index = 0; index < length; index++) {
      const key = this.item(depth + 1)
      if (typeof key !== 'number' && typeof key !== 'bigint' && typeof key !== 'string') {
        throw new Error('the CBOR has a map whose key is neither number nor text')
      }
      // RFC 8949, 5.6: such a map is not valid, and two readers may take different values from it.
      if (map.has(key)) throw new Error(`the CBOR names ${JSON.stringify(String(key).slice(0, 100))} twice`)
      map.set(key, this.item(depth + 1))
    }
    return map
  }

  /** An item has at least one byte, so that a promise of more is known before anything is read. */
  #room(length: number | bigint): number {
    const left = this.#bytes.length - this.at
    if (length > left) throw new Error('the CBOR is cut')
    return Number(length)
  }

  #take(length: number | bigint): Uint8Array {
    const count = this.#room(length)
    this.at += count
    return this.#bytes.subarray(this.at - count, this.at)
  }
}
