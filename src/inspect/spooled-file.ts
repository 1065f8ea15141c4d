// A wanted file that is too large to be held in memory, on the disk while it is read: an archive that is read in parts.
// Its name is gone as soon as it is open, so that nothing of it is left behind, whatever happens.

import { close, mkdtempSync, openSync, read, readSync, rmSync, write, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ByteSource } from '../lib/zip.ts'

/** Bytes on the disk, open as long as the file is extracted. */
export interface StoredBytes {
  /** Fewer where they end. Memory of its own each time. */
  read(offset: number, length: number): Uint8Array
}

export class SpooledFile implements StoredBytes {
  #descriptor: number | undefined
  #size = 0
  /** What threads do with it. */
  #underWay = 0
  #closing: number | undefined

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

  /** The same by a thread: until then the piece has to stay as it is, and nothing else may be added. */
  async append(piece: Uint8Array): Promise<void> {
    for (let done = 0; done < piece.length;)
      done += await this.#byThread(write, piece.subarray(done), this.#size + done)
    this.#size += piece.length
  }

  read(offset: number, length: number): Uint8Array {
    return readFrom(this.#opened(), offset, Math.min(length, Math.max(0, this.#size - offset)))
  }

  /** The same by a thread. */
  async readLater(offset: number, length: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(Math.min(length, Math.max(0, this.#size - offset)))
    for (let done = 0; done < bytes.length;) done += await this.#byThread(read, bytes.subarray(done), offset + done)
    return bytes
  }

  /** To be read while it is open. */
  source(): ByteSource {
    return { size: this.#size, read: async (start, length) => this.read(start, length), isFresh: true }
  }

  /** Not waited for: the system gives up what was written, and for a large file that takes a while. */
  close(): void {
    this.#closing ??= this.#descriptor
    this.#descriptor = undefined
    this.#closeWhenIdle()
  }

  #opened(): number {
    if (this.#descriptor === undefined) throw new Error('the file is closed')
    return this.#descriptor
  }

  /** As long as a thread works on the descriptor, its number must not become that of another file. */
  #closeWhenIdle(): void {
    if (this.#closing === undefined || this.#underWay > 0) return
    close(this.#closing, () => {})
    this.#closing = undefined
  }

  /** How many bytes it did. */
  async #byThread(act: Act, bytes: Uint8Array, at: number): Promise<number> {
    const descriptor = this.#opened()
    this.#underWay++
    try {
      return await new Promise<number>((resolve, reject) => {
        act(descriptor, bytes, 0, bytes.length, at, (error, count) => (error ? reject(error) : resolve(count)))
      })
    } finally {
      this.#underWay--
      this.#closeWhenIdle()
    }
  }
}

type Act = (
  descriptor: number,
  bytes: Uint8Array,
  from: number,
  length: number,
  at: number,
  then: (error: Error | null, count: number) => void,
) => void

/** Fewer bytes where the file ends. */
export function readFrom(descriptor: number, offset: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length)
  let done = 0
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, offset + done)
    if (count === 0) break
    done += count
  }
  return bytes.subarray(0, done)
}
