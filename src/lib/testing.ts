// What tests share: writers of zips and tars that can lie, where real ones cannot, and a measure of work.

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

export interface TestTarEntry {
  path: string | Uint8Array
  /** `0` a file, `1` a hard link, `2` a symbolic one, `3` and `4` devices, `5` a folder, `x` pax, `L` a long name, … */
  type?: string
  contents?: string | Uint8Array
  target?: string
  mode?: number
  /** What the header claims instead of the truth. */
  size?: number
}

const block = 512

/** Entries of a tar as ustar has them, whatever they claim: what writers of tar refuse to write. Without the blocks at the end. */
export function rawTar(entries: readonly TestTarEntry[]): Buffer {
  return Buffer.concat(entries.flatMap((entry) => [headerOf(entry), padded(Buffer.from(entry.contents ?? ''))]))
}

export const tarEnd = Buffer.alloc(2 * block)

/** A pax header for the entry that follows. `LENGTH KEY=VALUE\n`, the length counting itself. */
export function paxOf(records: Readonly<Record<string, string>>): TestTarEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`)
    let length = rest + 1
    while (String(length).length + rest !== length) length = String(length).length + rest
    return `${length} ${key}=${value}\n`
  })
  return { path: 'PaxHeader', type: 'x', contents: lines.join('') }
}

function headerOf({ path, type = '0', contents = '', target = '', mode = 0o644, size }: TestTarEntry): Buffer {
  const header = Buffer.alloc(block)
  header.set(Buffer.from(path).subarray(0, 100), 0)
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1')
  header.write(`${(size ?? Buffer.from(contents).length).toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write(type, 156, 'latin1')
  header.write(target, 157, 100)
  header.write('ustar\x0000', 257, 'latin1')
  return withSum(header)
}

/** Writes the sum that a header must have, in place. */
export function withSum(header: Buffer): Buffer {
  header.fill(0x20, 148, 156)
  let sum = 0
  for (let index = 0; index < block; index++) sum += header[index]!
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

function padded(contents: Buffer): Buffer {
  return Buffer.concat([contents, Buffer.alloc((block - (contents.length % block)) % block)])
}
