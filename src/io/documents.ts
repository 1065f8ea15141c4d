// All documents of a folder, one at a time: its files, and the entries of its archives as if an archive were a folder.
// Compressed files are read as what they hold. A document that is cut comes in parts, and is never in memory as a whole.

import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bunzip2, isBzip2 } from '../lib/bzip2.ts'
import { cutElements, cutMembers } from '../lib/cut.ts'
import { TarReader } from '../lib/tar.ts'
import { decompressed } from './decompress.ts'
import { readWhole } from './files.ts'
import { zipEntries } from './zip.ts'

/**
 * `path` is relative to the folder: `Debian/all.zip/DSA-5532-1.json`; `at`: when the file on disk was last changed, ISO 8601;
 * `by`: who wanted it.
 */
export type FolderDocument<W extends Wanting = Wanting> = { path: string; at: string } & (
  | { text: string; by: W }
  | { problem: string }
)

export type Cut = 'members' | { readonly element: string }

export interface Wanting {
  /** How it is to be read. */
  cut?: Cut
}

/** Who wants a document, by its path without the ending of a compression; undefined for one that nobody wants. */
export type Wanted<W extends Wanting = Wanting> = (path: string) => W | undefined

/** Bytes; the largest records known have a few. */
const largest = 64 * 2 ** 20
const deepest = 8
/** Unpacked bytes for each packed one, and how much is always fine, as in zips. */
const ratio = 200
const alwaysFine = 16 * 2 ** 20

const compression = /\.(?:gz|zst|bz2)$/
const tarball = /\.(?:tar(?:\.(?:gz|zst|bz2))?|tgz)$/

export function withoutCompression(path: string): string {
  return path.replace(compression, '')
}

/** Whether documents lie in it as in a folder, by its path. */
export function isArchive(path: string): boolean {
  return path.endsWith('.zip') || tarball.test(path)
}

/** Documents in the order of their names; what cannot be read comes with its problem. Throws when the folder itself cannot be. */
export async function* folderDocuments<W extends Wanting>(
  folder: string,
  wanted: Wanted<W>,
  inside = '',
  depth = 0,
): AsyncGenerator<FolderDocument<W>> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true })
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    yield* fileDocuments(folder, inside === '' ? name : `${inside}/${name}`, wanted, depth)
  }
}

/** The documents of one file of a folder, or of what lies in it. */
export async function* fileDocuments<W extends Wanting>(
  folder: string,
  path: string,
  wanted: Wanted<W>,
  depth = 0,
): AsyncGenerator<FolderDocument<W>> {
  const at = { is: '' }
  try {
    yield* documentsAt({ folder, wanted, path, depth, at })
  } catch (error) {
    yield { path, at: at.is, problem: (error as Error).message.replaceAll(`${folder}/`, '') }
  }
}

interface Place<W extends Wanting> {
  folder: string
  wanted: Wanted<W>
  path: string
  depth: number
  /** Filled in as soon as it is known. */
  at: { is: string }
}

async function* documentsAt<W extends Wanting>({
  folder,
  wanted,
  path,
  depth,
  at,
}: Place<W>): AsyncGenerator<FolderDocument<W>> {
  const full = join(folder, path)
  const about = await stat(full)
  at.is = about.mtime.toISOString()
  if (about.isDirectory()) {
    // Also ends a link that leads back up.
    if (depth >= deepest) yield { path, at: at.is, problem: `more than ${deepest} folders deep` }
    else yield* folderDocuments(folder, wanted, path, depth + 1)
    return
  }
  const isZip = path.endsWith('.zip')
  const by = isArchive(path) ? undefined : wanted(withoutCompression(path))
  if (isZip) yield* ofZip(full, path, wanted, at.is)
  else if (tarball.test(path)) yield* ofTar(unpackedFile(full, about.size), path, wanted, at.is)
  else if (by) yield* ofFile(unpackedFile(full, about.size), path, by, at.is)
}

const utf8 = new TextDecoder()

async function* ofZip<W extends Wanting>(
  full: string,
  zip: string,
  wanted: Wanted<W>,
  at: string,
): AsyncGenerator<FolderDocument<W>> {
  for await (const entry of zipEntries(full)) {
    const path = `${zip}/${entry.path}`
    const by = wanted(path)
    if (!by) continue
    yield 'problem' in entry ? { path, at, problem: entry.problem } : { path, at, text: utf8.decode(entry.bytes), by }
  }
}

/** The pieces of one file at most are in memory. */
async function* ofTar<W extends Wanting>(
  chunks: AsyncIterable<Uint8Array>,
  tar: string,
  wanted: Wanted<W>,
  at: string,
): AsyncGenerator<FolderDocument<W>> {
  const ready: FolderDocument<W>[] = []
  let path = ''
  let by: W | undefined
  let pieces: Uint8Array[] = []
  const reader = new TarReader({
    entry(entry) {
      path = `${tar}/${entry.path.replace(/^\.\//, '')}`
      pieces = []
      by = entry.kind === 'file' && !entry.sparse ? wanted(path) : undefined
      if (!by) return false
      if (entry.size > largest) ready.push({ path, at, problem: tooLarge() })
      return entry.size <= largest
    },
    data: (piece) => void pieces.push(Uint8Array.from(piece)),
    end: () => void ready.push({ path, at, text: utf8.decode(Buffer.concat(pieces)), by: by! }),
  })
  for await (const chunk of chunks) {
    reader.write(chunk)
    yield* ready.splice(0)
  }
  reader.end()
}

async function* ofFile<W extends Wanting>(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  by: W,
  at: string,
): AsyncGenerator<FolderDocument<W>> {
  const { cut } = by
  if (cut === undefined) {
    const bytes = await readWhole(copied(chunks), largest)
    yield bytes ? { path, at, text: utf8.decode(bytes), by } : { path, at, problem: tooLarge() }
    return
  }
  const text = textOf(chunks)
  const parts = cut === 'members' ? cutMembers(text, largest) : cutElements(text, cut.element, largest)
  for await (const part of parts) yield { path, at, text: part, by }
}

function tooLarge(): string {
  return `larger than ${largest / 2 ** 20} MB`
}

/** Pieces are valid only until the next one comes. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk)
}

async function* textOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

/** What a file holds, unpacked where it is packed. Throws when that is more than any real one has. */
async function* unpackedFile(path: string, size: number): AsyncGenerator<Uint8Array> {
  const most = Math.max(alwaysFine, size * ratio)
  const chunks = createReadStream(path, { highWaterMark: 256 * 1024 })
  let total = 0
  for await (const chunk of path.endsWith('.bz2') ? ofBzip2(chunks) : decompressed(chunks)) {
    total += chunk.length
    if (total > most) throw new Error(`${path} unpacks to more than ${Math.round(most / 2 ** 20)} MB`)
    yield chunk
  }
}

/** Named so, and may be plain all the same. */
async function* ofBzip2(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first = await iterator.next()
  async function* all(): AsyncGenerator<Uint8Array> {
    if (!first.done) yield first.value
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  if (!first.done && isBzip2(first.value)) yield* bunzip2(all())
  else yield* all()
}
