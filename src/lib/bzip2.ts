// bzip2, unpacked: the one compression that Node does not bring, and in which Oracle publishes its advisories.
//
// A stream is a row of blocks, each packed on its own: Huffman codes of run-length coded move-to-front indices of a
// Burrows-Wheeler transform. Streams can follow each other. There is no specification but the program; the clearest account:
// https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf
//
// Memory: one block, 900,000 bytes at most and four times that for its order.

/** The bytes are not bzip2, or damaged, or cut; one clause that continues "it …". */
export class Bzip2Error extends Error {
  override readonly name = 'Bzip2Error'
}

export function isBzip2(head: Uint8Array): boolean {
  return head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68
}

const blockMark = 0x314159265359
const endMark = 0x177245385090

/** Throws `Bzip2Error`; errors of the source pass through. */
export async function* bunzip2(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bits = new BitReader(chunks)
  for (let streams = 0; await bits.more(); streams++) {
    const magic = await bits.take(24)
    const level = (await bits.take(8)) - 0x30
    // What follows a stream and is none is padding, as the program takes it.
    if (magic !== 0x425a68 || level < 1 || level > 9) {
      if (streams > 0) return
      throw new Bzip2Error('is no bzip2')
    }
    yield* oneStream(bits, level * 100_000)
  }
}

async function* oneStream(bits: BitReader, blockSize: number): AsyncGenerator<Uint8Array> {
  const order = new Uint32Array(blockSize)
  let combined = 0
  for (;;) {
    const mark = (await bits.take(24)) * 2 ** 24 + (await bits.take(24))
    const checksum = (await bits.take(16)) * 2 ** 16 + (await bits.take(16))
    if (mark === endMark) {
      if (combined !== checksum) throw new Bzip2Error('is damaged: its checksum differs')
      bits.align()
      return
    }
    if (mark !== blockMark) throw new Bzip2Error('is damaged: no block where one is due')
    const bytes = await oneBlock(bits, order)
    if (checksumOf(bytes) !== checksum) throw new Bzip2Error('is damaged: a checksum differs')
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0
    yield bytes
  }
}

async function oneBlock(bits: BitReader, order: Uint32Array): Promise<Uint8Array> {
  if ((await bits.take(1)) === 1) throw new Bzip2Error('is of a version that was never released')
  const origin = await bits.take(24)
  const { used, tables, selectors } = await blockHeader(bits)
  const counts = new Uint32Array(256)
  const size = await moveToFront(bits, { used, tables, selectors, order, counts })
  if (origin >= size) throw new Bzip2Error('is damaged: its block has no such origin')
  return withoutRuns(order, size, origin, counts)
}

interface BlockHeader {
  /** The bytes that occur. */
  used: Uint8Array
  tables: Huffman[]
  /** Of each group of 50 symbols, which table it is coded with. */
  selectors: Uint8Array
}

async function blockHeader(bits: BitReader): Promise<BlockHeader> {
  const used = await usedBytes(bits)
  const tableCount = await bits.take(3)
  const selectorCount = await bits.take(15)
  if (used.length === 0 || tableCount < 2 || tableCount > 6 || selectorCount === 0) {
    throw new Bzip2Error('is damaged: a header of a block is none')
  }
  const recent = Array.from({ length: tableCount }, (_, index) => index)
  const selectors = new Uint8Array(selectorCount)
  for (let index = 0; index < selectorCount; index++) {
    let back = 0
    while ((await bits.take(1)) === 1) if (++back >= tableCount) throw new Bzip2Error('is damaged: no such table')
    const [selected] = recent.splice(back, 1)
    recent.unshift(selected!)
    selectors[index] = selected!
  }
  const tables: Huffman[] = []
  while (tables.length < tableCount) tables.push(huffman(await codeLengths(bits, used.length + 2)))
  return { used, tables, selectors }
}

async function usedBytes(bits: BitReader): Promise<Uint8Array> {
  const groups = await bits.take(16)
  const used: number[] = []
  for (let group = 0; group < 16; group++) {
    if (((groups >> (15 - group)) & 1) === 0) continue
    const members = await bits.take(16)
    for (let member = 0; member < 16; member++) if ((members >> (15 - member)) & 1) used.push(group * 16 + member)
  }
  return Uint8Array.from(used)
}

const longestCode = 20

async function codeLengths(bits: BitReader, symbols: number): Promise<Uint8Array> {
  const lengths = new Uint8Array(symbols)
  let length = await bits.take(5)
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > longestCode) throw new Bzip2Error('is damaged: a code has no such length')
      if ((await bits.take(1)) === 0) break
      length += (await bits.take(1)) === 0 ? 1 : -1
    }
    lengths[symbol] = length
  }
  return lengths
}

/** Canonical codes: of each length the first code, and where its symbols begin. */
interface Huffman {
  symbols: Uint16Array
  first: Int32Array
  offset: Int32Array
  count: Int32Array
}

function huffman(lengths: Uint8Array): Huffman {
  const count = new Int32Array(longestCode + 2)
  for (const length of lengths) count[length]!++
  const first = new Int32Array(longestCode + 2)
  const offset = new Int32Array(longestCode + 2)
  for (let length = 1; length <= longestCode; length++) {
    first[length + 1] = (first[length]! + count[length]!) << 1
    offset[length + 1] = offset[length]! + count[length]!
  }
  const next = Int32Array.from(offset)
  const symbols = new Uint16Array(lengths.length)
  for (const [symbol, length] of lengths.entries()) symbols[next[length]!++] = symbol
  return { symbols, first, offset, count }
}

const groupSize = 50

/** Fills `order` with the bytes of the last column, and `counts` with how often each occurs; gives their number. */
async function moveToFront(
  bits: BitReader,
  { used, tables, selectors, order, counts }: BlockHeader & { order: Uint32Array; counts: Uint32Array },
): Promise<number> {
  const recent = Uint8Array.from(used)
  const end = used.length + 1
  let size = 0
  let run = 0
  let runBit = 1
  const put = (byte: number, times: number): void => {
    if (size + times > order.length) throw new Bzip2Error('is damaged: a block is too large')
    counts[byte]! += times
    order.fill(byte, size, size + times)
    size += times
  }
  for (let group = 0; ; group++) {
    const table = tables[selectors[group] ?? -1]
    if (!table) throw new Bzip2Error('is damaged: a block does not end')
    // As many bits as a group of the longest codes needs, so that decoding one waits for nothing.
    await bits.hold(groupSize * longestCode)
    for (let index = 0; index < groupSize; index++) {
      const symbol = bits.symbol(table)
      if (symbol < 2) {
        // A run is a number in digits 1 and 2.
        run += runBit << symbol
        runBit *= 2
        if (run > order.length) throw new Bzip2Error('is damaged: a run is too long')
        continue
      }
      if (run > 0) put(recent[0]!, run)
      run = 0
      runBit = 1
      if (symbol === end) return size
      const byte = recent[symbol - 1]!
      recent.copyWithin(1, 0, symbol - 1)
      recent[0] = byte
      put(byte, 1)
    }
  }
}

/** The text of the transform, in which four equal bytes are followed by how many more there are. */
function withoutRuns(order: Uint32Array, size: number, origin: number, counts: Uint32Array): Uint8Array {
  let sum = 0
  for (let byte = 0; byte < 256; byte++) {
    const count = counts[byte]!
    counts[byte] = sum
    sum += count
  }
  // The low eight bits hold the byte, the others where the next one stands.
  for (let index = 0; index < size; index++) order[counts[order[index]! & 0xff]!++]! |= index << 8
  let output = new Uint8Array(size * 2)
  let length = 0
  let place = order[origin]! >>> 8
  let previous = -1
  let same = 0
  for (let index = 0; index < size; index++) {
    const entry = order[place]!
    place = entry >>> 8
    const byte = entry & 0xff
    const times = same === 4 ? byte : 1
    if (length + times > output.length) output = grown(output, length + times)
    if (same === 4) {
      output.fill(previous, length, length + times)
      same = 0
    } else {
      output[length] = byte
      same = byte === previous ? same + 1 : 1
      previous = byte
    }
    length += times
  }
  return output.subarray(0, length)
}

function grown(bytes: Uint8Array, atLeast: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(bytes.length * 2, atLeast))
  larger.set(bytes)
  return larger
}

/** CRC-32 with the bits in the other order than everywhere else. */
const checksums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  return sum >>> 0
})

function checksumOf(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) sum = (sum << 8) ^ checksums[((sum >>> 24) ^ byte) & 0xff]!
  return ~sum >>> 0
}

class BitReader {
  #source: AsyncIterator<Uint8Array>
  #bytes: Uint8Array = new Uint8Array(0)
  /** In bits. */
  #at = 0
  #ended = false

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#source = chunks[Symbol.asyncIterator]()
  }

  async more(): Promise<boolean> {
    await this.hold(8)
    return this.#at + 8 <= this.#bytes.length * 8
  }

  /** At least as many bits in memory, where the source has them. */
  async hold(bits: number): Promise<void> {
    while (this.#bytes.length * 8 - this.#at < bits && !this.#ended) {
      const { value, done } = await this.#source.next()
      if (done) this.#ended = true
      else {
        const rest = this.#bytes.subarray(this.#at >>> 3)
        const joined = new Uint8Array(rest.length + value.length)
        joined.set(rest)
        joined.set(value, rest.length)
        this.#bytes = joined
        this.#at &= 7
      }
    }
  }

  /** Up to 24 bits as a number. */
  async take(bits: number): Promise<number> {
    if (this.#bytes.length * 8 - this.#at < bits) await this.hold(bits)
    let value = 0
    for (let left = bits; left > 0; left--) value = (value << 1) | this.#bit()
    return value
  }

  align(): void {
    this.#at = (this.#at + 7) & ~7
  }

  symbol({ symbols, first, offset, count }: Huffman): number {
    let code = 0
    for (let length = 1; length <= longestCode; length++) {
      code = (code << 1) | this.#bit()
      const index = code - first[length]!
      if (index >= 0 && index < count[length]!) return symbols[offset[length]! + index]!
    }
    throw new Bzip2Error('is damaged: there is no such code')
  }

  #bit(): number {
    const byte = this.#bytes[this.#at >>> 3]
    if (byte === undefined) throw new Bzip2Error('is cut')
    const bit = (byte >>> (7 - (this.#at & 7))) & 1
    this.#at++
    return bit
  }
}
