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
  /**
   * Globs of its documents' paths under a folder of feeds, an archive counting as a folder and without the ending of a
   * compression; a document's own name goes before a glob.
   */
  readonly files: readonly string[]
  /**
   * How a document that can be too large for memory is cut. `members`: it is one JSON object, and each of its members is read
   * as an object of its own. An element: each one of that name in the XML is read as a document of its own.
   */
  readonly cut?: 'members' | { readonly element: string }
  /** Whether each folder of its documents comes and goes by itself, an archive's being the one that it lies in: `npm` of `npm/all.zip`. */
  readonly inParts?: true
  /** Days after which what was fetched is old: 7 where it is absent. */
  readonly oldAfter?: number
  /** Feeds whose records of the same id its own replace: it knows better what they have from it. */
  readonly replaces?: readonly string[]
  /** Where its publisher has it. */
  readonly remote: Remote
  /** A record that cannot be read is a gap; the others are still given. */
  read(document: FeedDocument, scan: Scan): Iterable<FeedItem>
}

export interface RemoteFile {
  url: string
  /** Where it is kept below the folder of the feed, and a mirror has it: `npm/all.zip`. */
  path: string
  /** In hexadecimal, where the publisher tells it. */
  sha256?: string
  /** Its text only says what else there is: it is handed to `named`. */
  isList?: true
}

export interface Remote {
  files: readonly RemoteFile[]
  /** What a list names. Throws a clause when it is no such list. */
  named?(list: RemoteFile, text: string): readonly RemoteFile[]
}
