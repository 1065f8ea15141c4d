// PE, the programs and libraries of Windows: a stub for DOS that tells where the header is, then the table of sections.
// Format: https://learn.microsoft.com/en-us/windows/win32/debug/pe-format

import { BinaryFields } from './binary-fields.ts'
import type { Executable, Part, ReadAt } from './executable-format.ts'

const stubSize = 64
const sectionSize = 40
/** Windows loads no file with more. */
const sectionLimit = 96
const writable = 0x80000000

/** Undefined when the headers are damaged. */
export function parsePe(read: ReadAt): Executable | undefined {
  const stub = read(0, stubSize)
  if (stub.length < stubSize) return undefined
  const start = new BinaryFields(stub, true).u32(0x3c)
  const bytes = read(start, 24 + 32)
  if (bytes.length < 24 + 32) return undefined
  const header = new BinaryFields(bytes, true)
  const kind = header.u16(24)
  if (header.u32(0) !== 0x00004550 || (kind !== 0x10b && kind !== 0x20b)) return undefined
  const pointerSize = kind === 0x20b ? 8 : 4
  const base = pointerSize === 8 ? header.u64(24 + 24) : header.u32(24 + 28)
  const count = Math.min(header.u16(6), sectionLimit)
  const sections = sectionsOf(read(start + 24 + header.u16(20), count * sectionSize), base)
  return { format: 'PE', littleEndian: true, pointerSize, segments: sections, sections }
}

function sectionsOf(table: Uint8Array, base: number): Part[] {
  const parts: Part[] = []
  for (let at = 0; at + sectionSize <= table.length; at += sectionSize) {
    const entry = new BinaryFields(table.subarray(at, at + sectionSize), true)
    parts.push({
      name: entry.name(0, 8),
      offset: entry.u32(20),
      // In the file it is padded, and zeros at its end are left out.
      size: Math.min(entry.u32(8) || entry.u32(16), entry.u32(16)),
      address: base + entry.u32(12),
      writable: (entry.u32(36) & writable) !== 0,
    })
  }
  return parts
}
