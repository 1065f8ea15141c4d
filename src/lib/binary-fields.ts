// Numbers and names at fixed places of a header.

const { latin1Slice } = Buffer.prototype

/** Reads beyond the end throw `RangeError`, as those of `DataView` do. */
export class BinaryFields {
  readonly length: number
  #bytes: Uint8Array
  #view: DataView
  #littleEndian: boolean

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.length = bytes.length
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#littleEndian = littleEndian
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.#littleEndian)
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#littleEndian)
  }

  /** Above 2⁵³ it loses its last digits: no file is as large, and an address there is met by none. */
  u64(at: number): number {
    // By halves: a BigInt for each address of each section of each library of an image is felt.
    const [low, high] = this.#littleEndian ? [at, at + 4] : [at + 4, at]
    return this.u32(high) * 2 ** 32 + this.u32(low)
  }

  /** Of four or eight bytes. */
  word(at: number, size: 4 | 8): number {
    return size === 8 ? this.u64(at) : this.u32(at)
  }

  /** Up to the first NUL, at most `length` bytes, each taken as a character. */
  name(at: number, length: number): string {
    let end = at
    while (end < at + length && this.#bytes[end]) end++
    return end > at ? latin1Slice.call(this.#bytes, at, end) : ''
  }
}
