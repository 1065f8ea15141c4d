// What a single-file program of .NET appends to its host, as it streams by in an executable that is too large to be held.
//
// The place of the header stands in the host, the header itself at the end, and deps.json somewhere between them: when the
// header tells where, it has gone by. So all that follows the signature goes to the disk; only bundles have one that says more
// than zero.

import type { FilePart } from '../kept-file.ts'
import { SpooledFile, type StoredBytes } from '../spooled-file.ts'
import { headerOffset, signature } from './bundle.ts'

const before = 8
const length = before + signature.length

export class BundleCapture {
  #isStored: boolean
  #position = 0
  /** The end of the pieces before, so that a signature across two of them is seen. */
  #carry: Uint8Array = new Uint8Array()
  #mark: FilePart | undefined
  #spool: SpooledFile | undefined
  #rest: { offset: number; bytes: StoredBytes } | undefined

  /** `most`: bytes of a file beyond which nothing of it goes to the disk. */
  constructor(size: number, most: number) {
    this.#isStored = size <= most
  }

  /** All pieces of the file, in order. A piece may be reused by the caller. */
  push(piece: Uint8Array): void {
    const start = this.#position
    this.#position += piece.length
    if (this.#spool) this.#spool.push(piece)
    else if (!this.#mark) this.#look(start, piece)
  }

  /** The signature with the place of the header in front of it. */
  get mark(): FilePart | undefined {
    return this.#mark
  }

  /** The file from the signature on, until it is closed; undefined when it is no bundle, or too large. */
  get rest(): { offset: number; bytes: StoredBytes } | undefined {
    return this.#rest
  }

  close(): void {
    this.#spool?.close()
    this.#spool = undefined
  }

  #look(start: number, piece: Uint8Array): void {
    // What lies across both first: most of the bytes need no copy.
    const joint = Buffer.concat([this.#carry, piece.subarray(0, length)])
    const inJoint = markIn(joint, start - this.#carry.length)
    this.#mark = inJoint ?? markIn(piece, start)
    if (this.#mark) {
      const end = this.#mark.offset + length
      if (this.#isStored) this.#begin(end, piece.subarray(Math.max(0, end - start)))
    } else this.#carry = Buffer.concat([this.#carry, piece.subarray(-length)]).subarray(-length + 1)
  }

  #begin(offset: number, piece: Uint8Array): void {
    this.#spool = new SpooledFile()
    this.#rest = { offset, bytes: this.#spool }
    this.#spool.push(piece)
  }
}

/** The first one that belongs to a bundle. */
function markIn(bytes: Uint8Array, offset: number): FilePart | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = buffer.indexOf(signature); at >= 0; at = buffer.indexOf(signature, at + 1)) {
    if (at < before || !isPlace(buffer.subarray(at - before, at))) continue
    return { offset: offset + at - before, bytes: new Uint8Array(buffer.subarray(at - before, at + signature.length)) }
  }
  return undefined
}

function isPlace(bytes: Uint8Array): boolean {
  try {
    return headerOffset(bytes) !== undefined
  } catch {
    return true // damaged, which the extractor tells
  }
}
