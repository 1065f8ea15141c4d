// Bytes that come in pieces and are wanted as a whole: in memory while they are few, else on the disk.

import { bytesSource, type ByteSource } from '../lib/zip.ts'
import { SpooledFile } from './spooled-file.ts'

export class HeldBytes {
  #inMemory: number
  #pieces: Uint8Array[] = []
  #size = 0
  #spool: SpooledFile | undefined

  /** `inMemory`: bytes beyond which they go to the disk. */
  constructor(inMemory: number) {
    this.#inMemory = inMemory
  }

  get size(): number {
    return this.#size
  }

  /** A piece that is the whole is held as it is; of others a copy. */
  push(piece: Uint8Array, isWhole = false): void {
    this.#size += piece.length
    if (this.#spool) return this.#spool.push(piece)
    if (this.#size <= this.#inMemory || isWhole) return void this.#pieces.push(isWhole ? piece : new Uint8Array(piece))
    this.#spool = new SpooledFile()
    for (const held of this.#pieces) this.#spool.push(held)
    this.#spool.push(piece)
    this.#pieces = []
  }

  source(): ByteSource {
    if (this.#spool) return this.#spool.source()
    return bytesSource(this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces))
  }

  close(): void {
    this.#spool?.close()
    this.#pieces = []
  }
}
