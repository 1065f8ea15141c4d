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

/** `path` is relative to the folder: `Debian/all.zip/DSA-5532-1.json`; `at`: when the file on disk was last changed, ISO 8601. */
export type FolderDocument = { path: string; at: string } & ({ text: string } | { problem: string })

export type Cut = 'members' | { readonly element: string }

/** How a document is to be read, by its path without the ending of a compression; undefined for one that nobody wants. */
export type Wanted = (path: string) => { cut?: Cut } | undefined

/** Bytes; the largest records known have a few. */
const largest = 64 * 2 ** 20
const deepest = 8
/** Unpacked bytes for each packed one, and how much is always fine, as in zips. */
const ratio = 200
const alwaysFine = 16 * 2 ** 20

const compression = /\.(?:gz|zst|bz2)$/
const tarball = /\.(?:tar(?:\.(?:gz|zst|bz2))?|tgz)$/

/** Documents in the order of their names; what cannot be read comes with its problem. Throws when the folder itself cannot be. */
export async function* folderDocuments(
  folder: string,
  wanted: Wanted,
  inside = '',
  depth = 0,
): AsyncGenerator<FolderDocument> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true })
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = inside === '' ? name : `${inside}/${name}`
    const at = { is: '' }
    try {
      yield* documentsAt({ folder, wanted, path, depth, at })
    } catch (error) {
      yield { path, at: at.is, problem: (error as Error).message.replaceAll(`${folder}/`, '') }
    }
  }
}

interface Place {
  folder: string
  wanted: Wanted
  path: string
  depth: number
  /** Filled in as soon as it is known. */
  at: { is: string }
}

async function* documentsAt({ folder, wanted, path, depth, at }: Place): AsyncGenerator<FolderDocument> {
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
  const how = isZip || tarball.test(path) ? undefined : wanted(path.replace(compression, ''))
  if (isZip) yield* ofZip(full, path, wanted, at.is)
  else if (tarball.test(path)) yield* ofTar(unpackedFile(full, about.size), path, wanted, at.is)
  else if (how) yield* ofFile(unpackedFile(full, about.size), path, how, at.is)
}

const utf8 = new TextDecoder()

async function* ofZip(full: string, zip: string, wanted: Wanted, at: string): AsyncGenerator<FolderDocument> {
  for await (const entry of zipEntries(full)) {
    const path = `${zip}/${entry.path}`
    if (!wanted(path)) continue
    yield 'problem' in entry ? { path, at, problem: entry.problem } : { path, at, text: utf8.decode(entry.bytes) }
  }
}

/** The pieces of one file at most are in memory. */
async function* ofTar(
  chunks: AsyncIterable<Uint8Array>,
  tar: string,
  wanted: Wanted,
  at: string,
): AsyncGenerator<FolderDocument> {
  const ready: FolderDocument[] = []
  let path = ''
  let pieces: Uint8Array[] = []
  const reader = new TarReader({
    entry(entry) {
      path = `${tar}/${entry.path.replace(/^\.\//, '')}`
      pieces = []
      if (entry.kind !== 'file' || entry.sparse || !wanted(path)) return false
      if (entry.size > largest) ready.push({ path, at, problem: tooLarge() })
      return entry.size <= largest
    },
    data: (piece) => void pieces.push(Uint8Array.from(piece)),
    end: () => void ready.push({ path, at, text: utf8.decode(Buffer.concat(pieces)) }),
  })
  for await (const chunk of chunks) {
    reader.write(chunk)
    yield* ready.splice(0)
  }
  reader.end()
}

async function* ofFile(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  { cut }: { cut?: Cut },
  at: string,
): AsyncGenerator<FolderDocument> {
  if (cut === undefined) {
    const bytes = await readWhole(copied(chunks), largest)
    yield bytes ? { path, at, text: utf8.decode(bytes) } : { path, at, problem: tooLarge() }
    return
  }
  const text = textOf(chunks)
  const parts = cut === 'members' ? cutMembers(text, largest) : cutElements(text, cut.element, largest)
  for await (const part of parts) yield { path, at, text: part }
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
