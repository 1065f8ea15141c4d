// The seam for what is looked for inside of files: secrets, malware. A scanner names the texts that begin what it looks
// for; the framework finds all of them in one pass over the bytes, and asks the scanner about each place.

import type { FoundContent } from '../model/image.ts'

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
