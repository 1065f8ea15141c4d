// The state of reading one layer: what its tar tells, entry by entry.

import { normalPath } from '../../lib/path.ts'
import { TarReader, type TarEntry } from '../../lib/tar.ts'
import type { Scan } from '../../model/scan.ts'
import type { ContentSearch, FileSearch } from '../content-search.ts'
import { ExecutableCapture, isLibrary, mayBeExecutable } from '../executable-capture.ts'
import { extractFile } from '../extract.ts'
import type { Extractor } from '../extractor.ts'
import { executableExtractors, watchedIn } from '../extractors.ts'
import type { KeptFile } from '../kept-file.ts'
import type { Limits } from '../limits.ts'
import type { HashLists } from '../hashes/hash-lists.ts'
import { licenceOfCopyright } from '../debian-copyright.ts'
import { FileLists } from './file-lists.ts'
import { HardLinks } from './hard-links.ts'
import { PerhapsExecutable, StoredFile, WantedFile } from './incoming-file.ts'
import type { LayerFile, LayerIndex } from './layer-index.ts'
import { LayerMarks, whiteout } from './layer-marks.ts'
import { ListingWriter } from './listing.ts'
import { StoredArchives, type Extraction } from './stored-archives.ts'
import { aheadIn, isInParts, wantedFiles } from './wanted-files.ts'

interface WaitingFile {
  path: string
  /** Of an executable that nobody wanted by its path a `KeptFile`. */
  contents: Uint8Array | KeptFile
  /** To be filled. */
  kept: LayerFile
}

/** Permission bits that make a program run as somebody else. */
const setuidOrSetgid = 0o6000

export class LayerReading {
  readonly tar: TarReader
  #scan: Scan
  #limits: Limits
  #entries = 0
  #files = new Map<string, LayerFile>()
  #marks: LayerMarks
  #listing: ListingWriter
  #here: Extraction
  #fileLists: FileLists
  /** On the disk: what came in since the last extraction. */
  #spools = new Set<ExecutableCapture>()
  #stored: StoredArchives
  /** Those that were given pieces of what is being read. */
  #written = new Set<StoredFile>()
  #coming: WantedFile | StoredFile | PerhapsExecutable | undefined
  /** Of executables that wait: left to the garbage collector, it would run for every few of them. */
  #ownMemory = new Set<ArrayBuffer>()
  #hardLinks = new HardLinks()
  /** Those that have come in; also one that was replaced since, to which a hard link may lead. */
  #waiting: WaitingFile[] = []
  /** For secrets and malware, when they are looked for; the file that is coming in, when a scanner wants it. */
  #contents: ContentSearch | undefined
  #searching: FileSearch | undefined
  #javaArchives: HashLists | undefined

  constructor(scan: Scan, limits: Limits, contents?: ContentSearch, javaArchives?: HashLists) {
    this.#scan = scan
    this.#limits = limits
    this.#contents = contents
    this.#javaArchives = javaArchives
    this.#listing = new ListingWriter(limits)
    this.#marks = new LayerMarks(limits)
    this.#fileLists = new FileLists(limits)
    this.#stored = new StoredArchives(scan.signal, limits)
    this.#here = { scan, memory: new Map(), limits }
    this.tar = new TarReader({
      entry: (entry) => this.#entry(entry),
      data: (piece) => this.#data(piece),
      end: () => this.#end(),
    })
  }

  result(): Omit<LayerIndex, 'digest' | 'size' | 'reader' | 'complete' | 'gaps'> {
    const { removed, opaque, links, lost } = this.#marks
    if (lost > 0) this.#scan.gap(`${lost} whiteouts or links beyond the limit`)
    const listsLost = this.#fileLists.lost
    if (listsLost > 0) this.#scan.gap(`${listsLost} lists of packages' files beyond the limit`)
    const listing = this.#listing.result()
    for (const [path, found] of this.#contents?.found ?? []) {
      this.#files.set(path, { packages: [], ...this.#files.get(path), found: [...found] })
    }
    return {
      entries: this.#entries,
      files: Object.fromEntries(this.#files),
      removed: [...removed],
      opaque: [...opaque],
      links: Object.fromEntries(links),
      owned: Object.fromEntries(this.#fileLists.owners(this.#files)),
      ...(listing === undefined ? {} : { listing }),
      ...(this.#contents ? { contentGaps: this.#contents.gaps() } : {}),
    }
  }

  /** To be called between pieces of the tar: contents are held only until then. */
  async extractWaiting(): Promise<void> {
    await this.#contents?.searchWaiting()
    const written = [...this.#written]
    this.#written.clear()
    for (const stored of written) await stored.written()
    await this.#stored.room()
    if (this.#waiting.length === 0) return
    for (const { path, contents, kept } of this.#waiting.splice(0)) {
      if (!(contents instanceof Uint8Array)) await this.#extract(executableExtractors, path, contents, kept)
      else {
        for (const reader of wantedFiles.match(path)) {
          if (reader === 'release') kept.text = Buffer.from(contents).toString('utf8')
          else if (reader === 'file list') this.#fileLists.hold(path, contents)
          else if (reader === 'copyright') noteLicence(kept, contents)
          else await this.#extract([reader], path, contents, kept)
        }
      }
    }
    for (const memory of this.#ownMemory) memory.transfer(0)
    this.#ownMemory.clear()
    for (const spool of this.#spools) spool.close()
    this.#spools.clear()
  }

  /** To be called when nothing more comes. */
  async extractRest(): Promise<void> {
    await this.extractWaiting()
    await this.#stored.finish(this.#scan)
    this.#hardLinks.fill()
  }

  /** To be called in the end, also after an error: what is held on the disk is given up. */
  close(): void {
    for (const spool of this.#spools) spool.close()
    this.#spools.clear()
    this.#stored.close()
    if (this.#coming && !(this.#coming instanceof WantedFile)) this.#coming.close()
    this.#searching?.close()
    this.#contents?.close()
  }

  async #extract(
    readers: readonly Extractor[],
    path: string,
    contents: Uint8Array | KeptFile,
    kept: LayerFile,
    { scan, memory, limits } = this.#here,
  ): Promise<void> {
    const file = { path, contents, memory, javaArchives: this.#javaArchives }
    for (const reader of readers) {
      for (const found of await extractFile(reader, file, scan, limits)) kept.packages.push(found)
    }
  }

  #entry(entry: TarEntry): boolean {
    if (++this.#entries > this.#limits.entries) throw new Error(`it has more than ${this.#limits.entries} entries`)
    const path = this.#checkedPath(entry.path)
    if (path === undefined || path === '') return false
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (name.startsWith(whiteout)) this.#marks.whiteout(path, name, this.#scan)
    else if (entry.kind === 'file') return this.#fileOf(path, name, entry)
    else if (entry.kind === 'hardlink') this.#hardLink(path, name, entry)
    else if (entry.kind === 'symlink') {
      this.#forget(path)
      this.#marks.link(path, entry.target)
    } else this.#list(path, name, entry.kind === 'folder' ? undefined : 0)
    return false
  }

  #data(piece: Uint8Array): void {
    this.#searching?.push(piece)
    this.#coming?.push(piece)
    if (this.#coming instanceof StoredFile) this.#written.add(this.#coming)
  }

  #end(): void {
    this.#searching?.end()
    this.#searching = undefined
    const coming = this.#coming
    this.#coming = undefined
    if (coming instanceof PerhapsExecutable) this.#executableCameIn(coming)
    else if (coming instanceof StoredFile) this.#archiveCameIn(coming)
    else if (coming) this.#wait(coming.path, coming.finish())
  }

  #wait(path: string, contents: Uint8Array | KeptFile): void {
    this.#waiting.push({ path, contents, kept: this.#files.get(path)! })
  }

  #checkedPath(written: string): string | undefined {
    if (written.length > this.#limits.path) {
      return void this.#scan.gap(`a path is longer than ${this.#limits.path}`, { path: written.slice(0, 100) })
    }
    const path = normalPath(written)
    if (path === undefined) this.#scan.gap('the path climbs out of the root', { path: written })
    return path
  }

  /** Whether its bytes are wanted. */
  #fileOf(path: string, name: string, entry: TarEntry): boolean {
    const isExtracted = this.#file(path, name, entry)
    if (entry.sparse) this.#contents?.passOver(path, 'was not searched: it is stored as a sparse file')
    this.#searching = entry.sparse ? undefined : this.#contents?.file(path, entry.size)
    return isExtracted || this.#searching !== undefined
  }

  #file(path: string, name: string, entry: TarEntry): boolean {
    this.#list(path, name, entry.size)
    this.#noteMode(path, entry)
    const readers = wantedFiles.match(path, name)
    if (readers.length === 0) return this.#perhapsExecutable(path, name, entry)
    // Known from here on, so that it hides the one below it even when it cannot be read.
    this.#files.set(path, { packages: [], ...this.#files.get(path) })
    if (entry.sparse) return this.#passOver(path, 'is stored as a sparse file, which is not read')
    const isStored = entry.size > this.#limits.wantedFile && readers.every(isInParts)
    const limit = isStored ? this.#limits.archive : this.#limits.wantedFile
    if (entry.size > limit) return this.#passOver(path, `is larger than ${limit} bytes`)
    this.#coming = isStored ? new StoredFile(path, aheadIn(readers)) : new WantedFile(path, entry.size)
    return true
  }

  #perhapsExecutable(path: string, name: string, { size, mode, sparse }: TarEntry): boolean {
    if (size === 0 || !mayBeExecutable(path, mode)) return false
    if (sparse) return this.#passOver(path, 'is stored as a sparse file, which is not read')
    // One that can be started: libraries have the bit as well, and are many times as large together.
    const isProgram = (mode & 0o111) !== 0 && size <= this.#limits.hashedProgram && !isLibrary(name)
    const capture = (): ExecutableCapture => new ExecutableCapture(path, size, this.#limits, watchedIn(path))
    this.#coming = new PerhapsExecutable(path, size, isProgram, capture)
    return true
  }

  #archiveCameIn(coming: StoredFile): void {
    const { path } = coming
    const kept = this.#files.get(path)!
    const readers = wantedFiles.match(path).filter((reader) => typeof reader !== 'string')
    const contents = coming.finish()
    contents.catch(() => {}) // it is waited for later
    this.#stored.start(coming, async (beside) => this.#extract(readers, path, await contents, kept, beside))
  }

  #executableCameIn(coming: PerhapsExecutable): void {
    const found = coming.finish()
    if (!found) return
    const { path } = coming
    const { kept, sha256, capture } = found
    if (capture) this.#spools.add(capture)
    if (capture?.memory) this.#ownMemory.add(capture.memory)
    this.#files.set(path, { packages: [], ...this.#files.get(path), ...(sha256 ? { sha256 } : {}) })
    this.#wait(path, kept)
  }

  #noteMode(path: string, { mode }: TarEntry): void {
    if ((mode & setuidOrSetgid) !== 0) this.#files.set(path, { packages: [], mode })
  }

  #passOver(path: string, why: string): false {
    this.#scan.gap(why, { path })
    return false
  }

  /** A hard link comes after the file that it names, which may wait to be read; contents that nobody wanted then are gone. */
  #hardLink(path: string, name: string, entry: TarEntry): void {
    this.#list(path, name, 0)
    this.#noteMode(path, entry)
    const target = normalPath(entry.target) ?? ''
    const read = this.#files.get(target)
    const readers = wantedFiles.match(path, name)
    if (readers.length === 0) {
      // One program under several names: its packages are told once.
      if (read?.sha256) this.#files.set(path, { packages: [], ...this.#files.get(path), sha256: read.sha256 })
      return
    }
    const link: LayerFile = { packages: [], ...this.#files.get(path) }
    this.#files.set(path, link)
    if (read) this.#hardLinks.add(link, path, read, target)
    else if (readers.some((reader) => reader !== 'copyright'))
      this.#scan.gap('is a hard link to a file that was not kept', { path })
  }

  /** `size`: undefined for a folder. */
  #list(path: string, name: string, size: number | undefined): void {
    this.#forget(path)
    this.#listing.add(path, name, size)
  }

  /** In one tar the last entry of a path counts. */
  #forget(path: string): void {
    this.#files.delete(path)
    this.#marks.links.delete(path)
  }
}

function noteLicence(kept: LayerFile, contents: Uint8Array): void {
  const licence = licenceOfCopyright(contents)
  if (licence !== undefined) kept.licence = licence
}
