// The files that hold an image, by their path in an OCI layout or a docker archive: in a folder, or in a tar.

import { realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { compressionOf, decompressed, magicLength } from '../../io/decompress.ts'
import { openPlainFile, readPart, readWhole, resolveInside } from '../../io/files.ts'
import { spooled } from '../../io/spool.ts'
import { linkTarget, normalPath } from '../../lib/path.ts'
import { TarError, TarReader, type TarEntry } from '../../lib/tar.ts'
import type { Limits } from '../limits.ts'
import { reasonOf, UnreadableTarget } from '../unreadable.ts'

export interface ImageFiles {
  /** For messages: the path that the user gave. */
  readonly name: string
  has(path: string): Promise<boolean>
  /** Throws with one clause when it is not there or longer than the limit. */
  read(path: string, limit: number): Promise<Buffer>
  size(path: string): Promise<number>
  stream(path: string): AsyncGenerator<Uint8Array>
  part(path: string): Promise<LayerPart>
  close(): Promise<void>
}

/** A part of a file that is open; descriptors count in all threads of a process. */
export interface LayerPart {
  descriptor: number
  offset: number
  /** Bytes. */
  length: number
  close(): Promise<void>
}

export interface SpoolOptions {
  signal: AbortSignal
  limits: Limits
  /** Folder for what has to be written to be read; the system's temporary one by default. */
  workFolder?: string | undefined
}

export async function filesOfFolder(folder: string): Promise<ImageFiles> {
  const root = await realpath(folder)
  async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
    const real = await resolveInside(root, path)
    if (real === undefined) throw new Error(`${path} is not there`)
    return openPlainFile(join(root, real))
  }
  async function* stream(path: string): AsyncGenerator<Uint8Array> {
    const { handle } = await openFile(path)
    try {
      yield* readPart(handle)
    } finally {
      await handle.close()
    }
  }
  return {
    name: folder,
    has: async (path) => (await resolveInside(root, path)) !== undefined,
    read: (path, limit) => readDocument(path, stream(path), limit),
    size: async (path) => {
      const { handle, size } = await openFile(path)
      await handle.close()
      return size
    },
    stream,
    part: async (path) => {
      const { handle, size } = await openFile(path)
      return { descriptor: handle.fd, offset: 0, length: size, close: () => handle.close() }
    },
    close: async () => {},
  }
}

/** A tar, also a compressed one, which is first decompressed into the work folder. Throws `UnreadableTarget`. */
export async function filesOfArchive(path: string, options: SpoolOptions): Promise<ImageFiles> {
  const { handle } = await openPlainFile(path)
  try {
    const head = Buffer.alloc(magicLength)
    await handle.read(head, 0, magicLength, 0)
    if (compressionOf(head) === 'none') return await indexed(path, handle, options)
    const plain = await spool(path, decompressed(readPart(handle)), options)
    await handle.close()
    return await indexed(path, plain, options)
  } catch (error) {
    await handle.close().catch(() => {})
    throw error
  }
}

/** A tar that comes as a stream, e.g. from an engine. `name` is for messages. */
export async function filesOfStream(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  options: SpoolOptions,
): Promise<ImageFiles> {
  return indexed(name, await spool(name, decompressed(chunks), options), options)
}

async function spool(name: string, chunks: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<FileHandle> {
  const { signal, limits, workFolder } = options
  try {
    return await spooled(chunks, { signal, limit: limits.spool, folder: workFolder })
  } catch (error) {
    signal.throwIfAborted()
    throw new UnreadableTarget(`${name} cannot be read: ${reasonOf(error)}; save the image again`)
  }
}

/** Closes the handle when it fails, and with the files when it does not. */
async function indexed(name: string, handle: FileHandle, options: SpoolOptions): Promise<ImageFiles> {
  try {
    const entries = await indexArchive(handle, options)
    return archiveFiles(name, handle, entries)
  } catch (error) {
    await handle.close()
    options.signal.throwIfAborted()
    if (!(error instanceof TarError)) throw new UnreadableTarget(`${name} cannot be read: ${reasonOf(error)}`)
    const expected = 'expected a docker archive or an OCI image layout (docker save, skopeo copy)'
    throw new UnreadableTarget(`${name} cannot be read as a tar: ${error.message}; ${expected}`)
  }
}

/** Where each file of the tar lies; contents are jumped over. */
async function indexArchive(handle: FileHandle, { signal, limits }: SpoolOptions): Promise<Map<string, TarEntry>> {
  const entries = new Map<string, TarEntry>()
  let last: TarEntry | undefined
  const reader = new TarReader({
    entry(entry) {
      const path = normalPath(entry.path)
      if (path === undefined) throw new Error(`the path ${JSON.stringify(entry.path)} in it climbs out of the archive`)
      entries.set(path, entry)
      last = entry
      if (entries.size > limits.archiveEntries) throw new Error(`it has more than ${limits.archiveEntries} entries`)
      return false
    },
    data() {},
    end() {},
  })
  const { size } = await handle.stat()
  const buffer = Buffer.allocUnsafe(64 * 1024)
  let position = 0
  for (;;) {
    signal.throwIfAborted()
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) break
    position += bytesRead
    reader.write(buffer.subarray(0, bytesRead))
    while (reader.unwanted > 0) {
      position += reader.unwanted
      reader.skip()
    }
  }
  checkLast(last, size)
  reader.end()
  if (entries.size === 0) throw new TarError('it is empty')
  return entries
}

/** Jumping over contents goes past the end of a file that was cut inside them. */
function checkLast(last: TarEntry | undefined, size: number): void {
  if (last && last.offset + last.size > size) throw new TarError(`the archive is cut inside ${last.path}`)
}

function archiveFiles(name: string, handle: FileHandle, entries: ReadonlyMap<string, TarEntry>): ImageFiles {
  function find(path: string): TarEntry {
    const entry = followed(path, entries)
    if (entry === undefined) throw new Error(`${path} is not there`)
    if (entry.kind !== 'file' || entry.sparse) throw new Error(`${path} is no plain file`)
    return entry
  }
  async function* stream(path: string): AsyncGenerator<Uint8Array> {
    const { offset, size } = find(path)
    yield* readPart(handle, offset, size)
  }
  return {
    name,
    has: async (path) => followed(path, entries) !== undefined,
    read: (path, limit) => readDocument(path, stream(path), limit),
    size: async (path) => find(path).size,
    stream,
    part: async (path) => {
      const { offset, size } = find(path)
      return { descriptor: handle.fd, offset, length: size, close: async () => {} }
    },
    close: () => handle.close(),
  }
}

/** docker save writes a layer that stands in several images once, and links to it. */
function followed(path: string, entries: ReadonlyMap<string, TarEntry>): TarEntry | undefined {
  let at: string | undefined = path
  for (let links = 0; at !== undefined && links < 40; links++) {
    const entry = entries.get(at)
    if (entry?.kind === 'symlink') at = linkTarget(at, entry.target)
    else if (entry?.kind === 'hardlink') at = normalPath(entry.target)
    else return entry
  }
  return undefined
}

async function readDocument(path: string, chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const bytes = await readWhole(chunks, limit)
  if (bytes === undefined) throw new Error(`${path} is larger than ${limit} bytes`)
  return bytes
}
