// ELF, the programs and libraries of Linux: a header, the table of segments after it, the table of sections at the end.
// Format: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html

import { BinaryFields } from './binary-fields.ts'
import type { Executable, Part, ReadAt } from './executable-format.ts'

const headerSize = { 4: 52, 8: 64 } as const
const loaded = 1
const holdsNoBytes = 8
const entryLimit = 10_000
const namesLimit = 1024 * 1024

/** Undefined when the header is damaged; sections whose names cannot be read are left out. */
export function parseElf(read: ReadAt): Executable | undefined {
  const start = read(0, headerSize[8])
  const pointerSize = start[4] === 2 ? 8 : start[4] === 1 ? 4 : undefined
  const littleEndian = start[5] === 1
  if (pointerSize === undefined || start.length < headerSize[pointerSize] || (!littleEndian && start[5] !== 2))
    return undefined
  const header = new BinaryFields(start, littleEndian)
  return {
    format: 'ELF',
    littleEndian,
    pointerSize,
    segments: segmentsOf(header, pointerSize, littleEndian, read),
    sections: sectionsOf(header, pointerSize, littleEndian, read),
  }
}

/** Where the table of sections begins, with the names that usually lie before it. */
export function elfSectionTable(read: ReadAt): number | undefined {
  const start = read(0, headerSize[8])
  if (start.length < headerSize[8] || start[0] !== 0x7f) return undefined
  const offset = new BinaryFields(start, start[5] === 1).word(start[4] === 2 ? 40 : 32, start[4] === 2 ? 8 : 4)
  return offset > 0 ? offset : undefined
}

/** Whether the table of sections ends the file, as linkers leave it: then nothing was put behind it. */
export function endsWithSections(read: ReadAt, size: number): boolean {
  const offset = elfSectionTable(read)
  if (offset === undefined) return false
  const start = read(0, headerSize[8])
  const header = new BinaryFields(start, start[5] === 1)
  const at = start[4] === 2 ? 58 : 46
  return offset < size && offset + header.u16(at) * header.u16(at + 2) >= size
}

function segmentsOf(header: BinaryFields, pointerSize: 4 | 8, littleEndian: boolean, read: ReadAt): Part[] {
  const wide = pointerSize === 8
  const offset = header.word(wide ? 32 : 28, pointerSize)
  const entrySize = header.u16(wide ? 54 : 42)
  const count = header.u16(wide ? 56 : 44)
  const parts: Part[] = []
  for (const entry of entriesOf(read, offset, entrySize, count, wide ? 56 : 32, littleEndian)) {
    if (entry.u32(0) !== loaded) continue
    const flags = entry.u32(wide ? 4 : 24)
    parts.push({
      name: '',
      offset: entry.word(wide ? 8 : 4, pointerSize),
      size: entry.word(wide ? 32 : 16, pointerSize),
      address: entry.word(wide ? 16 : 8, pointerSize),
      writable: (flags & 2) !== 0,
    })
  }
  return parts
}

function sectionsOf(header: BinaryFields, pointerSize: 4 | 8, littleEndian: boolean, read: ReadAt): Part[] {
  const wide = pointerSize === 8
  const offset = header.word(wide ? 40 : 32, pointerSize)
  const entrySize = header.u16(wide ? 58 : 46)
  const count = header.u16(wide ? 60 : 48)
  const entries = [...entriesOf(read, offset, entrySize, count, wide ? 64 : 40, littleEndian)]
  const names = entries[header.u16(wide ? 62 : 50)]
  if (offset === 0 || names === undefined) return []
  const place = (entry: BinaryFields): { offset: number; size: number } => ({
    offset: entry.word(wide ? 24 : 16, pointerSize),
    size: entry.u32(4) === holdsNoBytes ? 0 : entry.word(wide ? 32 : 20, pointerSize),
  })
  const wanted = place(names)
  const text = read(wanted.offset, Math.min(wanted.size, namesLimit))
  if (text.length === 0) return [] // they lie elsewhere, in a part that was not kept
  const namesIn = new BinaryFields(text, littleEndian)
  return entries.map((entry) => ({
    name: namesIn.name(entry.u32(0), 64),
    ...place(entry),
    address: entry.word(wide ? 16 : 12, pointerSize),
    writable: (entry.word(8, pointerSize) & 1) !== 0,
  }))
}

function* entriesOf(
  read: ReadAt,
  offset: number,
  entrySize: number,
  count: number,
  leastSize: number,
  littleEndian: boolean,
): Generator<BinaryFields> {
  if (entrySize < leastSize || count > entryLimit) return
  const table = read(offset, entrySize * count)
  for (let at = 0; at + entrySize <= table.length; at += entrySize) {
    yield new BinaryFields(table.subarray(at, at + entrySize), littleEndian)
  }
}
