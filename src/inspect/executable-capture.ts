// Executables as they stream by. One that fits is held whole; of a larger one only its headers, the data it can write to
// (where Go's build information lies), the table of sections at its end and texts that extractors watch for are held.

import { elfSectionTable } from '../lib/elf.ts'
import { looksExecutable, parseExecutable } from '../lib/executable.ts'
import type { ReadAt } from '../lib/executable-format.ts'
import { BundleCapture } from './dotnet/bundle-capture.ts'
import type { FilePart, KeptFile } from './kept-file.ts'
import type { Limits } from './limits.ts'

const mega = 1024 * 1024
const headLength = 64 * 1024
/** Names of sections usually lie right before the table. */
const namesLength = mega
/** Texts that are watched for are no longer than this, and so much is held around them. */
const textLength = 512

/** Shared libraries often lack the bit. */
const libraryName = /\.(?:so(?:\.[\w.]+)?|exe|dll|dylib|node)$/i
const sharedObject = /\.so(?:\.[\w.]+)?$/

/** By the last segment of its path. */
export function isLibrary(name: string): boolean {
  return sharedObject.test(name)
}

/** Whether the file can be one, before its bytes are seen. `mode`: its permission bits. */
export function mayBeExecutable(path: string, mode: number): boolean {
  return (mode & 0o111) !== 0 || /(?:^|\/)s?bin\/[^/]+$/.test(path) || libraryName.test(path)
}

interface Range {
  start: number
  end: number
}

export class ExecutableCapture {
  readonly path: string
  #size: number
  #limits: Limits
  #watched: readonly RegExp[]
  #position = 0
  /** What is held from the start on: all, or the head. */
  #first: Buffer
  #parts: FilePart[] = []
  #held = 0
  #ranges: Range[] = []
  /** The end of the piece before, so that a text across two pieces is seen. */
  #carry = Buffer.alloc(0)
  #refused = false
  /** Of one that is too large to be held whole. */
  #bundle: BundleCapture | undefined

  /** `size` is what an archive claims; memory is used only as bytes come. `watched`: texts in Latin-1. */
  constructor(path: string, size: number, limits: Limits, watched: readonly RegExp[]) {
    this.path = path
    this.#size = size
    this.#limits = limits
    this.#watched = watched.map((pattern) => new RegExp(pattern.source, 'g'))
    this.#first = Buffer.allocUnsafeSlow(Math.min(size, size <= limits.executable ? size : headLength))
  }

  /** False once it is clear that it is no executable: no more pieces are wanted. A piece may be reused by the caller. */
  push(piece: Uint8Array): boolean {
    if (this.#refused) return false
    if (this.#position < this.#first.length) {
      this.#first.set(piece.subarray(0, this.#first.length - this.#position), this.#position)
      const held = Math.min(this.#first.length, this.#position + piece.length)
      if (held >= 4 && !looksExecutable(this.#first)) return this.#refuse()
      if (held === this.#first.length && this.#size > held) this.#plan()
    }
    if (this.#size > this.#first.length) {
      this.#keepFrom(piece)
      this.#bundle ??= new BundleCapture(this.#size, this.#limits.archive)
      this.#bundle.push(piece)
    }
    this.#position += piece.length
    return true
  }

  /** Of what is held from the start on, and nobody else's: it may be given back once the file has been read. */
  get memory(): ArrayBuffer | undefined {
    const { buffer } = this.#first
    return buffer instanceof ArrayBuffer && buffer.byteLength === this.#first.length ? buffer : undefined
  }

  /** To be called at the end of the file; undefined when it is no executable. */
  finish(): KeptFile | undefined {
    if (this.#refused || !looksExecutable(this.#first) || this.#position < 4) return undefined
    const first = { offset: 0, bytes: this.#first.subarray(0, this.#position) }
    const { mark, rest } = this.#bundle ?? {}
    const later = [...this.#parts, ...(mark ? [mark] : [])].toSorted((a, b) => a.offset - b.offset)
    return { size: this.#size, parts: [first, ...joined(later, this.#first.length)], ...(rest ? { rest } : {}) }
  }

  /** To be called once the file has been read, or is not read to its end: what lies on the disk is given up. */
  close(): void {
    this.#bundle?.close()
  }

  #refuse(): false {
    this.#refused = true
    this.close()
    this.#first = Buffer.allocUnsafeSlow(0)
    return false
  }

  #plan(): void {
    const read: ReadAt = (offset, length) => this.#first.subarray(offset, offset + length)
    const segments = parseExecutable(read)?.segments ?? []
    const written = segments.filter(({ writable }) => writable)
    this.#ranges = written.map(({ offset, size }) => ({ start: offset, end: offset + Math.min(size, 16 * mega) }))
    const table = elfSectionTable(read)
    if (table !== undefined) this.#ranges.push({ start: table - namesLength, end: table + 2 * mega })
  }

  #keepFrom(piece: Uint8Array): void {
    const start = this.#position
    for (const range of this.#ranges) this.#keep(piece, start, range.start - start, range.end - start)
    if (this.#watched.length === 0) return
    const bytes = Buffer.concat([this.#carry, piece])
    const text = bytes.toString('latin1')
    const textStart = start - this.#carry.length
    for (const pattern of this.#watched) {
      for (const { index } of text.matchAll(pattern)) {
        this.#keep(bytes, textStart, index - 1, index + textLength)
      }
    }
    this.#carry = Buffer.from(bytes.subarray(-textLength))
  }

  /** The part of the bytes from `from` up to `to`, as far as there is one. */
  #keep(bytes: Uint8Array, offset: number, from: number, to: number): void {
    const wanted = bytes.subarray(Math.max(0, from), Math.max(0, to))
    const left = this.#limits.executableParts - this.#held
    if (wanted.length === 0 || left <= 0) return
    const kept = new Uint8Array(wanted.subarray(0, left))
    this.#held += kept.length
    this.#parts.push({ offset: offset + Math.max(0, from), bytes: kept })
  }
}

/** Parts that touch or overlap become one; what lies before `from` is held already. Parts are sorted. */
function joined(parts: readonly FilePart[], from: number): FilePart[] {
  const groups: FilePart[][] = []
  let end = from
  for (const { offset, bytes } of parts) {
    const fresh = bytes.subarray(Math.max(0, end - offset))
    if (fresh.length === 0) continue
    const start = offset + bytes.length - fresh.length
    if (start === end && groups.length > 0) groups.at(-1)!.push({ offset: start, bytes: fresh })
    else groups.push([{ offset: start, bytes: fresh }])
    end = start + fresh.length
  }
  return groups.map((group) => {
    const { offset, bytes } = group[0]!
    return { offset, bytes: group.length === 1 ? bytes : Buffer.concat(group.map(({ bytes }) => bytes)) }
  })
}
