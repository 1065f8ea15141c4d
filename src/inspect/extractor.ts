// The seam of `inspect`: one extractor reads the packages of one ecosystem from the files that it asked for.

import type { Package } from '../model/package.ts'
import type { Scan } from '../model/scan.ts'

/** A file of an image or file system. The framework has checked its size and stops reading at the deadline. */
export interface ImageFile {
  /** Relative to the root, without a leading slash: `lib/apk/db/installed`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  bytes(): Promise<Uint8Array>
  /** UTF-8; invalid bytes become U+FFFD. */
  text(): Promise<string>
  /** Lines without their ends; a line that is longer than the framework's limit ends the file with a gap. */
  lines(): AsyncIterable<string>
}

export interface Extractor {
  /** File name = id = export: `alpine-apk.ts`, `'alpine-apk'`, `alpineApk`. */
  readonly id: string
  /** Ecosystem of OSV without the release. */
  readonly ecosystem: string
  /** Paths as globs (`*` within a segment, `**` across): `lib/apk/db/installed`. */
  readonly files: readonly string[]
  /** Packages without the layer in their place, which the framework adds. */
  extract(file: ImageFile, scan: Scan): Iterable<Package> | AsyncIterable<Package>
}
