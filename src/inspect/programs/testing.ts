// Small executables with what a test wants in them, laid out as the formats ask for.

import { deflateSync } from 'node:zlib'

const dataAt = 0x200
const address = 0x400000

/** ELF for 64 bits: one segment that can be written, which is also the section of the name. */
export function elfWith(section: string, data: Uint8Array): Buffer {
  const names = Buffer.from(`\0${section}\0.shstrtab\0`)
  const namesAt = dataAt + data.length
  const tableAt = namesAt + names.length
  const header = Buffer.alloc(dataAt)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  header.writeUInt16LE(2, 16)
  header.writeBigUInt64LE(64n, 32)
  header.writeBigUInt64LE(BigInt(tableAt), 40)
  for (const [at, value] of [
    [52, 64],
    [54, 56],
    [56, 1],
    [58, 64],
    [60, 3],
    [62, 2],
  ] as const)
    header.writeUInt16LE(value, at)
  header.writeUInt32LE(1, 64)
  header.writeUInt32LE(6, 68)
  for (const [at, value] of [
    [8, dataAt],
    [16, address],
    [32, data.length],
    [40, data.length],
  ] as const) {
    header.writeBigUInt64LE(BigInt(value), 64 + at)
  }
  const entry = (name: number, at: number, size: number, loadedAt: number): Buffer => {
    const bytes = Buffer.alloc(64)
    bytes.writeUInt32LE(name, 0)
    bytes.writeUInt32LE(1, 4)
    bytes.writeBigUInt64LE(3n, 8)
    for (const [field, value] of [
      [16, loadedAt],
      [24, at],
      [32, size],
    ] as const)
      bytes.writeBigUInt64LE(BigInt(value), field)
    return bytes
  }
  const table = [
    Buffer.alloc(64),
    entry(1, dataAt, data.length, address),
    entry(section.length + 2, namesAt, names.length, 0),
  ]
  return Buffer.concat([header, data, names, ...table])
}

/** PE for 64 bits with one section that can be written. */
export function peWith(section: string, data: Uint8Array): Buffer {
  const header = Buffer.alloc(dataAt)
  header.write('MZ')
  header.writeUInt32LE(0x80, 0x3c)
  header.write('PE\0\0', 0x80)
  header.writeUInt16LE(1, 0x86)
  header.writeUInt16LE(112, 0x94)
  header.writeUInt16LE(0x20b, 0x98)
  header.writeBigUInt64LE(BigInt(address), 0x98 + 24)
  const entry = 0x98 + 112
  header.write(section, entry)
  for (const [at, value] of [
    [8, data.length],
    [12, 0x1000],
    [16, data.length],
    [20, dataAt],
    [36, 0xc0000040],
  ] as const) {
    header.writeUInt32LE(value, entry + at)
  }
  return Buffer.concat([header, data])
}

/** Mach-O for 64 bits with one segment that can be written and one section; behind a table of processors when it is `fat`. */
export function machOWith(section: string, data: Uint8Array, fat = false): Buffer {
  const header = Buffer.alloc(dataAt)
  for (const [at, value] of [
    [0, 0xfeedfacf],
    [16, 1],
    [20, 72 + 80],
    [32, 0x19],
    [36, 72 + 80],
    [32 + 60, 3],
    [32 + 64, 1],
  ] as const) {
    header.writeUInt32LE(value, at)
  }
  header.write('__DATA', 32 + 8)
  for (const [at, value] of [
    [24, address],
    [32, data.length],
    [40, dataAt],
    [48, data.length],
  ] as const) {
    header.writeBigUInt64LE(BigInt(value), 32 + at)
  }
  header.write(section, 32 + 72)
  header.write('__DATA', 32 + 72 + 16)
  header.writeBigUInt64LE(BigInt(address), 32 + 72 + 32)
  header.writeBigUInt64LE(BigInt(data.length), 32 + 72 + 40)
  header.writeUInt32LE(dataAt, 32 + 72 + 48)
  const plain = Buffer.concat([header, data])
  if (!fat) return plain
  const processors = Buffer.alloc(0x1000)
  for (const [at, value] of [
    [0, 0xcafebabe],
    [4, 1],
    [16, processors.length],
    [20, plain.length],
  ] as const) {
    processors.writeUInt32BE(value, at)
  }
  return Buffer.concat([processors, plain])
}

const mark = Buffer.alloc(16, '-')

/** As Go has written it since 1.18. */
export function inlineBuildInfo(goVersion: string, modules: string): Buffer {
  const text = modules === '' ? Buffer.alloc(0) : Buffer.concat([mark, Buffer.from(modules), mark])
  const header = Buffer.alloc(32)
  header.write('\xff Go buildinf:', 'latin1')
  header[15] = 2
  return Buffer.concat([header, prefixed(Buffer.from(goVersion)), prefixed(text)])
}

/** As Go wrote it before 1.18: pointers to string headers, which point to the texts; all at the address of `elfWith` and the others. */
export function pointerBuildInfo(goVersion: string, modules: string, base = address): Buffer {
  const texts = [Buffer.from(goVersion), Buffer.concat([mark, Buffer.from(modules), mark])]
  const header = Buffer.alloc(32 + 32)
  header.write('\xff Go buildinf:', 'latin1')
  header[14] = 8
  header.writeBigUInt64LE(BigInt(base + 32), 16)
  header.writeBigUInt64LE(BigInt(base + 48), 24)
  let at = base + 64
  for (const [index, text] of texts.entries()) {
    header.writeBigUInt64LE(BigInt(at), 32 + 16 * index)
    header.writeBigUInt64LE(BigInt(text.length), 40 + 16 * index)
    at += text.length
  }
  return Buffer.concat([header, ...texts])
}

export function auditableList(packages: readonly object[]): Buffer {
  return deflateSync(JSON.stringify({ packages }))
}

function prefixed(text: Buffer): Buffer {
  const length: number[] = []
  for (let left = text.length; ; left >>= 7) {
    length.push(left > 0x7f ? (left & 0x7f) | 0x80 : left)
    if (left <= 0x7f) return Buffer.concat([Buffer.from(length), text])
  }
}
