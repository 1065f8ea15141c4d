// Searches what lies in an archive: zip, tar, gzip and zstd, inside one another too, on a budget that no bomb outlasts.

import { gunzipSync } from 'node:zlib'
import { compressionOf, decompressed } from '../io/decompress.ts'
import { giveBack } from '../io/give-back.ts'
import { normalPath } from '../lib/path.ts'
import { TarReader, type TarEntry } from '../lib/tar.ts'
import { bytesSource, openZip, part, stored, type ByteSource } from '../lib/zip.ts'
import type { FoundContent } from '../model/image.ts'
import type { Scan } from '../model/scan.ts'
import { archiveKind, type ArchiveKind } from './archive-kind.ts'
import { ContentWindows, wanting } from './content-windows.ts'
import type { FileScanners } from './file-looks.ts'
import { HeldBytes } from './held-bytes.ts'
import type { Limits } from './limits.ts'
import { heldAt, largestDirectoryAt, longestInnerPath } from './nested-archives.ts'
import { Recording } from './recording.ts'
import type { SearchedArchives } from './searched-archives.ts'
import { codec, piecesOf, pieceSize, unpackedPieces } from './unpack.ts'
import { reasonOf } from './unreadable.ts'

/** The budget is spent, or was never enough. */
class BeyondLimit extends Error {}

export interface OuterArchive {
  source: ByteSource
  path: string
  scratch: Buffer
  limits: Limits
  /** The archive itself has been shown to them. */
  scanners: FileScanners
  /** Bytes that it may unpack to. */
  budget: number
  /** Of the layer. */
  searched: SearchedArchives
}

type Tell = (found: FoundContent) => void

/**
 * What cannot be read in it is a gap with the path within, and the rest is searched. Returns the bytes that were unpacked;
 * rejects only when aborted.
 */
export async function searchArchive(archive: OuterArchive, scan: Scan, tell: Tell): Promise<number> {
  const search = new ArchiveSearch(archive, scan, tell)
  await search.run()
  return search.unpacked
}

class ArchiveSearch {
  #archive: OuterArchive
  #limits: Limits
  #scan: Scan
  #tell: Tell
  unpacked = 0
  #entries = 0

  constructor(archive: OuterArchive, scan: Scan, tell: Tell) {
    this.#archive = archive
    this.#limits = archive.limits
    this.#scan = scan
    this.#tell = tell
  }

  async run(): Promise<void> {
    const { source, path } = this.#archive
    try {
      await this.#open(source, path, 1)
    } catch (error) {
      this.#scan.signal.throwIfAborted()
      this.#scan.gap(`was not searched further: ${reasonOf(error)}`, { path })
    }
  }

  async #open(source: ByteSource, path: string, depth: number): Promise<void> {
    this.#scan.signal.throwIfAborted()
    if (depth > 1) await this.#lookAt(source, path)
    const kind = archiveKind(await source.read(0, Math.min(512, source.size)))
    if (kind === undefined) return this.#plain(source, path)
    if (depth > this.#limits.contentDepth)
      return this.#scan.gap(`was not searched: it lies more than ${this.#limits.contentDepth} archives deep`, { path })
    const known = depth > 1 ? await this.#known(source, path) : undefined
    if (known === 'told') return
    if (!known) return this.#opened(kind, source, path, depth)
    const [tell, scan] = [this.#tell, this.#scan]
    const recording = new Recording<FoundContent>(path, scan)
    this.#scan = recording.scan
    this.#tell = (found) => {
      recording.take(found)
      tell(found)
    }
    try {
      await this.#opened(kind, source, path, depth)
      this.#archive.searched.keep(known, recording)
    } finally {
      this.#tell = tell
      this.#scan = scan
    }
  }

  /** The key under which it is to be kept, or that it was searched before and has been told again. */
  async #known(source: ByteSource, path: string): Promise<string | undefined> {
    if (source.size > this.#limits.contentInMemory) return undefined
    const { searched } = this.#archive
    const key = searched.keyOf(await source.read(0, source.size), path)
    const again = key === undefined ? undefined : searched.again(key, path, this.#scan)
    if (!again) return key
    for (const found of again) this.#tell(found)
    return 'told'
  }

  async #opened(kind: ArchiveKind, source: ByteSource, path: string, depth: number): Promise<void> {
    if (kind === 'zip') await this.#zip(source, path, depth)
    else if (kind === 'tar') await this.#tar(source, path, depth)
    else await this.#packed(source, path, depth)
  }

  async #lookAt(source: ByteSource, path: string): Promise<void> {
    const looks = source.size > 0 ? this.#archive.scanners.begin({ path, size: source.size }) : undefined
    if (!looks) return
    // What lies in memory is not cut.
    const length = source.size <= this.#limits.contentInMemory ? source.size : pieceSize
    for (let at = 0; at < source.size; at += length)
      looks.push(await source.read(at, Math.min(length, source.size - at)))
    for (const found of await looks.end()) this.#tell(found)
    this.#scan.signal.throwIfAborted()
  }

  async #plain(source: ByteSource, path: string): Promise<void> {
    if (source.size === 0) return
    let windows: ContentWindows | undefined
    for await (const piece of piecesOf(source)) {
      windows ??= new ContentWindows({ path, size: source.size, head: piece }, this.#archive.scratch, this.#tell)
      windows.push(piece)
    }
    windows?.end()
  }

  async #zip(source: ByteSource, path: string, depth: number): Promise<void> {
    const zip = await openZip(source, codec, largestDirectoryAt(depth))
    for (const entry of zip.entries()) {
      if (entry.path.endsWith('/') || entry.size === 0) continue
      await this.#inner(`${path}!/${entry.path}`, entry.size, async (inner) => {
        // Also what is stored: entries may share their bytes.
        this.#spend(entry.size)
        if (entry.method === stored) return this.#open(await zip.packed(entry), inner, depth + 1)
        if (entry.size <= heldAt(depth, this.#limits.contentInMemory)) {
          const contents = await zip.contents(entry, this.#limits.contentInMemory)
          await this.#open(bytesSource(contents), inner, depth + 1)
          return giveBack(contents)
        }
        await this.#unpackedTo(inner, depth, async (held) => {
          for await (const piece of unpackedPieces(entry, zip)) held.push(piece)
        })
      })
    }
  }

  async #tar(source: ByteSource, path: string, depth: number): Promise<void> {
    const entries: TarEntry[] = []
    const tar = new TarReader({
      entry: (entry) => (entry.kind === 'file' && !entry.sparse && entries.push(entry), false),
      data() {},
      end() {},
    })
    for await (const piece of piecesOf(source)) {
      tar.write(piece)
      for (const { path: name, offset, size } of entries.splice(0)) {
        if (size === 0) continue
        await this.#inner(`${path}!/${normalPath(name) ?? name}`, size, (inner) => {
          if (offset + size > source.size) throw new Error('it is cut')
          return this.#open(part(source, offset, size), inner, depth + 1)
        })
      }
    }
    tar.end()
  }

  /** Compression alone adds nothing to the path: `a.tar.gz!/etc/hosts`. */
  async #packed(source: ByteSource, path: string, depth: number): Promise<void> {
    const small = await smallGzip(source)
    if (small) {
      this.#spend(small.length)
      return this.#open(bytesSource(small), path, depth + 1)
    }
    await this.#unpackedTo(path, depth, async (held) => {
      for await (const piece of decompressed(piecesOf(source))) {
        this.#spend(piece.length)
        held.push(piece)
      }
    })
  }

  async #unpackedTo(path: string, depth: number, unpack: (held: HeldBytes) => Promise<void>): Promise<void> {
    const held = new HeldBytes(heldAt(depth, this.#limits.contentInMemory))
    try {
      await unpack(held)
      await this.#open(held.source(), path, depth + 1)
    } finally {
      held.close()
    }
  }

  /** One that is damaged is a gap; when the budget is spent the whole archive ends. */
  async #inner(path: string, size: number, read: (path: string) => Promise<void>): Promise<void> {
    if (++this.#entries > this.#limits.contentEntries)
      throw new BeyondLimit(`it has more than ${this.#limits.contentEntries} files`)
    if (path.length > longestInnerPath)
      return this.#scan.gap('was not searched: its path is too long', { path: path.slice(0, this.#limits.path) })
    if (!this.#archive.scanners.any && wanting({ path, size, isExecutable: false }) === 0) return
    try {
      await read(path)
    } catch (error) {
      this.#scan.signal.throwIfAborted()
      if (error instanceof BeyondLimit) throw error
      this.#scan.gap(`was not searched: ${reasonOf(error)}`, { path })
    }
  }

  #spend(bytes: number): void {
    this.unpacked += bytes
    if (this.unpacked > this.#archive.budget)
      throw new BeyondLimit(`it unpacks to more than ${this.#archive.budget} bytes`)
  }
}

/** At once, where a stream would take ten times as long as what it reads; undefined for all that is not small and whole. */
async function smallGzip(source: ByteSource): Promise<Uint8Array | undefined> {
  if (source.size < 20 || source.size > pieceSize) return undefined
  const packed = await source.read(0, source.size)
  if (compressionOf(packed) !== 'gzip') return undefined
  // The last four bytes are the size; what lies goes the long way.
  const size = Buffer.from(packed.subarray(-4)).readUInt32LE()
  if (size > smallSize) return undefined
  try {
    return gunzipSync(packed, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size) })
  } catch {
    return undefined
  }
}

const smallSize = 1024 * 1024
