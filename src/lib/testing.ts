// What tests share: a writer of zips that can lie, where Info-ZIP's cannot, and a measure of work.

import { crc32, deflateRawSync } from 'node:zlib'

export interface TestZipEntry {
  path: string
  contents?: string | Uint8Array
  /** Deflated; else stored. */
  packed?: boolean
  /** What the headers claim instead of the truth. */
  lies?: { size?: number; packedSize?: number; crc?: number; method?: number; flags?: number; start?: number }
}

export function zipOf(entries: readonly TestZipEntry[], lies: { count?: number; directory?: number } = {}): Buffer {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { path, contents = '', packed = false, lies: lie = {} } of entries) {
    const bytes = Buffer.from(contents)
    const data = packed ? deflateRawSync(bytes) : bytes
    const name = Buffer.from(path)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(lie.flags ?? 0x800, 2)
    fields.writeUInt16LE(lie.method ?? (packed ? 8 : 0), 4)
    fields.writeUInt32LE(lie.crc ?? crc32(bytes), 10)
    fields.writeUInt32LE(lie.packedSize ?? data.length, 14)
    fields.writeUInt32LE(lie.size ?? bytes.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(lie.start ?? at, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, rest, name)
    const written = [Buffer.from('PK\x03\x04', 'latin1'), fields, name, data]
    pieces.push(...written)
    for (const one of written) at += one.length
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(lies.count ?? entries.length, 8)
  end.writeUInt16LE(lies.count ?? entries.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(lies.directory ?? at, 16)
  return Buffer.concat([...pieces, ...directory, end])
}

/** Milliseconds of processor time that some work takes, which another process on the machine does not change much. */
export async function processorTimeOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
