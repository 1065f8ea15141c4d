// The entries of a zip, one at a time, with a hand on what a hostile one may cost.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

import { open, type FileHandle } from 'node:fs/promises'
import { crc32, inflateRawSync } from 'node:zlib'
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl'
import { giveBack } from './give-back.ts'

export interface ZipLimits {
  /** Bytes of one entry, unpacked. */
  entry: number
  /** Bytes of all entries, unpacked. */
  total: number
  /** Unpacked bytes for each packed one, over the whole zip: deflate reaches 1,032 with zeros, records about 20. */
  ratio: number
}

export type ZipEntry = { path: string; bytes: Uint8Array } | { path: string; problem: string }

const usual: ZipLimits = { entry: 64 * 2 ** 20, total: 64 * 2 ** 30, ratio: 200 }

/** Small zips may pack better than the ratio without being dangerous. */
const alwaysFine = 16 * 2 ** 20

/**
 * All files of a zip in its order, the bytes of each valid until the next one is asked for. An entry that cannot be read comes
 * with its problem; a zip that is broken as a whole, or unpacks to more than the limits, throws an error that names the file.
 */
export async function* zipEntries(file: string, limits: Partial<ZipLimits> = {}): AsyncGenerator<ZipEntry> {
  const { entry: largest, total, ratio } = { ...usual, ...limits }
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const most = Math.min(total, Math.max(alwaysFine, size * ratio))
    const reader = new BufferedReader(handle)
    const zip = await fromRandomAccessReaderPromise(reader, size, { autoClose: false })
    let unpacked = 0
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      unpacked += entry.uncompressedSize
      if (unpacked > most) throw new Error(`it unpacks to more than ${megabytes(most)}`)
      const read = await readEntry(zip, reader, entry, largest)
      yield read
      if ('bytes' in read) giveBack(read.bytes)
    }
  } catch (error) {
    throw new Error(`${file} is not a zip that can be read: ${(error as Error).message}`, { cause: error })
  } finally {
    await handle.close()
  }
}

/** Whole entries at once, without streams: ten times as fast for the many small ones that feeds consist of. */
async function readEntry(zip: ZipFile, reader: BufferedReader, entry: Entry, largest: number): Promise<ZipEntry> {
  const { fileName: path, compressedSize, uncompressedSize, compressionMethod } = entry
  if (entry.isEncrypted()) return { path, problem: 'encrypted' }
  if (compressionMethod !== 0 && compressionMethod !== 8)
    return { path, problem: `packed by method ${compressionMethod}` }
  if (Math.max(uncompressedSize, compressedSize) > largest)
    return { path, problem: `larger than ${megabytes(largest)}` }
  try {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
    const packed = Buffer.allocUnsafe(compressedSize)
    await reader.fill(packed, fileDataStart)
    const bytes = compressionMethod === 0 ? packed : inflated(packed, uncompressedSize)
    if (bytes.length !== uncompressedSize) return { path, problem: 'not as long as its header says' }
    if (crc32(bytes) !== entry.crc32) return { path, problem: 'damaged: its checksum differs' }
    return { path, bytes }
  } catch (error) {
    return { path, problem: `damaged: ${(error as Error).message}` }
  }
}

/** The header may lie about the size: zlib stops there. */
function inflated(packed: Buffer, size: number): Buffer {
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size) })
}

const windowSize = 2 ** 20

interface Window {
  start: number
  bytes: Buffer
  /** What they lie in, which the next window may use. */
  memory: Buffer
}

/**
 * Reads a megabyte at a time. The directory of a zip stands at its end and its entries before it, both in order: with one
 * window for each, a read of the disk serves thousands of entries.
 */
class BufferedReader extends RandomAccessReader {
  #handle: FileHandle
  /** The one used last is the first. */
  #windows: Window[] = []

  constructor(handle: FileHandle) {
    super()
    this.#handle = handle
  }

  async fill(into: Buffer, position: number): Promise<void> {
    if (into.length > windowSize) {
      const { bytesRead } = await this.#handle.read(into, 0, into.length, position)
      if (bytesRead < into.length) throw new Error('cut off')
      return
    }
    const { start, bytes } = this.#window(position, into.length) ?? (await this.#load(position))
    if (position + into.length > start + bytes.length) throw new Error('cut off')
    bytes.copy(into, 0, position - start)
  }

  #window(position: number, length: number): Window | undefined {
    const at = this.#windows.findIndex(
      ({ start, bytes }) => start <= position && position + length <= start + bytes.length,
    )
    if (at === 1) this.#windows.reverse()
    return at < 0 ? undefined : this.#windows[0]
  }

  async #load(position: number): Promise<Window> {
    const [kept, oldest] = this.#windows
    this.#windows = kept ? [kept] : []
    const memory = oldest?.memory ?? Buffer.allocUnsafeSlow(windowSize)
    const { bytesRead } = await this.#handle.read(memory, 0, windowSize, position)
    const loaded = { start: position, bytes: memory.subarray(0, bytesRead), memory }
    this.#windows.unshift(loaded)
    return loaded
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.fill(buffer.subarray(offset, offset + length), position).then(() => callback(null), callback)
  }

  override _readStreamForRange(): never {
    throw new Error('entries are read whole, not as streams')
  }

  /** Whoever opened the file closes it. */
  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`
}
