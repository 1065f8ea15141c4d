// A .NET program published as a single file: the host's executable with everything else appended.
//
// Somewhere in its data the host holds 8 bytes with the place of the bundle's header, and after them a signature of 32 bytes.
// The header: version (two 32-bit numbers), how many files, an id; from version 2 on the places and sizes of NAME.deps.json
// and of the configuration; then a row for each file. deps.json is never compressed.
// https://github.com/dotnet/designs/blob/main/accepted/2020/single-file/bundler.md

/** SHA-256 of ".net core bundle" and a line feed. */
export const signature = Uint8Array.from(
  '8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae'.match(/../g)!,
  (byte) => Number.parseInt(byte, 16),
)

export interface BundlePart {
  /** In the file. */
  offset: number
  size: number
}

/** Fewer bytes than asked for, or none, where there are none. */
export type ReadAt = (offset: number, length: number) => Uint8Array

/** Where the header lies, from the 8 bytes in front of a signature; undefined when it is only the host without a bundle. */
export function headerOffset(before: Uint8Array): number | undefined {
  return before.length === 8 ? long(viewOf(before), 0) || undefined : undefined
}

/** Where deps.json lies; undefined when the bundle has none. Throws with a clause when the header is damaged or unknown. */
export function depsIn(read: ReadAt, header: number): BundlePart | undefined {
  const view = viewOf(read(header, 64 * 1024))
  if (view.byteLength < 12) throw new Error('its header lies outside of what is kept of the file')
  const major = view.getUint32(0, true)
  const files = view.getInt32(8, true)
  if (![1, 2, 6].includes(major)) throw new Error(`its bundle is of version ${major}, which is not known`)
  const afterId = textEnd(view, 12)
  if (major === 1) return depsInRows(read, header + afterId, files)
  if (afterId + 16 > view.byteLength) throw new Error('its header is cut')
  const part = { offset: long(view, afterId), size: long(view, afterId + 8) }
  return part.size === 0 ? undefined : part
}

/** As the SDK of .NET Core 3 writes it, and as later ones do; to the first, 3 is the configuration. */
const depsKinds = new Set([2, 3])
/** Of the rows together; those of a program with 2,000 files have 150 kB. */
const rowsLimit = 4 * 1024 * 1024

/**
 * Version 1 has no place of its own for it: a row is offset, size, kind, path. Neither kind nor name alone tells it: a program
 * may bring files that are named alike.
 */
function depsInRows(read: ReadAt, start: number, files: number): BundlePart | undefined {
  const view = viewOf(read(start, rowsLimit))
  let at = 0
  for (let number = 0; number < files; number++) {
    if (at + 17 > view.byteLength) throw new Error('its list of files is cut')
    const end = textEnd(view, at + 17)
    if (depsKinds.has(view.getUint8(at + 16)) && isDepsName(view, end)) {
      return { offset: long(view, at), size: long(view, at + 8) }
    }
    at = end
  }
  return undefined
}

function isDepsName(view: DataView, end: number): boolean {
  const last = '.deps.json'
  if (end > view.byteLength) throw new Error('its list of files is cut')
  return Buffer.from(view.buffer, view.byteOffset + end - last.length, last.length).toString('latin1') === last
}

/** The end of a text with its length in front, in groups of 7 bits, the lowest first. */
function textEnd(view: DataView, start: number): number {
  let length = 0
  for (let at = start; at < start + 5 && at < view.byteLength; at++) {
    const byte = view.getUint8(at)
    length += (byte & 0x7f) * 2 ** (7 * (at - start))
    if (byte < 0x80) return at + 1 + length
  }
  throw new Error('its header is damaged')
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function long(view: DataView, at: number): number {
  const value = Number(view.getBigInt64(at, true))
  if (!Number.isSafeInteger(value) || value < 0) throw new Error('its header is damaged')
  return value
}
