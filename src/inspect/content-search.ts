// Searches the contents of files as they stream by, those in archives too, with every scanner in one pass.

import type { FoundContent } from '../model/image.ts'
import type { Gap } from '../model/scan.ts'
import { archiveKind } from './archive-kind.ts'
import { searchArchive } from './archive-search.ts'
import type { WantedContent } from './content-scanner.ts'
import { ContentWindows, newScratch, wanting } from './content-windows.ts'
import { FileScanners, type FileLooks } from './file-looks.ts'
import { gapList, type GapList } from './gaps.ts'
import { HeldBytes } from './held-bytes.ts'
import type { Limits } from './limits.ts'
import { SearchedArchives } from './searched-archives.ts'

/** Of one layer or file system. Files come one after the other. */
export class ContentSearch {
  readonly #limits: Limits
  readonly #gaps: GapList
  readonly #found = new Map<string, FoundContent[]>()
  #count = 0
  #beyond = 0
  /** Archives that have come in whole. */
  #waiting: { path: string; held: HeldBytes }[] = []
  /** Of files that have come in whole. */
  #looks: { path: string; looks: FileLooks }[] = []
  readonly #scanners: FileScanners
  readonly #signal: AbortSignal
  readonly #searched = new SearchedArchives()
  #unpacked = 0
  /** One for the file that is coming in, one for what lies in archives. */
  readonly #scratch = newScratch()
  #innerScratch: Buffer | undefined

  constructor(signal: AbortSignal, limits: Limits, wanted: WantedContent = true) {
    this.#limits = limits
    this.#signal = signal
    this.#scanners = new FileScanners(wanted, signal, limits)
    this.#gaps = gapList(signal, limits.gaps)
  }

  /** Undefined when no scanner wants it. */
  file(path: string, size: number): FileSearch | undefined {
    if (size === 0) return undefined
    const looks = this.#scanners.begin({ path, size })
    if (!looks && wanting({ path, size, isExecutable: false }) === 0) return undefined
    const tell = (found: FoundContent): void => this.#add(path, found)
    return new FileSearch({ path, size, looks }, this.#limits, this.#scratch, tell, (held) => {
      if (held) this.#waiting.push({ path, held })
      if (looks) this.#looks.push({ path, looks })
    })
  }

  passOver(path: string, why: string): void {
    this.#gaps.scan.gap(why, { path })
  }

  /** What was found, by the file (of an archive: the outermost); a place names the file within. */
  get found(): ReadonlyMap<string, readonly FoundContent[]> {
    return this.#found
  }

  gaps(): Gap[] {
    const beyond =
      this.#beyond > 0 ? [{ why: `${this.#beyond} more secrets or traits of malware beyond the limit` }] : []
    return [...this.#gaps.list(), ...this.#scanners.gaps(), ...beyond]
  }

  /** To be called before the pieces that were pushed become invalid: searches the archives that have come in. */
  async searchWaiting(): Promise<void> {
    await this.#endLooks()
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    try {
      for (const { path, held } of waiting) await this.#searchArchive(path, held)
    } finally {
      for (const { held } of waiting) held.close()
    }
  }

  close(): void {
    for (const { held } of this.#waiting) held.close()
    this.#waiting = []
    this.#looks = []
  }

  /** At once: a scanner that is asked in another process is not waited for file by file. */
  async #endLooks(): Promise<void> {
    if (this.#looks.length === 0) return
    const waiting = this.#looks
    this.#looks = []
    const found = await Promise.all(waiting.map(async ({ path, looks }) => ({ path, list: await looks.end() })))
    this.#signal.throwIfAborted()
    for (const { path, list } of found) for (const one of list) this.#add(path, one)
  }

  async #searchArchive(path: string, held: HeldBytes): Promise<void> {
    this.#innerScratch ??= newScratch()
    // A small archive that unpacks to much is a bomb, and so are many of them.
    const mostHere = Math.min(this.#limits.contentUnpacked, Math.max(smallestBudget, held.size * usualRatio))
    const budget = Math.min(mostHere, this.#limits.contentUnpackedInAll - this.#unpacked)
    const [scanners, searched, limits] = [this.#scanners, this.#searched, this.#limits]
    const archive = { source: held.source(), path, scratch: this.#innerScratch, limits, budget, scanners, searched }
    this.#unpacked += await searchArchive(archive, this.#gaps.scan, (found) => this.#add(path, found))
  }

  #add(outer: string, found: FoundContent): void {
    const list = this.#found.get(outer) ?? []
    if (list.some((known) => isSame(known, found))) return
    if (list.length >= this.#limits.foundPerFile || this.#count >= this.#limits.found) return void this.#beyond++
    this.#count++
    this.#found.set(outer, [...list, found])
  }
}

const smallestBudget = 64 * 1024 * 1024
/** Texts pack to a tenth; deflate reaches 1,032 with zeros. */
const usualRatio = 100

/** Bytes that tell an archive: a tar by its first header. */
const headLength = 512

/** One file as it comes in. */
export class FileSearch {
  #file: ComingFile
  #limits: Limits
  #scratch: Buffer
  #tell: (found: FoundContent) => void
  #hold: (archive: HeldBytes | undefined) => void
  /** The first bytes, until there are enough of them to tell what the file is. */
  #head: Buffer | undefined
  #windows: ContentWindows | undefined
  #archive: HeldBytes | undefined

  constructor(
    file: ComingFile,
    limits: Limits,
    scratch: Buffer,
    tell: (found: FoundContent) => void,
    hold: (archive: HeldBytes | undefined) => void,
  ) {
    this.#file = file
    this.#limits = limits
    this.#scratch = scratch
    this.#tell = tell
    this.#hold = hold
  }

  /** The piece must stay valid until `searchWaiting` when it is the whole file, else only for the call. */
  push(piece: Uint8Array): void {
    if (this.#windows || this.#archive) return this.#take(piece)
    const head = this.#head ? Buffer.concat([this.#head, piece]) : piece
    if (head.length < Math.min(headLength, this.#file.size)) {
      this.#head = Buffer.from(head)
      return
    }
    this.#begin(head)
    this.#take(head)
  }

  /** To be called once all pieces were pushed. */
  end(): void {
    this.#hold(this.#archive)
    this.#windows?.end()
  }

  /** Instead of `end`, when the file is not read to its end. */
  close(): void {
    this.#archive?.close()
  }

  #take(piece: Uint8Array): void {
    this.#archive?.push(piece, piece.length === this.#file.size)
    this.#windows?.push(piece)
    this.#file.looks?.push(piece)
  }

  #begin(head: Uint8Array): void {
    if (archiveKind(head) === undefined)
      this.#windows = new ContentWindows({ ...this.#file, head }, this.#scratch, this.#tell)
    else this.#archive = new HeldBytes(this.#limits.contentInMemory)
  }
}

interface ComingFile {
  path: string
  size: number
  looks: FileLooks | undefined
}

function isSame(a: FoundContent, b: FoundContent): boolean {
  return (
    a.rule === b.rule &&
    a.place.path === b.place.path &&
    a.place.line === b.place.line &&
    a.evidence['fingerprint'] === b.evidence['fingerprint']
  )
}
