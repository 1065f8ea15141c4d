import type { FeedItem } from '../model/advisory.ts'
import type { Scan } from '../model/scan.ts'

/** One document of a feed, already taken out of its archive: `Debian/all.zip/DSA-5532-1.json` with its text. */
export interface FeedDocument {
  readonly path: string
  readonly text: string
}

/** Turns one feed's documents into advisories, or into the set of vulnerabilities known to be exploited. Pure. */
export interface Feed {
  /** File name = id = export. */
  readonly id: string
  /** Globs of its documents' paths under a folder of feeds, a zip counting as a folder; a document's own name goes before a glob. */
  readonly files: readonly string[]
  /** A record that cannot be read is a gap; the others are still given. */
  read(document: FeedDocument, scan: Scan): Iterable<FeedItem>
}
