// What the Go linker writes into each program: the version of Go, and the modules that it was built from.
//
// A header of 32 bytes, on a multiple of 16 in the data segment: the magic, the size of a pointer, flags. Since Go 1.18 two
// strings follow it, each after its length as a varint; before, the header held two pointers to Go's string headers
// (pointer and length). The second string is `go version -m`'s text between two marks of 16 bytes.
// Format: https://pkg.go.dev/debug/buildinfo, https://go.dev/src/debug/buildinfo/buildinfo.go

import { BinaryFields } from './binary-fields.ts'
import { offsetOf, type Executable, type Part, type ReadAt } from './executable-format.ts'

export interface GoBuildInfo {
  /** `go1.22.3`, `devel go1.23-4f2a…`, with experiments after a space. */
  goVersion: string
  /** Lines of `path`, `mod`, `dep`, `=>` and `build`; `''` for a program that was built without modules. */
  modules: string
}

/** The bytes end, or point nowhere, where there should be build information. */
export class GoBuildInfoError extends Error {
  override readonly name = 'GoBuildInfoError'
}

const magic = [0xff, ...[...' Go buildinf:'].map((character) => character.charCodeAt(0))]
const headerSize = 32
const alignment = 16
const inlineStrings = 2
const bigEndian = 1
const markSize = 16
const windowSize = 1024 * 1024
const textLimit = 16 * 1024 * 1024

/** Undefined when it is no program of Go's. Throws `GoBuildInfoError`. */
export function readGoBuildInfo(executable: Executable, read: ReadAt): GoBuildInfo | undefined {
  for (const part of partsToSearch(executable)) {
    for (const offset of headersIn(part, read)) return readAt(offset, executable, read)
  }
  return undefined
}

/** The section with the name, which the linker keeps also in stripped programs; else the segments that can be written. */
function partsToSearch({ format, sections, segments }: Executable): Part[] {
  const named = sections.filter(({ name }) => name === '.go.buildinfo' || name === '__go_buildinfo')
  if (named.length > 0 || (sections.length > 0 && format !== 'PE')) return named
  return segments.filter(({ writable }) => writable)
}

function* headersIn(part: Part, read: ReadAt): Generator<number> {
  for (let done = 0; done < part.size; done += windowSize) {
    const bytes = read(part.offset + done, Math.min(windowSize + headerSize, part.size - done))
    if (bytes.length < headerSize) return
    for (let at = bytes.indexOf(magic[0]!); at >= 0; at = bytes.indexOf(magic[0]!, at + 1)) {
      if ((part.address + done + at) % alignment !== 0 || at + headerSize > bytes.length) continue
      if (magic.every((byte, index) => bytes[at + index] === byte)) yield part.offset + done + at
    }
  }
}

function readAt(offset: number, executable: Executable, read: ReadAt): GoBuildInfo {
  const header = exactly(read, offset, headerSize)
  const flags = header[15]!
  if ((flags & inlineStrings) !== 0) {
    const version = inlineString(read, offset + headerSize)
    const modules = inlineString(read, version.end)
    return { goVersion: decoded(version.bytes), modules: withoutMarks(modules.bytes) }
  }
  const size = header[14]
  if (size !== 4 && size !== 8) throw new GoBuildInfoError(`its pointers are of ${size} bytes`)
  const littleEndian = (flags & bigEndian) === 0
  const fields = new BinaryFields(header, littleEndian)
  const pointed = (at: number): Uint8Array => pointedString(fields.word(at, size), size, littleEndian, executable, read)
  return { goVersion: decoded(pointed(16)), modules: withoutMarks(pointed(16 + size)) }
}

function inlineString(read: ReadAt, offset: number): { bytes: Uint8Array; end: number } {
  const prefix = read(offset, 10)
  let length = 0
  for (let index = 0; index < prefix.length; index++) {
    length += (prefix[index]! & 0x7f) * 2 ** (7 * index)
    if ((prefix[index]! & 0x80) !== 0) continue
    const start = offset + index + 1
    return { bytes: exactly(read, start, length), end: start + length }
  }
  throw new GoBuildInfoError('a string has no length')
}

function pointedString(
  address: number,
  size: 4 | 8,
  littleEndian: boolean,
  executable: Executable,
  read: ReadAt,
): Uint8Array {
  if (address === 0) return new Uint8Array()
  const fields = new BinaryFields(exactly(read, placeOf(address, executable), 2 * size), littleEndian)
  const length = fields.word(size, size)
  return length === 0 ? new Uint8Array() : exactly(read, placeOf(fields.word(0, size), executable), length)
}

function placeOf(address: number, executable: Executable): number {
  const offset = offsetOf(address, executable)
  if (offset === undefined) throw new GoBuildInfoError('a pointer leads out of the file')
  return offset
}

function exactly(read: ReadAt, offset: number, length: number): Uint8Array {
  if (length > textLimit) throw new GoBuildInfoError(`a string is longer than ${textLimit} bytes`)
  const bytes = read(offset, length)
  if (bytes.length < length) throw new GoBuildInfoError('it is cut, or was not kept')
  return bytes
}

/** As Go does it: a text whose last line does not end before the mark is none. */
function withoutMarks(bytes: Uint8Array): string {
  const end = bytes.length - markSize
  return end > markSize && bytes[end - 1] === 0x0a ? decoded(bytes.subarray(markSize, end)) : ''
}

const decoder = new TextDecoder()

function decoded(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}
