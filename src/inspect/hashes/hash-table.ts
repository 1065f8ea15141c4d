// Millions of hashes of one kind, sorted, in memory that threads share: 8 bytes more than each hash has, and 256 kB.

/** Plain data over shared memory. */
export interface HashTable {
  /** One after the other, sorted. */
  hashes: Uint8Array
  /** Bytes of one. */
  width: number
  /** Where those begin whose first two bytes are the index; one more for the end. */
  starts: Uint32Array
  /** A number that was given with each. */
  notes: Float64Array
}

const buckets = 65_536

/** Takes hashes in any order, some of them twice. */
export class HashTableBuilder {
  #width: number
  #hashes: Buffer
  #notes: Float64Array
  #count = 0

  constructor(width: number) {
    this.#width = width
    this.#hashes = Buffer.alloc(width * 1024)
    this.#notes = new Float64Array(1024)
  }

  get count(): number {
    return this.#count
  }

  add(hash: Uint8Array, note: number): void {
    if (this.#count === this.#notes.length) this.#grow()
    this.#hashes.set(hash, this.#count * this.#width)
    this.#notes[this.#count++] = note
  }

  /** False when the text is not the digits of a whole hash. */
  addHex(digits: string, note: number): boolean {
    if (this.#count === this.#notes.length) this.#grow()
    if (this.#hashes.write(digits, this.#count * this.#width, this.#width, 'hex') < this.#width) return false
    this.#notes[this.#count++] = note
    return true
  }

  /** Sorted by their first two bytes by counting, then within the few that share them. */
  build(): HashTable {
    const width = this.#width
    const starts = shared(Uint32Array, buckets + 1)
    for (let index = 0; index < this.#count; index++) starts[this.#bucketOf(index) + 1]!++
    for (let bucket = 0; bucket < buckets; bucket++) starts[bucket + 1]! += starts[bucket]!
    const order = new Uint32Array(this.#count)
    const next = starts.slice(0, buckets)
    for (let index = 0; index < this.#count; index++) order[next[this.#bucketOf(index)]!++] = index
    const hashes = shared(Uint8Array, this.#count * width)
    const notes = shared(Float64Array, this.#count)
    for (let bucket = 0; bucket < buckets; bucket++) {
      order.subarray(starts[bucket], starts[bucket + 1]).sort((a, b) => this.#compare(a, b))
    }
    for (const [at, index] of order.entries()) {
      hashes.set(this.#hashes.subarray(index * width, (index + 1) * width), at * width)
      notes[at] = this.#notes[index]!
    }
    return { hashes, width, starts, notes }
  }

  #bucketOf(index: number): number {
    return this.#hashes.readUInt16BE(index * this.#width)
  }

  /** The first one of several that are the same comes first. */
  #compare(a: number, b: number): number {
    const width = this.#width
    const bytes = this.#hashes
    return bytes.compare(bytes, b * width, (b + 1) * width, a * width, (a + 1) * width) || a - b
  }

  #grow(): void {
    const hashes = Buffer.allocUnsafeSlow(this.#hashes.length * 2)
    this.#hashes.copy(hashes)
    this.#hashes = hashes
    const notes = new Float64Array(this.#notes.length * 2)
    notes.set(this.#notes)
    this.#notes = notes
  }
}

/** The note of a hash; undefined when it is not among them. */
export function noteOf({ hashes, width, starts, notes }: HashTable, hash: Uint8Array): number | undefined {
  const bucket = hash[0]! * 256 + hash[1]!
  let low = starts[bucket]!
  let high = starts[bucket + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (Buffer.compare(hashes.subarray(middle * width, (middle + 1) * width), hash) < 0) low = middle + 1
    else high = middle
  }
  const isThere =
    low < starts[bucket + 1]! && Buffer.compare(hashes.subarray(low * width, (low + 1) * width), hash) === 0
  return isThere ? notes[low] : undefined
}

function shared<T>(kind: { new (memory: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number }, length: number): T {
  return new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT))
}
