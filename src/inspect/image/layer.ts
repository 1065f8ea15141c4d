// One layer, read once, as a stream: decompressed, hashed, its tar walked, wanted files handed to the extractors.
// What comes out stands for the layer for ever: it depends on nothing below it, so that images share it (`LayerCache`).
//
// Whiteouts: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts

import { createHash } from 'node:crypto'
import { decompressed } from '../../io/decompress.ts'
import { GlobIndex } from '../../lib/glob.ts'
import { nameOf, normalPath, parentOf } from '../../lib/path.ts'
import { TarReader, type TarEntry } from '../../lib/tar.ts'
import type { Package } from '../../model/package.ts'
import type { Gap, Scan } from '../../model/scan.ts'
import { releaseFiles } from '../distribution.ts'
import { extractFile } from '../extract.ts'
import type { Extractor } from '../extractor.ts'
import { extractors } from '../extractors.ts'
import { gapList } from '../gaps.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { reasonOf } from '../unreadable.ts'

/** All that is kept of a layer; plain data, so that it can be stored as JSON. Paths have no leading slash. */
export interface LayerIndex {
  /** Digest of the uncompressed tar (`diff_id`), as computed. */
  digest: string
  /** Bytes of the uncompressed tar. */
  size: number
  entries: number
  /** Which reader made it: one with other extractors sees other packages. */
  reader: string
  /** False when the layer ended early; the gaps tell why, and it must not be reused. */
  complete: boolean
  /** Files that were wanted, with what they hold. */
  files: Record<string, LayerFile>
  /** Paths that the layer deletes from those below it. */
  removed: string[]
  /** Folders of which nothing below this layer remains. */
  opaque: string[]
  /** Symbolic links, with their targets as written. */
  links: Record<string, string>
  /** Folders, and plain files, on the way to wanted files: each takes the place of something else below it. */
  folders: string[]
  plain: string[]
  /** Without layer in their place. */
  gaps: Gap[]
}

export interface LayerFile {
  packages: Package[]
  /** Of os-release, which is judged when the layers are merged. */
  text?: string
}

/** Keeps layers by the digest of their uncompressed tar. */
export interface LayerCache {
  get(digest: string): Promise<LayerIndex | undefined>
  put(layer: LayerIndex): Promise<void>
}

export interface LayerOptions {
  signal: AbortSignal
  limits?: Limits
}

/** Names the extractors, and the shape of what they give: to be raised when an extractor's results change. */
export const layerReader = ['1', ...extractors.map(({ id }) => id)].join(' ')

/** Rejects only when aborted: a layer that is cut, damaged or too large is told as far as it could be read. */
export async function readLayer(chunks: AsyncIterable<Uint8Array>, options: LayerOptions): Promise<LayerIndex> {
  const { signal, limits = defaultLimits } = options
  const gaps = gapList(signal, limits.gaps)
  const reading = new LayerReading(gaps.scan, limits)
  const hash = createHash('sha256')
  let size = 0
  let complete = false
  try {
    for await (const chunk of decompressed(chunks)) {
      signal.throwIfAborted()
      size += chunk.length
      if (size > limits.layer) throw new Error(`it is larger than ${limits.layer} bytes without compression`)
      hash.update(chunk)
      reading.tar.write(chunk)
      await reading.extractWaiting()
    }
    reading.tar.end()
    complete = true
  } catch (error) {
    signal.throwIfAborted()
    gaps.scan.gap(`the layer could not be read to its end: ${reasonOf(error)}`)
  }
  await reading.extractWaiting()
  const digest = `sha256:${hash.digest('hex')}`
  return { digest, size, reader: layerReader, complete, ...reading.result(), gaps: gaps.list() }
}

const whiteout = '.wh.'
const opaqueMark = '.wh..wh..opq'

/** The state of one reading: what the tar tells, entry by entry. */
class LayerReading {
  readonly tar: TarReader
  #scan: Scan
  #limits: Limits
  #wanted: GlobIndex<Extractor | 'release'>
  #entries = 0
  #files = new Map<string, LayerFile>()
  #removed = new Set<string>()
  #opaque = new Set<string>()
  #links = new Map<string, string>()
  #folders = new Set<string>()
  #plain = new Set<string>()
  #marksLost = 0
  /** The wanted file that is coming in. */
  #coming: { path: string; pieces: Uint8Array[] } | undefined
  /** Those that have come in, by path. */
  #waiting = new Map<string, Uint8Array>()

  constructor(scan: Scan, limits: Limits) {
    this.#scan = scan
    this.#limits = limits
    this.#wanted = new GlobIndex<Extractor | 'release'>([
      ...extractors.flatMap((extractor) => extractor.files.map((glob) => [glob, extractor] as const)),
      ...releaseFiles.map((path) => [path, 'release'] as const),
    ])
    this.tar = new TarReader({
      entry: (entry) => this.#entry(entry),
      data: (piece) => void this.#coming!.pieces.push(new Uint8Array(piece)),
      end: () => this.#cameIn(),
    })
  }

  result(): Pick<LayerIndex, 'entries' | 'files' | 'removed' | 'opaque' | 'links' | 'folders' | 'plain'> {
    if (this.#marksLost > 0) {
      this.#scan.gap(`${this.#marksLost} whiteouts, links or folders beyond the limit of ${this.#limits.marks}`)
    }
    return {
      entries: this.#entries,
      files: Object.fromEntries(this.#files),
      removed: [...this.#removed],
      opaque: [...this.#opaque],
      links: Object.fromEntries(this.#links),
      folders: [...this.#folders],
      plain: [...this.#plain],
    }
  }

  /** To be called between pieces of the tar: contents are held only until then. */
  async extractWaiting(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = new Map()
    for (const [path, contents] of waiting) {
      const kept: LayerFile = { packages: [] }
      for (const wanted of this.#wanted.match(path)) {
        if (wanted === 'release') kept.text = Buffer.from(contents).toString('utf8')
        else kept.packages.push(...(await extractFile(wanted, { path, contents }, this.#scan, this.#limits)))
      }
      this.#files.set(path, kept)
    }
  }

  #entry(entry: TarEntry): boolean {
    if (++this.#entries > this.#limits.entries) throw new Error(`it has more than ${this.#limits.entries} entries`)
    const path = this.#checkedPath(entry.path)
    if (path === undefined || path === '') return false
    const name = nameOf(path)
    if (name.startsWith(whiteout)) this.#whiteout(path, name)
    else if (entry.kind === 'file') return this.#file(path, entry)
    else if (entry.kind === 'hardlink') this.#hardLink(path, entry.target)
    else if (entry.kind === 'symlink') this.#replace(path, () => this.#links.set(path, entry.target))
    else this.#replace(path, () => this.#onTheWay(path, entry.kind === 'folder' ? this.#folders : this.#plain))
    return false
  }

  #checkedPath(written: string): string | undefined {
    if (written.length > this.#limits.path) {
      return void this.#scan.gap(`a path is longer than ${this.#limits.path}`, { path: written.slice(0, 100) })
    }
    const path = normalPath(written)
    if (path === undefined) this.#scan.gap('the path climbs out of the root', { path: written })
    return path
  }

  #whiteout(path: string, name: string): void {
    if (name === opaqueMark) return this.#mark(() => this.#opaque.add(parentOf(path)))
    if (name.startsWith(whiteout + whiteout)) return // aufs' own bookkeeping
    if (name === whiteout) return this.#scan.gap('a whiteout without a name', { path })
    const parent = parentOf(path)
    const removed = name.slice(whiteout.length)
    this.#mark(() => this.#removed.add(parent === '' ? removed : `${parent}/${removed}`))
  }

  #file(path: string, entry: TarEntry): boolean {
    this.#replace(path, () => this.#onTheWay(path, this.#plain))
    if (this.#wanted.match(path).length === 0) return false
    // Known from here on, so that it hides the one below it even when it cannot be read.
    this.#files.set(path, { packages: [] })
    if (entry.sparse) return this.#passOver(path, 'is stored as a sparse file, which is not read')
    if (entry.size > this.#limits.wantedFile)
      return this.#passOver(path, `is larger than ${this.#limits.wantedFile} bytes`)
    this.#coming = { path, pieces: [] }
    return true
  }

  #passOver(path: string, why: string): false {
    this.#scan.gap(why, { path })
    return false
  }

  #cameIn(): void {
    const { path, pieces } = this.#coming!
    this.#coming = undefined
    this.#waiting.set(path, Buffer.concat(pieces))
  }

  /** A hard link comes after the file that it names; contents that nobody wanted then are gone. */
  #hardLink(path: string, written: string): void {
    this.#replace(path, () => this.#onTheWay(path, this.#plain))
    if (this.#wanted.match(path).length === 0) return
    const target = normalPath(written)
    const waiting = this.#waiting.get(target ?? '')
    const read = this.#files.get(target ?? '')
    if (waiting) this.#waiting.set(path, waiting)
    else if (read) this.#files.set(path, movedTo(read, path))
    else {
      this.#files.set(path, { packages: [] })
      this.#scan.gap('is a hard link to a file that was not kept', { path })
    }
  }

  /** In one tar the last entry of a path counts. */
  #replace(path: string, then: () => void): void {
    this.#files.delete(path)
    this.#links.delete(path)
    this.#folders.delete(path)
    this.#plain.delete(path)
    this.#waiting.delete(path)
    this.#mark(then)
  }

  #onTheWay(path: string, marks: Set<string>): void {
    if (this.#wanted.onTheWay(path)) marks.add(path)
  }

  #mark(then: () => void): void {
    const marks = this.#removed.size + this.#opaque.size + this.#links.size + this.#folders.size + this.#plain.size
    if (marks >= this.#limits.marks) this.#marksLost++
    else then()
  }
}

function movedTo(file: LayerFile, path: string): LayerFile {
  const packages = file.packages.map((found) => ({ ...found, place: { ...found.place, path } }))
  return file.text === undefined ? { packages } : { packages, text: file.text }
}
