// The seam for what is looked for inside of files: secrets, malware. A scanner names the texts that begin what it looks
// for; the framework finds all of them in one pass over the bytes, and asks the scanner about each place.

import type { FoundContent } from '../model/image.ts'
import type { Gap } from '../model/scan.ts'
import type { HashLists } from './hashes/hash-lists.ts'
import type { YaraRules } from './malware/yara-rules.ts'

/** What is known of a file before it is searched. */
export interface SearchedFile {
  /** Relative to the root, without a leading slash; in an archive `app.zip!/inner`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** ELF, PE or Mach-O, by its first bytes. */
  readonly isExecutable: boolean
}

/** A part of a file. What reaches beyond its end is looked at again in the next one, which begins 16 kB before it. */
export interface Window {
  readonly bytes: Buffer
  /** In the file. */
  readonly offset: number
}

/** What stands in the bytes of the window from `start` up to `end`. */
export type Hit = Pick<FoundContent, 'kind' | 'rule' | 'title' | 'severity' | 'evidence'> & {
  start: number
  end: number
}

/** What stands at the keyword that begins at `at`; must not take longer the more there is, whatever it is. */
export type Look = (window: Window, at: number, file: SearchedFile) => Hit | undefined

export interface ContentScanner {
  readonly id: string
  /** By keyword: in Latin-1, three characters or more. */
  readonly looks: readonly (readonly [keyword: string, look: Look])[]
  wants(file: SearchedFile): boolean
}

/** A scanner that needs each file as a whole, whatever it is: archives and what lies in them, too. For one layer. */
export interface FileScanner {
  readonly id: string
  /** Undefined when the file is passed over. */
  begin(file: { path: string; size: number }): FileLook | undefined
  /** What was passed over, or could not be looked at. */
  gaps(): Gap[]
}

export interface FileLook {
  /** A piece that is the whole file stays as it is until `end` has resolved, others only for the call. */
  push(piece: Uint8Array): void
  /** Rejects only when aborted. */
  end(): Promise<readonly FileMatch[]>
}

export type FileMatch = Pick<FoundContent, 'kind' | 'rule' | 'title' | 'severity' | 'evidence'>

/** What somebody gave to be looked for beside what is built in, or to be known by. Plain data, so that worker threads get it. */
export interface GivenContent {
  /** Stands for all of it: what was found by something else is looked for again. */
  key: string
  hashes?: HashLists
  yara?: YaraRules
  /** By which Java archives are named that do not name themselves. */
  javaArchives?: HashLists
}

/** Whether contents are searched, and for what beside that which is built in. */
export type WantedContent = boolean | GivenContent

/** Nothing where nothing was given. */
export function givenIn(wanted: WantedContent): Partial<GivenContent> {
  return typeof wanted === 'boolean' ? {} : wanted
}

/** Of what was given, which belong to each thing that is read. */
export function givenGaps(wanted: WantedContent): Gap[] {
  const { hashes, javaArchives } = givenIn(wanted)
  return [hashes, javaArchives].flatMap((lists) => lists?.gaps ?? [])
}
