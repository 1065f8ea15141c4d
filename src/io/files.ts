// Reading files of a tree that nobody trusts, and writing files whole.

import { closeSync, constants, fsyncSync, openSync, read, renameSync, rmSync, writeSync } from 'node:fs'
import { lstat, open, opendir, readlink, type FileHandle } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'

/** The file is not there, is no plain file, or may not be read: one clause. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable'
  /** The code of the system, `ENOENT`, `EACCES`, `ELOOP`; `EINVAL` for what is no plain file. */
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** Linux gives up after as many. */
const linkLimit = 40

/**
 * The real path below `root` of a path in it, relative and without a leading slash: symbolic links are followed as inside
 * a container, so that an absolute one starts at `root` and none leads out. Undefined when there is nothing.
 * Throws `FileUnreadable` for a loop or a folder that may not be entered.
 */
export async function resolveInside(root: string, path: string): Promise<string | undefined> {
  const left = path.split('/').toReversed()
  const real: string[] = []
  let links = 0
  while (left.length > 0) {
    const segment = left.pop()!
    if (segment === '' || segment === '.') continue
    if (segment === '..') {
      real.pop()
      continue
    }
    const status = await statusOf([root, ...real, segment].join('/'))
    if (status === undefined) return undefined
    if (!status.isSymbolicLink()) {
      real.push(segment)
      continue
    }
    if (++links > linkLimit) throw new FileUnreadable('symbolic links lead in a circle', 'ELOOP')
    const target = await readlink([root, ...real, segment].join('/'))
    if (target.startsWith('/')) real.length = 0
    left.push(...target.split('/').toReversed())
  }
  return real.join('/')
}

async function statusOf(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(error)
  }
}

/** Opens a plain file for reading; never follows a symbolic link at its end, never waits for a pipe or a device. */
export async function openPlainFile(path: string): Promise<{ handle: FileHandle; size: number; mode: number }> {
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    throw unreadable(error)
  }
  const status = await handle.stat()
  if (status.isFile()) return { handle, size: status.size, mode: status.mode }
  await handle.close()
  throw new FileUnreadable('is no plain file', 'EINVAL')
}

/** The bytes of a part of a file, in pieces of their own memory; to its end where no length is given. */
export async function* readPart(handle: FileHandle, offset = 0, length = Infinity): AsyncGenerator<Buffer> {
  const pieceSize = 256 * 1024
  for (let done = 0; done < length;) {
    const piece = Buffer.allocUnsafe(Math.min(pieceSize, length - done))
    const { bytesRead } = await handle.read(piece, 0, piece.length, offset + done)
    if (bytesRead === 0) return
    done += bytesRead
    yield piece.subarray(0, bytesRead)
  }
}

/** The same of an open descriptor, the next being read meanwhile: each piece is valid until the next one is asked for. */
export async function* readDescriptor(descriptor: number, offset: number, length: number): AsyncGenerator<Uint8Array> {
  const size = Math.min(4 * 1024 * 1024, Math.max(1, length))
  let [memory, other] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)]
  let next = readInto(memory, descriptor, offset, length)
  try {
    for (let done = 0; done < length;) {
      const bytesRead = await next
      if (bytesRead === 0) return
      done += bytesRead
      const piece = memory.subarray(0, bytesRead)
      ;[memory, other] = [other, memory]
      next = readInto(memory, descriptor, offset + done, length - done)
      yield piece
    }
  } finally {
    await next.catch(() => {}) // the descriptor may be closed, and the memory given up, only then
  }
}

function readInto(memory: Buffer, descriptor: number, offset: number, length: number): Promise<number> {
  const wanted = Math.min(memory.length, length)
  if (wanted === 0) return Promise.resolve(0)
  const reading = new Promise<number>((resolve, reject) => {
    read(descriptor, memory, 0, wanted, offset, (error, count) => (error ? reject(error) : resolve(count)))
  })
  reading.catch(() => {}) // told to who waits for it, perhaps later
  return reading
}

/** All of a stream, unless it is longer than `limit` bytes: then undefined. */
export async function readWhole(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limit) return undefined
    pieces.push(chunk)
  }
  return Buffer.concat(pieces, size)
}

export interface FolderEntry {
  name: string
  kind: 'file' | 'folder' | 'symlink' | 'other'
}

/** What is in a folder, one by one, in no order. Throws `FileUnreadable`. */
export async function* folderEntries(path: string): AsyncGenerator<FolderEntry> {
  try {
    for await (const entry of await opendir(path, { bufferSize: 256 })) {
      const kind = entry.isFile()
        ? 'file'
        : entry.isDirectory()
          ? 'folder'
          : entry.isSymbolicLink()
            ? 'symlink'
            : 'other'
      yield { name: entry.name, kind }
    }
  } catch (error) {
    throw unreadable(error)
  }
}

/** Writes pieces beside the file, then puts it in its place: a reader sees the old or the new one, whole. */
export function writeWhole(path: string, pieces: Iterable<string | Uint8Array>): void {
  const beside = `${path}.${randomUUID()}.tmp`
  try {
    const file = openSync(beside, 'wx')
    try {
      for (const piece of pieces) {
        const bytes = Buffer.from(piece)
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
      }
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
  ELOOP: 'is a symbolic link',
  EISDIR: 'is a folder',
  ENAMETOOLONG: 'has too long a name',
}

function unreadable(error: unknown): FileUnreadable {
  if (error instanceof FileUnreadable) return error
  const code = codeOf(error)
  return new FileUnreadable(reasons[code] ?? `could not be read (${code})`, code)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
