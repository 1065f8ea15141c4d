// What is the same in ELF, PE and Mach-O files.

/** Bytes of a file from an offset: fewer than asked for, or none, where the file ends or was not kept. */
export type ReadAt = (offset: number, length: number) => Uint8Array

/** A part of the file; sizes are those in the file, so that what is zero when loaded has none. */
export interface Part {
  /** `''` for those without. */
  name: string
  offset: number
  size: number
  /** Where it is loaded. */
  address: number
  writable: boolean
}

export interface Executable {
  format: 'ELF' | 'PE' | 'Mach-O'
  littleEndian: boolean
  pointerSize: 4 | 8
  /** What is loaded. */
  segments: readonly Part[]
  /** What has a name; in PE they are the segments, in ELF they can be stripped. */
  sections: readonly Part[]
}

/** Where the byte that is loaded at an address lies in the file. */
export function offsetOf(address: number, { segments }: Executable): number | undefined {
  for (const part of segments) {
    if (address >= part.address && address < part.address + part.size) return part.offset + (address - part.address)
  }
  return undefined
}
