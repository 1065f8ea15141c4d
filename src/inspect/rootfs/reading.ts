// One file of a root file system at a time, read where it lies: what it holds, or why it could not be read.

import { folderEntries, openPlainFile, readPart, readWhole, resolveInside } from '../../io/files.ts'
import { GlobIndex } from '../../lib/glob.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { ContentSearch } from '../content-search.ts'
import { ExecutableCapture, mayBeExecutable } from '../executable-capture.ts'
import { extractFile } from '../extract.ts'
import type { Extractor } from '../extractor.ts'
import { executableExtractors, watchedIn } from '../extractors.ts'
import type { Limits } from '../limits.ts'
import type { HashLists } from '../hashes/hash-lists.ts'
import { readFrom } from '../spooled-file.ts'
import { reasonOf } from '../unreadable.ts'

export interface Reading {
  root: string
  scan: Scan
  limits: Limits
  /** Real paths of what was read by its fixed place: two names of one database are one database. */
  seen: Set<string>
  packages: Package[]
  contents: ContentSearch | undefined
  /** Of the extractors. */
  memory: Map<string, unknown>
  javaArchives: HashLists | undefined
}

/** Paths that are there for a glob that has no `**`. */
export async function* expanded(glob: string, reading: Reading, above = ''): AsyncGenerator<string> {
  const star = glob.indexOf('*')
  if (star < 0) return yield above + glob
  const slash = glob.lastIndexOf('/', star)
  const folder = above + glob.slice(0, Math.max(0, slash))
  const [pattern = '', ...rest] = glob.slice(slash + 1).split('/')
  const names = new GlobIndex([[pattern, true]])
  for (const name of await namesIn(folder, reading)) {
    if (names.match(name).length === 0) continue
    const path = folder === '' ? name : `${folder}/${name}`
    if (rest.length === 0) yield path
    else yield* expanded(rest.join('/'), reading, `${path}/`)
  }
}

export async function namesIn(folder: string, { root, scan, limits }: Reading): Promise<string[]> {
  const names: string[] = []
  try {
    const real = await resolveInside(root, folder)
    if (real === undefined) return []
    for await (const { name } of folderEntries(`${root}/${real}`)) {
      if (names.push(name) >= limits.entries) {
        scan.gap(`has more than ${limits.entries} entries`, { path: folder })
        break
      }
    }
  } catch (error) {
    scan.gap(reasonOf(error), { path: folder })
  }
  return names.toSorted()
}

/** `real`: where the path leads, undefined when nothing is to be read there. */
export async function extractFrom(
  path: string,
  real: string | undefined,
  extractors: readonly Extractor[],
  reading: Reading,
): Promise<void> {
  const { scan, limits, packages, memory, javaArchives } = reading
  scan.signal.throwIfAborted()
  if (extractors.every(({ inParts }) => inParts)) return extractInParts(path, real, extractors, reading)
  const contents = await contentsOf(path, real, reading)
  if (!contents) return
  for (const extractor of extractors) {
    for (const found of await extractFile(extractor, { path, contents, memory, javaArchives }, scan, limits))
      packages.push(found)
  }
}

/** Read where it lies, so that its size costs no memory. */
async function extractInParts(
  path: string,
  real: string | undefined,
  extractors: readonly Extractor[],
  { root, scan, limits, packages, memory, javaArchives }: Reading,
): Promise<void> {
  if (real === undefined) return
  const opened = await openPlainFile(`${root}/${real}`).catch(
    (error: unknown) => void scan.gap(reasonOf(error), { path }),
  )
  if (!opened) return
  const { handle, size } = opened
  try {
    if (size > limits.archive) return scan.gap(`is larger than ${limits.archive} bytes`, { path })
    const stored = { read: (offset: number, length: number) => readFrom(handle.fd, offset, length) }
    for (const extractor of extractors) {
      const contents = { size, parts: [], stored }
      for (const found of await extractFile(extractor, { path, contents, memory, javaArchives }, scan, limits))
        packages.push(found)
    }
  } finally {
    await handle.close()
  }
}

/** Undefined when nothing is there, or it was read under another name; a loop or a closed folder is a gap. */
export async function throughLinks(path: string, { root, scan, seen }: Reading): Promise<string | undefined> {
  try {
    const real = await resolveInside(root, path)
    if (real === undefined || seen.has(real)) return undefined
    seen.add(real)
    return real
  } catch (error) {
    return void scan.gap(reasonOf(error), { path })
  }
}

/** Undefined when it cannot be read, which is a gap. */
export async function contentsOf(
  path: string,
  real: string | undefined,
  { root, scan, limits }: Reading,
): Promise<Buffer | undefined> {
  if (real === undefined) return undefined
  try {
    const { handle } = await openPlainFile(`${root}/${real}`)
    try {
      const contents = await readWhole(readPart(handle), limits.wantedFile)
      if (contents === undefined) scan.gap(`is larger than ${limits.wantedFile} bytes`, { path })
      return contents
    } finally {
      await handle.close()
    }
  } catch (error) {
    return void scan.gap(reasonOf(error), { path })
  }
}

export async function extractExecutable(
  path: string,
  { root, scan, limits, packages, memory }: Reading,
): Promise<void> {
  let capture: ExecutableCapture | undefined
  try {
    const { handle, size, mode } = await openPlainFile(`${root}/${path}`)
    try {
      if (size === 0 || !mayBeExecutable(path, mode)) return
      capture = new ExecutableCapture(path, size, limits, watchedIn(path))
      for await (const piece of readPart(handle, 0, size)) if (!capture.push(piece)) return
    } finally {
      await handle.close()
    }
    const contents = capture.finish()
    if (!contents) return
    for (const extractor of executableExtractors) {
      for (const found of await extractFile(extractor, { path, contents, memory }, scan, limits)) packages.push(found)
    }
  } catch (error) {
    scan.signal.throwIfAborted()
    scan.gap(reasonOf(error), { path })
  } finally {
    capture?.close()
  }
}

export async function searchContents(path: string, contents: ContentSearch, { root }: Reading): Promise<void> {
  try {
    const { handle, size } = await openPlainFile(`${root}/${path}`)
    const search = contents.file(path, size)
    try {
      if (search) for await (const piece of readPart(handle, 0, size)) search.push(piece)
      search?.end()
    } catch (error) {
      search?.close()
      throw error
    } finally {
      await handle.close()
    }
    await contents.searchWaiting()
  } catch (error) {
    contents.passOver(path, `was not searched: ${reasonOf(error)}`)
  }
}
