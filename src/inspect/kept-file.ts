// What is held of a file that was wanted: the whole, or of a large executable the parts that extractors look at.

import type { StoredBytes } from './spooled-file.ts'
import type { UnpackingAhead } from './unpacking-ahead.ts'

export interface FilePart {
  /** In the file. */
  offset: number
  bytes: Uint8Array
}

export interface KeptFile {
  /** Bytes of the whole file. */
  size: number
  /** In order, without overlap; none of a file that is stored. */
  parts: readonly FilePart[]
  /** All of it, but not in memory. */
  stored?: StoredBytes
  /** What was unpacked of it while it came in. */
  ahead?: UnpackingAhead
  /** Of a large executable: all of it from an offset on, not in memory. */
  rest?: { offset: number; bytes: StoredBytes }
}

export function wholeFile(bytes: Uint8Array): KeptFile {
  return { size: bytes.length, parts: [{ offset: 0, bytes }] }
}

export function isWhole({ size, parts }: KeptFile): boolean {
  return parts.length === 1 && parts[0]!.bytes.length === size
}

/** Bytes from an offset: fewer than asked for, or none, where the file ends or was not kept. */
export function readKept({ parts, stored, rest }: KeptFile, offset: number, length: number): Uint8Array {
  if (stored) return stored.read(offset, length)
  for (const part of parts) {
    const start = offset - part.offset
    // A part that ends too early may be whole on the disk.
    if (start < 0 || start >= part.bytes.length) continue
    if (start + length <= part.bytes.length || !rest || offset < rest.offset)
      return part.bytes.subarray(start, start + length)
  }
  return rest && offset >= rest.offset ? rest.bytes.read(offset - rest.offset, length) : new Uint8Array()
}
