// Mach-O, the programs and libraries of macOS: a header, then load commands, those for segments with their sections. A
// file for several processors begins with a table of such files; the first is read.
// Format: https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h (and fat.h)

import { BinaryFields } from './binary-fields.ts'
import type { Executable, Part, ReadAt } from './executable-format.ts'

const commandsLimit = 1024 * 1024
/** A Java class has the number of its format, 45 or more, where this table has its length. */
const processorLimit = 30
const segmentCommand = { 4: 0x1, 8: 0x19 } as const

/** Undefined when the header is damaged. */
export function parseMachO(read: ReadAt): Executable | undefined {
  const base = firstProcessor(read)
  const start = base === undefined ? new Uint8Array() : read(base, 32)
  if (base === undefined || start.length < 32) return undefined
  const littleEndian = start[0] === 0xcf || start[0] === 0xce
  const header = new BinaryFields(start, littleEndian)
  const magic = header.u32(0)
  if (magic !== 0xfeedface && magic !== 0xfeedfacf) return undefined
  const pointerSize = magic === 0xfeedfacf ? 8 : 4
  const commands = new BinaryFields(
    read(base + (pointerSize === 8 ? 32 : 28), Math.min(header.u32(20), commandsLimit)),
    littleEndian,
  )
  const segments: Part[] = []
  const sections: Part[] = []
  for (let at = 0, count = header.u32(16); count > 0 && at + 8 <= commands.length; count--) {
    const size = commands.u32(at + 4)
    if (size < 8 || at + size > commands.length) break
    if (commands.u32(at) === segmentCommand[pointerSize])
      readSegment(commands, at, size, pointerSize, base, segments, sections)
    at += size
  }
  return { format: 'Mach-O', littleEndian, pointerSize, segments, sections }
}

/** Where the first of the files for several processors begins; 0 for a plain one. */
function firstProcessor(read: ReadAt): number | undefined {
  const head = read(0, 8 + 32)
  if (head[0] !== 0xca) return 0
  if (head.length < 8 + 32) return undefined
  const table = new BinaryFields(head, false)
  if (table.u32(4) === 0 || table.u32(4) > processorLimit) return undefined
  return table.u32(0) === 0xcafebabf ? table.u64(8 + 8) : table.u32(8 + 8)
}

function readSegment(
  commands: BinaryFields,
  at: number,
  size: number,
  pointerSize: 4 | 8,
  base: number,
  segments: Part[],
  sections: Part[],
): void {
  const wide = pointerSize === 8
  const [head, each] = wide ? [72, 80] : [56, 68]
  if (size < head) return
  const writable = (commands.u32(at + (wide ? 60 : 44)) & 2) !== 0
  segments.push({
    name: commands.name(at + 8, 16),
    offset: base + commands.word(at + (wide ? 40 : 32), pointerSize),
    size: commands.word(at + (wide ? 48 : 36), pointerSize),
    address: commands.word(at + 24, pointerSize),
    writable,
  })
  for (let section = at + head; section + each <= at + size; section += each) {
    sections.push({
      name: commands.name(section, 16),
      offset: base + commands.u32(section + (wide ? 48 : 40)),
      size: commands.word(section + (wide ? 40 : 36), pointerSize),
      address: commands.word(section + 32, pointerSize),
      writable,
    })
  }
}
