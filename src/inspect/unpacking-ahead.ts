// Large archives that lie packed in one that is still coming in: what is there of them is unpacked to the disk meanwhile,
// by a processor that has nothing else to do. Waiting for the directory at the end would do it afterwards, alone.
//
// Only the headers in front of the contents are known by then, and they may lie. So nothing is taken for an entry but what
// its directory says as well: place, sizes, checksum; and whatever is wrong is left to who reads that directory.

import { decompressed } from '../io/decompress.ts'
import { giveBack } from '../io/give-back.ts'
import { deflated, localEntryOf, type LocalEntry, type ZipEntry } from '../lib/zip.ts'
import { SpooledFile } from './spooled-file.ts'

export interface AheadLimits {
  /** Which entries are worth it. */
  wants(entry: ZipEntry): boolean
  /** Bytes that are unpacked in all. */
  total: number
}

const windowSize = 64 * 1024
/** Bytes; each piece is a trip to a thread and back. */
const pieceSize = 2 * 1024 * 1024
/** Archives that hold others have few entries, and looking at headers without an end would hold up all else. */
const mostHeaders = 100_000
/** Of what nobody has taken yet: each is an open file. */
const mostHeld = 32

export class UnpackingAhead {
  #around: SpooledFile
  #limits: AheadLimits
  /** Of the entry that is looked at, or unpacked. */
  #at = 0
  #total = 0
  #unpacked = new Map<number, { entry: ZipEntry; spool: SpooledFile }>()
  #state: 'comes in' | 'is there' | 'closed' = 'comes in'
  #changed = Promise.withResolvers<void>()

  constructor(around: SpooledFile, limits: AheadLimits) {
    this.#around = around
    this.#limits = limits
    const ended = (): void => {
      this.#at = Infinity
      this.grown()
    }
    this.#walk().then(ended, ended) // who reads the directory meets what is wrong
  }

  /** More of the archive is there. */
  grown(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  /** All of it is there. */
  end(): void {
    this.#state = 'is there'
    this.grown()
  }

  /** For an entry of the directory, once `end` was called; then it is the caller's to close. */
  async take(entry: ZipEntry): Promise<SpooledFile | undefined> {
    if (!this.#limits.wants(entry)) return undefined
    while (this.#at <= entry.start) await this.#changed.promise
    const ahead = this.#unpacked.get(entry.start)
    if (!ahead || !isSame(ahead.entry, entry)) return undefined
    this.#unpacked.delete(entry.start)
    return ahead.spool
  }

  /** Gives up what nobody took. */
  close(): void {
    this.#state = 'closed'
    for (const { spool } of this.#unpacked.values()) spool.close()
    this.#unpacked.clear()
    this.grown()
  }

  /** Whether the archive is as long as that; waits for as long as more may come. */
  async #reaches(length: number): Promise<boolean> {
    while (this.#around.size < length && this.#state === 'comes in') await this.#changed.promise
    if (this.#state === 'closed') throw new Error('nobody waits for it any more')
    return this.#around.size >= length
  }

  async #walk(): Promise<void> {
    let window: { start: number; bytes: Uint8Array } = { start: 0, bytes: new Uint8Array() }
    for (let headers = 0; headers < mostHeaders; headers++) {
      const start = this.#at
      let entry = localEntryOf(window.bytes.subarray(start - window.start), start)
      if (!entry) {
        await this.#reaches(start + windowSize)
        giveBack(window.bytes)
        window = { start, bytes: this.#around.read(start, windowSize) }
        entry = localEntryOf(window.bytes, start)
      }
      if (!entry) return
      const isWanted = entry.method === deflated && !entry.encrypted && this.#limits.wants(entry)
      const hasRoom = this.#unpacked.size < mostHeld
      if (isWanted && hasRoom && (this.#total += entry.size) <= this.#limits.total) await this.#unpack(entry)
      this.#at = entry.contents + entry.packedSize
      this.grown()
    }
  }

  async #unpack(entry: LocalEntry): Promise<void> {
    const spool = new SpooledFile()
    let isWhole = false
    try {
      for await (const piece of decompressed(asGzip(this.#packed(entry), entry))) {
        // Packed a thousandfold, what was read by then would go on for long after nobody waits.
        if (this.#state === 'closed' || spool.size + piece.length > entry.size) return
        await spool.append(piece)
      }
      isWhole = spool.size === entry.size
    } finally {
      if (isWhole && this.#state !== 'closed') this.#unpacked.set(entry.start, { entry, spool })
      else spool.close()
    }
  }

  async *#packed({ contents, packedSize }: LocalEntry): AsyncGenerator<Uint8Array> {
    const end = contents + packedSize
    for (let at = contents; at < end; at += pieceSize) {
      const length = Math.min(pieceSize, end - at)
      if (!(await this.#reaches(at + length))) throw new Error('the archive is cut')
      const piece = await this.#around.readLater(at, length)
      yield piece
      giveBack(piece)
    }
  }
}

/**
 * What zip packs is what gzip packs, between a head and a checksum: then the thread that unpacks it checks that as well.
 * https://www.rfc-editor.org/rfc/rfc1952#section-2.3
 */
async function* asGzip(packed: AsyncIterable<Uint8Array>, { crc, size }: ZipEntry): AsyncGenerator<Uint8Array> {
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
  yield* packed
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(crc, 0)
  tail.writeUInt32LE(size, 4)
  yield tail
}

function isSame(one: ZipEntry, other: ZipEntry): boolean {
  return (
    one.method === other.method &&
    one.size === other.size &&
    one.packedSize === other.packedSize &&
    one.crc === other.crc &&
    !other.encrypted
  )
}
