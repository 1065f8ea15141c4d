// All documents of a folder, one at a time: its files, and the entries of its zips as if a zip were a folder.

import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { zipEntries, type ZipEntry } from './zip.ts'

/** `path` is relative to the folder: `Debian/all.zip/DSA-5532-1.json`. */
export type FolderDocument = { path: string; text: string } | { path: string; problem: string }

const endings = /\.(?:json|ndjson)$/
/** Bytes; the largest records known have a few. */
const largest = 64 * 2 ** 20
const deepest = 8

/** JSON documents in the order of their names; what cannot be read comes with its problem. Throws when the folder itself cannot be. */
export async function* folderDocuments(folder: string, inside = '', depth = 0): AsyncGenerator<FolderDocument> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true })
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = inside === '' ? name : `${inside}/${name}`
    try {
      yield* documentsAt(folder, path, depth)
    } catch (error) {
      yield { path, problem: (error as Error).message.replaceAll(`${folder}/`, '') }
    }
  }
}

async function* documentsAt(folder: string, path: string, depth: number): AsyncGenerator<FolderDocument> {
  const full = join(folder, path)
  const about = await stat(full)
  if (about.isDirectory()) {
    // Also ends a link that leads back up.
    if (depth >= deepest) yield { path, problem: `more than ${deepest} folders deep` }
    else yield* folderDocuments(folder, path, depth + 1)
  } else if (path.endsWith('.zip')) {
    for await (const entry of zipEntries(full)) if (endings.test(entry.path)) yield toDocument(path, entry)
  } else if (endings.test(path)) {
    if (about.size > largest) yield { path, problem: `larger than ${largest / 2 ** 20} MB` }
    else yield { path, text: await readFile(full, 'utf8') }
  }
}

const utf8 = new TextDecoder()

function toDocument(zip: string, entry: ZipEntry): FolderDocument {
  const path = `${zip}/${entry.path}`
  return 'problem' in entry ? { path, problem: entry.problem } : { path, text: utf8.decode(entry.bytes) }
}
