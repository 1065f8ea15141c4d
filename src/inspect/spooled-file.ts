// A wanted file that is too large to be held in memory, on the disk while it is read: an archive that is read in parts.
// Its name is gone as soon as it is open, so that nothing of it is left behind, whatever happens.

import { close, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ByteSource } from '../lib/zip.ts'
import type { StoredBytes } from './kept-file.ts'

export class SpooledFile implements StoredBytes {
  #descriptor: number | undefined
  #size = 0

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'))
    try {
      this.#descriptor = openSync(join(folder, 'file'), 'wx+', 0o600)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  get size(): number {
    return this.#size
  }

  push(piece: Uint8Array): void {
    for (let done = 0; done < piece.length;)
      done += writeSync(this.#opened(), piece, done, piece.length - done, this.#size + done)
    this.#size += piece.length
  }

  read(offset: number, length: number): Uint8Array {
    return readFrom(this.#opened(), offset, Math.min(length, Math.max(0, this.#size - offset)))
  }

  /** To be read while it is open. */
  source(): ByteSource {
    return { size: this.#size, read: async (start, length) => this.read(start, length), isFresh: true }
  }

  /** Not waited for: the system gives up what was written, and for a large file that takes a while. */
  close(): void {
    if (this.#descriptor !== undefined) close(this.#descriptor, () => {})
    this.#descriptor = undefined
  }

  #opened(): number {
    if (this.#descriptor === undefined) throw new Error('the file is closed')
    return this.#descriptor
  }
}

/** Fewer bytes where the file ends. */
export function readFrom(descriptor: number, offset: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length)
  let done = 0
  while (done < length) {
    const read = readSync(descriptor, bytes, done, length - done, offset + done)
    if (read === 0) break
    done += read
  }
  return bytes.subarray(0, done)
}
