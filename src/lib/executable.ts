// Programs and libraries as linkers write them, ELF, PE and Mach-O: where their named parts lie in the file, and at which
// addresses they are loaded. Only headers are read, and nothing in them is trusted.

import { parseElf } from './elf.ts'
import type { Executable, ReadAt } from './executable-format.ts'
import { parseMachO } from './macho.ts'
import { parsePe } from './pe.ts'

/** Bytes that `looksExecutable` needs. */
export const magicLength = 4

/** By its first bytes; a Java class begins like a Mach-O file for several processors, and is told apart when it is parsed. */
export function looksExecutable(head: Uint8Array): boolean {
  if (head[0] === 0x4d && head[1] === 0x5a) return true // MZ
  const magic = ((head[0] ?? 0) << 24) | ((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0)
  return magics.has(magic >>> 0)
}

/** Undefined for what is none, or is damaged so that nothing can be said of it. */
export function parseExecutable(read: ReadAt): Executable | undefined {
  const head = read(0, magicLength)
  if (head.length < magicLength || !looksExecutable(head)) return undefined
  if (head[0] === 0x7f) return parseElf(read)
  return head[0] === 0x4d ? parsePe(read) : parseMachO(read)
}

const magics = new Set([
  0x7f454c46, // ELF
  0xfeedface,
  0xfeedfacf,
  0xcefaedfe,
  0xcffaedfe, // Mach-O, either byte order
  0xcafebabe,
  0xcafebabf, // Mach-O for several processors
])
