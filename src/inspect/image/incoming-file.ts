// A file of a layer while it comes in, as far as an extractor wants it: in pieces that are valid for the moment, so that
// what is kept of them beyond that is copied.

import { createHash, hash, type Hash } from 'node:crypto'
import { looksExecutable } from '../../lib/executable.ts'
import type { ExecutableCapture } from '../executable-capture.ts'
import { wholeFile, type KeptFile } from '../kept-file.ts'
import { SpooledFile } from '../spooled-file.ts'
import { UnpackingAhead, type AheadLimits } from '../unpacking-ahead.ts'

export interface IncomingFile {
  readonly path: string
  push(piece: Uint8Array): void
}

/** One that an extractor asked for by its path. */
export class WantedFile implements IncomingFile {
  readonly path: string
  #size: number
  #pieces: Uint8Array[] = []

  constructor(path: string, size: number) {
    this.path = path
    this.#size = size
  }

  push(piece: Uint8Array): void {
    // In one piece it is a view on what was decompressed, and is extracted before the next is.
    this.#pieces.push(piece.length === this.#size ? piece : new Uint8Array(piece))
  }

  finish(): Uint8Array {
    return this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces)
  }
}

/** One that an extractor asked for and that is too large to be held: an archive, on the disk. */
export class StoredFile implements IncomingFile {
  readonly path: string
  #spool = new SpooledFile()
  #writing: Promise<void> = Promise.resolve()
  #ahead: UnpackingAhead | undefined

  /** `ahead`: what of it is unpacked meanwhile. */
  constructor(path: string, ahead?: AheadLimits) {
    this.path = path
    this.#ahead = ahead && new UnpackingAhead(this.#spool, ahead)
  }

  /** The piece is written by a thread, and has to stay as it is until `written`. */
  push(piece: Uint8Array): void {
    this.#writing = this.#writing.then(() => this.#spool.append(piece)).then(() => this.#ahead?.grown())
    this.#writing.catch(() => {}) // `written` tells
  }

  /** Rejects when the disk is full. */
  async written(): Promise<void> {
    await this.#writing
  }

  async finish(): Promise<KeptFile> {
    await this.#writing
    this.#ahead?.end()
    return { size: this.#spool.size, parts: [], stored: this.#spool, ...(this.#ahead ? { ahead: this.#ahead } : {}) }
  }

  close(): void {
    this.#ahead?.close()
    this.#spool.close()
  }
}

export interface FoundExecutable {
  kept: KeptFile
  /** In hex; of programs. */
  sha256?: string
  /** What it lies in, to be closed once it has been read; absent for a view on what was decompressed. */
  capture?: ExecutableCapture
}

/** One that may be an executable, which its first bytes tell. Most are smaller than a piece, and need not be copied. */
export class PerhapsExecutable implements IncomingFile {
  readonly path: string
  #size: number
  #isHashed: boolean
  #startCapture: () => ExecutableCapture
  #capture: ExecutableCapture | undefined
  #hash: Hash | undefined
  #whole: FoundExecutable | undefined

  constructor(path: string, size: number, isHashed: boolean, startCapture: () => ExecutableCapture) {
    this.path = path
    this.#size = size
    this.#isHashed = isHashed
    this.#startCapture = startCapture
  }

  push(piece: Uint8Array): void {
    if (!this.#capture) {
      if (piece.length === this.#size) return this.#takeWhole(piece)
      this.#hash = this.#isHashed ? createHash('sha256') : undefined
      this.#capture = this.#startCapture()
    }
    if (this.#capture.push(piece)) this.#hash?.update(piece)
    else this.#hash = undefined
  }

  /** Undefined when it is none. */
  finish(): FoundExecutable | undefined {
    const kept = this.#capture?.finish()
    if (!kept) return this.#whole
    const sha256 = this.#hash?.digest('hex')
    return { kept, ...(this.#capture ? { capture: this.#capture } : {}), ...(sha256 ? { sha256 } : {}) }
  }

  /** Instead of `finish`, when the file is not read to its end. */
  close(): void {
    this.#capture?.close()
  }

  #takeWhole(piece: Uint8Array): void {
    if (!looksExecutable(piece)) return
    this.#whole = { kept: wholeFile(piece), ...(this.#isHashed ? { sha256: hash('sha256', piece) } : {}) }
  }
}
