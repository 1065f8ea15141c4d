// The state of reading one layer: what its tar tells, entry by entry.
//
// Whiteouts: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts

import { createHash, hash, type Hash } from 'node:crypto'
import { looksExecutable } from '../../lib/executable.ts'
import { GlobIndex } from '../../lib/glob.ts'
import { nameOf, normalPath, parentOf } from '../../lib/path.ts'
import { TarReader, type TarEntry } from '../../lib/tar.ts'
import type { Scan } from '../../model/scan.ts'
import type { ContentSearch, FileSearch } from '../content-search.ts'
import { releaseFiles } from '../distribution.ts'
import { ExecutableCapture, mayBeExecutable } from '../executable-capture.ts'
import { extractFile } from '../extract.ts'
import type { Extractor } from '../extractor.ts'
import { executableExtractors, extractors, watchedIn } from '../extractors.ts'
import { wholeFile, type KeptFile } from '../kept-file.ts'
import type { Limits } from '../limits.ts'
import { fileListGlobs, mayHoldPackages, ownedAmong, type Owner } from '../ownership.ts'
import { SpooledFile } from '../spooled-file.ts'
import type { LayerFile, LayerIndex } from './layer.ts'
import { ListingWriter } from './listing.ts'

const whiteout = '.wh.'
const opaqueMark = '.wh..wh..opq'

type Reader = Extractor | 'release' | 'file list'

/** Built once: every file of every layer asks it. */
const wantedFiles = new GlobIndex<Reader>([
  ...extractors.flatMap((extractor) => extractor.files.map((glob) => [glob, extractor] as const)),
  ...releaseFiles.map((path) => [path, 'release'] as const),
  ...fileListGlobs.map((glob) => [glob, 'file list'] as const),
])

interface Coming {
  path: string
  size: number
  pieces: Uint8Array[]
  /** Instead of the pieces, for what is too large to be held. */
  spool?: SpooledFile
}

/** Permission bits that make a program run as somebody else. */
const setuidOrSetgid = 0o6000

export class LayerReading {
  readonly tar: TarReader
  #scan: Scan
  #limits: Limits
  #entries = 0
  #files = new Map<string, LayerFile>()
  #removed = new Set<string>()
  #opaque = new Set<string>()
  #links = new Map<string, string>()
  #marksLost = 0
  #marksLength = 0
  #listing: ListingWriter
  /** Lists of the files that packages brought, until it is known which of them matter. */
  #fileLists = new Map<string, Uint8Array>()
  #fileListsHeld = 0
  #ownedElsewhere = new Map<string, Owner>()
  #fileListsLost = 0
  /** On the disk: what came in since the last extraction. */
  #spools = new Set<SpooledFile | ExecutableCapture>()
  /** The wanted file that is coming in. */
  #coming: Coming | undefined
  /** The file that is coming in and may be an executable. */
  #perhaps: { path: string; size: number; isHashed: boolean } | undefined
  /** The same, once it turns out to come in several pieces. */
  #capture: ExecutableCapture | undefined
  #hash: Hash | undefined
  /** Of executables that wait: left to the garbage collector, it would run for every few of them. */
  #ownMemory = new Set<ArrayBuffer>()
  /** Those that have come in, by path; executables that nobody wanted by their path as a `KeptFile`. */
  #waiting = new Map<string, Uint8Array | KeptFile>()
  /** For secrets and malware, when they are looked for; the file that is coming in, when a scanner wants it. */
  #contents: ContentSearch | undefined
  #searching: FileSearch | undefined

  constructor(scan: Scan, limits: Limits, contents?: ContentSearch) {
    this.#scan = scan
    this.#limits = limits
    this.#contents = contents
    this.#listing = new ListingWriter(limits)
    this.tar = new TarReader({
      entry: (entry) => this.#entry(entry),
      data: (piece) => this.#data(piece),
      end: () => this.#end(),
    })
  }

  result(): Omit<LayerIndex, 'digest' | 'size' | 'reader' | 'complete' | 'gaps'> {
    if (this.#marksLost > 0) this.#scan.gap(`${this.#marksLost} whiteouts or links beyond the limit`)
    if (this.#fileListsLost > 0) this.#scan.gap(`${this.#fileListsLost} lists of packages' files beyond the limit`)
    const listing = this.#listing.result()
    for (const [path, found] of this.#contents?.found ?? []) {
      this.#files.set(path, { packages: [], ...this.#files.get(path), found: [...found] })
    }
    return {
      entries: this.#entries,
      files: Object.fromEntries(this.#files),
      removed: [...this.#removed],
      opaque: [...this.#opaque],
      links: Object.fromEntries(this.#links),
      owned: Object.fromEntries(this.#owned()),
      ...(listing === undefined ? {} : { listing }),
      ...(this.#contents ? { contentGaps: this.#contents.gaps() } : {}),
    }
  }

  /** To be called between pieces of the tar: contents are held only until then. */
  async extractWaiting(): Promise<void> {
    await this.#contents?.searchWaiting()
    if (this.#waiting.size === 0) return
    const waiting = this.#waiting
    this.#waiting = new Map()
    for (const [path, contents] of waiting) {
      const kept: LayerFile = { ...this.#files.get(path), packages: [] }
      if (!(contents instanceof Uint8Array) && contents.stored) {
        const readers = wantedFiles.match(path).filter((reader) => typeof reader !== 'string')
        await this.#extract(readers, path, contents, kept)
      } else if (!(contents instanceof Uint8Array)) await this.#extract(executableExtractors, path, contents, kept)
      else {
        for (const reader of wantedFiles.match(path)) {
          if (reader === 'release') kept.text = Buffer.from(contents).toString('utf8')
          else if (reader === 'file list') this.#holdFileList(path, contents)
          else await this.#extract([reader], path, contents, kept)
        }
      }
      this.#files.set(path, kept)
    }
    for (const memory of this.#ownMemory) memory.transfer(0)
    this.#ownMemory.clear()
    for (const spool of this.#spools) {
      if (spool === this.#coming?.spool) continue
      spool.close()
      this.#spools.delete(spool)
    }
  }

  /** To be called when nothing more comes, also after an error: what is held on the disk is given up. */
  close(): void {
    for (const spool of this.#spools) spool.close()
    this.#spools.clear()
    this.#capture?.close()
    this.#searching?.close()
    this.#contents?.close()
  }

  async #extract(
    readers: readonly Extractor[],
    path: string,
    contents: Uint8Array | KeptFile,
    kept: LayerFile,
  ): Promise<void> {
    for (const reader of readers) {
      for (const found of await extractFile(reader, { path, contents }, this.#scan, this.#limits)) {
        kept.packages.push(found)
      }
    }
  }

  #holdFileList(path: string, contents: Uint8Array): void {
    // What may be found in other layers is told by its path alone, so that the list need not be held for it.
    for (const [found, owner] of ownedAmong({ has: mayHoldPackages }, { path, contents })) {
      if (this.#ownedElsewhere.size < this.#limits.marks) this.#ownedElsewhere.set(found, owner)
    }
    this.#fileListsHeld += contents.length
    // A copy: the piece of the tar that holds it is a thousand times as large.
    if (this.#fileListsHeld <= this.#limits.fileLists) this.#fileLists.set(path, new Uint8Array(contents))
    else this.#fileListsLost++
  }

  /** Of what was found in this layer, and of what may be found in others: a list may come in another layer than its files. */
  #owned(): Map<string, Owner> {
    const owned = this.#ownedElsewhere
    if (this.#fileLists.size === 0) return owned
    const here = new Set<string>()
    for (const [path, { packages }] of this.#files) if (packages.length > 0) here.add(path)
    for (const [path, contents] of this.#fileLists) {
      for (const [found, owner] of ownedAmong(here, { path, contents })) owned.set(found, owner)
    }
    return owned
  }

  #entry(entry: TarEntry): boolean {
    if (++this.#entries > this.#limits.entries) throw new Error(`it has more than ${this.#limits.entries} entries`)
    const path = this.#checkedPath(entry.path)
    if (path === undefined || path === '') return false
    const name = nameOf(path)
    if (name.startsWith(whiteout)) this.#whiteout(path, name)
    else if (entry.kind === 'file') return this.#fileOf(path, entry)
    else if (entry.kind === 'hardlink') this.#hardLink(path, entry)
    else if (entry.kind === 'symlink') this.#link(path, entry.target)
    else this.#list(path, entry.kind === 'folder' ? undefined : 0)
    return false
  }

  #data(piece: Uint8Array): void {
    this.#searching?.push(piece)
    if (this.#coming?.spool) return this.#coming.spool.push(piece)
    // A file in one piece is a view on what was decompressed, and is extracted before the next is.
    if (this.#coming)
      return void this.#coming.pieces.push(piece.length === this.#coming.size ? piece : new Uint8Array(piece))
    if (!this.#perhaps) return
    const { path, size, isHashed } = this.#perhaps
    if (!this.#capture) {
      if (piece.length === size) return this.#wholeExecutable(path, piece, isHashed)
      this.#hash = isHashed ? createHash('sha256') : undefined
      this.#capture = new ExecutableCapture(path, size, this.#limits, watchedIn(path))
    }
    if (this.#capture.push(piece)) this.#hash?.update(piece)
    else this.#hash = undefined
  }

  #end(): void {
    this.#searching?.end()
    this.#searching = undefined
    if (this.#coming) this.#cameIn(this.#coming)
    if (this.#capture) this.#captured(this.#capture)
    this.#coming = undefined
    this.#perhaps = undefined
    this.#capture = undefined
    this.#hash = undefined
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
    if (name === opaqueMark) return void (this.#hasRoom(path) && this.#opaque.add(parentOf(path)))
    if (name.startsWith(whiteout + whiteout)) return // aufs' own bookkeeping
    if (name === whiteout) return this.#scan.gap('a whiteout without a name', { path })
    const parent = parentOf(path)
    const removed = name.slice(whiteout.length)
    if (this.#hasRoom(path)) this.#removed.add(parent === '' ? removed : `${parent}/${removed}`)
  }

  #link(path: string, target: string): void {
    this.#forget(path)
    if (this.#hasRoom(path + target)) this.#links.set(path, target)
  }

  /** Whether its bytes are wanted. */
  #fileOf(path: string, entry: TarEntry): boolean {
    const isExtracted = this.#file(path, entry)
    if (entry.sparse) this.#contents?.passOver(path, 'was not searched: it is stored as a sparse file')
    this.#searching = entry.sparse ? undefined : this.#contents?.file(path, entry.size)
    return isExtracted || this.#searching !== undefined
  }

  #file(path: string, entry: TarEntry): boolean {
    this.#list(path, entry.size)
    this.#noteMode(path, entry)
    if (wantedFiles.match(path).length === 0) return this.#perhapsExecutable(path, entry)
    // Known from here on, so that it hides the one below it even when it cannot be read.
    this.#files.set(path, { packages: [], ...this.#files.get(path) })
    if (entry.sparse) return this.#passOver(path, 'is stored as a sparse file, which is not read')
    const isStored = entry.size > this.#limits.wantedFile && wantedFiles.match(path).every(isInParts)
    const limit = isStored ? this.#limits.archive : this.#limits.wantedFile
    if (entry.size > limit) return this.#passOver(path, `is larger than ${limit} bytes`)
    this.#coming = { path, size: entry.size, pieces: [], ...(isStored ? { spool: this.#newSpool() } : {}) }
    return true
  }

  #perhapsExecutable(path: string, entry: TarEntry): boolean {
    if (entry.size === 0 || !mayBeExecutable(path, entry.mode)) return false
    if (entry.sparse) return this.#passOver(path, 'is stored as a sparse file, which is not read')
    this.#perhaps = { path, size: entry.size, isHashed: this.#isProgram(path, entry) }
    return true
  }

  /** Most are smaller than a piece, and need not be copied. */
  #wholeExecutable(path: string, contents: Uint8Array, isHashed: boolean): void {
    if (!looksExecutable(contents)) return
    this.#holdExecutable(path, wholeFile(contents), isHashed ? hash('sha256', contents) : undefined)
  }

  /** One that can be started: libraries have the bit as well, and are many times as large together. */
  #isProgram(path: string, { mode, size }: TarEntry): boolean {
    return (mode & 0o111) !== 0 && size <= this.#limits.hashedProgram && !/\.so(?:\.[\w.]+)?$/.test(path)
  }

  #captured(capture: ExecutableCapture): void {
    const sha256 = this.#hash?.digest('hex')
    const kept = capture.finish()
    if (capture.memory) this.#ownMemory.add(capture.memory)
    this.#spools.add(capture)
    if (kept) this.#holdExecutable(capture.path, kept, sha256)
  }

  #holdExecutable(path: string, kept: KeptFile, sha256: string | undefined): void {
    this.#files.set(path, { packages: [], ...this.#files.get(path), ...(sha256 ? { sha256 } : {}) })
    this.#waiting.set(path, kept)
  }

  #noteMode(path: string, { mode }: TarEntry): void {
    if ((mode & setuidOrSetgid) !== 0) this.#files.set(path, { packages: [], mode })
  }

  #passOver(path: string, why: string): false {
    this.#scan.gap(why, { path })
    return false
  }

  #newSpool(): SpooledFile {
    const spool = new SpooledFile()
    this.#spools.add(spool)
    return spool
  }

  #cameIn({ path, pieces, spool }: Coming): void {
    if (spool) return void this.#waiting.set(path, { size: spool.size, parts: [], stored: spool })
    this.#waiting.set(path, pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces))
  }

  /** A hard link comes after the file that it names; contents that nobody wanted then are gone. */
  #hardLink(path: string, entry: TarEntry): void {
    this.#list(path, 0)
    this.#noteMode(path, entry)
    const target = normalPath(entry.target) ?? ''
    const read = this.#files.get(target)
    if (wantedFiles.match(path).length === 0) {
      // One program under several names: its packages are told once.
      if (read?.sha256) this.#files.set(path, { packages: [], ...this.#files.get(path), sha256: read.sha256 })
      return
    }
    const waiting = this.#waiting.get(target)
    if (waiting) {
      this.#files.set(path, { packages: [] })
      this.#waiting.set(path, waiting)
    } else if (read) this.#files.set(path, movedTo(read, target, path))
    else {
      this.#files.set(path, { packages: [] })
      this.#scan.gap('is a hard link to a file that was not kept', { path })
    }
  }

  /** `size`: undefined for a folder. */
  #list(path: string, size: number | undefined): void {
    this.#forget(path)
    this.#listing.add(path, size)
  }

  /** In one tar the last entry of a path counts. */
  #forget(path: string): void {
    this.#files.delete(path)
    this.#links.delete(path)
    this.#waiting.delete(path)
  }

  #hasRoom(text: string): boolean {
    const marks = this.#removed.size + this.#opaque.size + this.#links.size
    const room = marks < this.#limits.marks && this.#marksLength < this.#limits.listing
    if (room) this.#marksLength += text.length
    else this.#marksLost++
    return room
  }
}

function isInParts(reader: Reader): boolean {
  return typeof reader !== 'string' && reader.inParts === true
}

/** What lies in an archive keeps its place in there. */
function movedTo(file: LayerFile, from: string, path: string): LayerFile {
  const packages = file.packages.map((found) => {
    const inner = found.place.path?.startsWith(from) ? found.place.path.slice(from.length) : ''
    return { ...found, place: { ...found.place, path: path + inner } }
  })
  const moved = { ...file, packages }
  delete moved.found // what it holds is told once
  return moved
}
