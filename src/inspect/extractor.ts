// The seam of `inspect`: one extractor reads the packages of one ecosystem from the files that it asked for.

import type { Executable } from '../lib/executable-format.ts'
import type { Package } from '../model/package.ts'
import type { Scan } from '../model/scan.ts'
import type { FilePart } from './kept-file.ts'
import type { HashLists } from './hashes/hash-lists.ts'
import type { AheadLimits, UnpackingAhead } from './unpacking-ahead.ts'

/** A file of an image or file system. The framework has checked its size and stops reading at the deadline. */
export interface ImageFile {
  /** Relative to the root, without a leading slash: `lib/apk/db/installed`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  bytes(): Promise<Uint8Array>
  /** UTF-8, or UTF-16 with its mark; invalid bytes become U+FFFD. */
  text(): Promise<string>
  /** Lines without their ends; a line that is longer than the framework's limit ends the file with a gap. */
  lines(): Iterable<string>
  /** Bytes from an offset: fewer than asked for, or none, where the file ends or was not kept. */
  read(offset: number, length: number): Uint8Array
  /**
   * What an extractor remembers, by its id, of the layer or file system that is being read: the same archive in it is read
   * once.
   */
  readonly memory: Map<string, unknown>
  /** Its headers, when it is one; read once, whoever asks. */
  readonly executable: Executable | undefined
  /** What was kept, in order: all of it, but of an executable beyond the framework's limit, whose `bytes()` rejects. */
  readonly parts: readonly FilePart[]
  /** What of it was unpacked while it came in, when it is an archive and the extractor wanted that. */
  readonly ahead?: UnpackingAhead | undefined
  /** By which the user names Java archives. */
  readonly javaArchives?: HashLists | undefined
}

export interface Extractor {
  /** File name = id = export: `alpine-apk.ts`, `'alpine-apk'`, `alpineApk`. */
  readonly id: string
  /** Ecosystem of OSV without the release. */
  readonly ecosystem: string
  /** Paths as globs (`*` within a segment, `**` across): `lib/apk/db/installed`. */
  readonly files: readonly string[]
  /** Reads its files by `read` alone: they may be as large as the limit of archives. */
  readonly inParts?: true
  /** Of archives that are read in parts: what is worth to be unpacked while they come in. */
  readonly ahead?: AheadLimits
  /** Also ELF, PE and Mach-O files, wherever they lie: told by their first bytes. */
  readonly executables?: true
  /** Texts in Latin-1 that are kept of an executable with this path when it is too large to be held whole. */
  watched?(path: string): readonly RegExp[]
  /** Packages without the layer in their place, which the framework adds. */
  extract(file: ImageFile, scan: Scan): Iterable<Package> | AsyncIterable<Package>
}
