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
  const { table, starts } = tableOf(read, offset, entrySize, count, wide ? 56 : 32, littleEndian)
  for (const at of starts) {
    if (table.u32(at) !== loaded) continue
    const flags = table.u32(at + (wide ? 4 : 24))
    parts.push({
      name: '',
      offset: table.word(at + (wide ? 8 : 4), pointerSize),
      size: table.word(at + (wide ? 32 : 16), pointerSize),
      address: table.word(at + (wide ? 16 : 8), pointerSize),
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
  const { table, starts } = tableOf(read, offset, entrySize, count, wide ? 64 : 40, littleEndian)
  const names = starts[header.u16(wide ? 62 : 50)]
  if (offset === 0 || names === undefined) return []
  const offsetOf = (at: number): number => table.word(at + (wide ? 24 : 16), pointerSize)
  const sizeOf = (at: number): number =>
    table.u32(at + 4) === holdsNoBytes ? 0 : table.word(at + (wide ? 32 : 20), pointerSize)
  const text = read(offsetOf(names), Math.min(sizeOf(names), namesLimit))
  if (text.length === 0) return [] // they lie elsewhere, in a part that was not kept
  const namesIn = new BinaryFields(text, littleEndian)
  return starts.map((at) => ({
    name: namesIn.name(table.u32(at), 64),
    offset: offsetOf(at),
    size: sizeOf(at),
    address: table.word(at + (wide ? 16 : 12), pointerSize),
    writable: (table.word(at + 8, pointerSize) & 1) !== 0,
  }))
}

/** A table in the file, and where each of its whole entries starts in it. */
function tableOf(
  read: ReadAt,
  offset: number,
  entrySize: number,
  count: number,
  leastSize: number,
  littleEndian: boolean,
): { table: BinaryFields; starts: number[] } {
  const isSound = entrySize >= leastSize && count <= entryLimit
  const bytes = isSound ? read(offset, entrySize * count) : new Uint8Array()
  const whole = isSound ? Math.floor(bytes.length / entrySize) : 0
  return {
    table: new BinaryFields(bytes, littleEndian),
    starts: Array.from({ length: whole }, (_, n) => n * entrySize),
  }
}
