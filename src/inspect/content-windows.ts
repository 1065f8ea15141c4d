// One file, searched by every scanner that wants it in one pass over windows that overlap.

import { looksExecutable } from '../lib/executable.ts'
import { KeywordSearch } from '../lib/keyword-search.ts'
import type { FoundContent } from '../model/image.ts'
import type { ContentScanner, Hit, Look, SearchedFile, Window } from './content-scanner.ts'
import { contentScanners } from './content-scanners.ts'

/** Bytes by which windows overlap: nothing that a scanner finds is longer. */
const shared = 16 * 1024
const windowSize = 1024 * 1024

/** For the windows of one file at a time; used again, since gigabytes pass. */
export function newScratch(): Buffer {
  return Buffer.allocUnsafeSlow(shared + windowSize)
}

/** A file that comes in one piece is looked at where it lies. */
export class ContentWindows {
  #file: SearchedFile
  #keywords: KeywordSearch<Place> | undefined
  #scratch: Buffer
  #tell: (found: FoundContent) => void
  /** Bytes in the scratch buffer that belong to the window before. */
  #kept = 0
  #filled = 0
  #offset = 0
  /** Line feeds before the window. */
  #lines = 0
  #isText: boolean | undefined

  /** `head`: its first bytes. */
  constructor(
    { path, size, head }: { path: string; size: number; head: Uint8Array },
    scratch: Buffer,
    tell: (found: FoundContent) => void,
  ) {
    const file = { path, size, isExecutable: looksExecutable(head) }
    this.#file = file
    this.#keywords = keywordsFor(wanting(file))
    this.#scratch = scratch
    this.#tell = tell
  }

  push(piece: Uint8Array): void {
    if (!this.#keywords) return
    if (piece.length === this.#file.size) return this.#look(asBuffer(piece), true)
    for (let done = 0; done < piece.length;) {
      if (this.#filled === this.#scratch.length) this.#advance()
      const part = piece.subarray(done, done + this.#scratch.length - this.#filled)
      this.#scratch.set(part, this.#filled)
      this.#filled += part.length
      done += part.length
    }
  }

  end(): void {
    if (this.#filled > this.#kept) this.#look(this.#scratch.subarray(0, this.#filled), true)
  }

  #advance(): void {
    this.#look(this.#scratch, false)
    const start = this.#filled - shared
    this.#lines += this.#isText ? lineFeeds(this.#scratch, 0, start) : 0
    this.#scratch.copyWithin(0, start, this.#filled)
    this.#kept = this.#filled = shared
    this.#offset += start
  }

  #look(bytes: Buffer, isLast: boolean): void {
    const window: Window = { bytes, offset: this.#offset }
    const hits: RankedHit[] = []
    const looked = contentScanners.map(() => 0)
    this.#keywords!.each(bytes, (at, { look, rank }) => {
      // Inside of what was found already
      if (at < looked[rank]! || hits.length >= mostHits) return
      const hit = look(window, at, this.#file)
      if (!hit) return
      looked[rank] = hit.end
      // What ends with the window may go on, and what ends in the bytes that were seen before is told already.
      if ((isLast || hit.end < bytes.length) && (this.#kept === 0 || hit.end >= this.#kept)) hits.push({ hit, rank })
    })
    if (hits.length === 0) return void (this.#isText ??= isText(bytes))
    this.#isText ??= isText(bytes)
    for (const hit of withoutOverlaps(hits)) this.#tell(this.#placed(hit, bytes))
  }

  #placed({ start, kind, rule, title, severity, evidence }: Hit, bytes: Buffer): FoundContent {
    const line = this.#isText ? { line: this.#lines + lineFeeds(bytes, 0, start) + 1 } : {}
    return { kind, rule, title, severity, evidence, place: { path: this.#file.path, ...line } }
  }
}

/** Of one window; a file that is made to have more tells nothing new with them. */
const mostHits = 1000

interface RankedHit {
  hit: Hit
  rank: number
}

/** What says by itself what it is comes before what only its name tells, there and where the same secret is told of elsewhere. */
function withoutOverlaps(hits: readonly RankedHit[]): Hit[] {
  const kept: RankedHit[] = []
  for (const one of hits.toSorted((a, b) => a.rank - b.rank || a.hit.start - b.hit.start)) {
    if (kept.every((other) => !overlap(one.hit, other.hit) && !isToldBetter(one, other))) kept.push(one)
  }
  return kept.map(({ hit }) => hit).toSorted((a, b) => a.start - b.start)
}

function overlap(a: Hit, b: Hit): boolean {
  return a.kind === b.kind && a.end > b.start && b.end > a.start
}

function isToldBetter({ hit, rank }: RankedHit, other: RankedHit): boolean {
  const { fingerprint } = hit.evidence
  return other.rank < rank && fingerprint !== undefined && fingerprint === other.hit.evidence['fingerprint']
}

interface Place {
  look: Look
  /** Of the scanner in the list. */
  rank: number
}

/** A bit for each scanner that wants the file. */
export function wanting(file: SearchedFile): number {
  return contentScanners.reduce((bits, scanner, rank) => bits | (scanner.wants(file) ? 1 << rank : 0), 0)
}

const built = new Map<number, KeywordSearch<Place>>()

function keywordsFor(scanners: number): KeywordSearch<Place> | undefined {
  if (scanners === 0) return undefined
  const known = built.get(scanners) ?? new KeywordSearch(placesOf(contentScanners, scanners))
  built.set(scanners, known)
  return known
}

function* placesOf(list: readonly ContentScanner[], scanners: number): Generator<[string, Place]> {
  for (const [rank, { looks }] of list.entries()) {
    if ((scanners & (1 << rank)) !== 0) for (const [keyword, look] of looks) yield [keyword, { look, rank }]
  }
}

function isText(bytes: Buffer): boolean {
  return !bytes.subarray(0, 8192).includes(0)
}

function lineFeeds(bytes: Buffer, from: number, to: number): number {
  let count = 0
  for (let at = bytes.indexOf(0x0a, from); at >= 0 && at < to; at = bytes.indexOf(0x0a, at + 1)) count++
  return count
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
