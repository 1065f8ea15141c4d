import type { Advisory } from '../model/advisory.ts'
import type { Scan } from '../model/scan.ts'

/** One document of a feed, already taken out of its archive: `GHSA-….json` with its text. */
export interface FeedDocument {
  readonly path: string
  readonly text: string
}

/** Turns one feed's documents into advisories, or into the set of vulnerabilities known to be exploited. Pure. */
export interface Feed {
  /** File name = id = export. */
  readonly id: string
  /** Globs of the files under a feed folder that it reads: a zip's name or a document's. */
  readonly files: readonly string[]
  read(document: FeedDocument, scan: Scan): Iterable<FeedItem>
}

export type FeedItem = { kind: 'advisory'; advisory: Advisory } | { kind: 'exploited'; id: string; since?: string }
