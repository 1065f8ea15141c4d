// Which files of a layer are read, and by whom.

import { GlobIndex } from '../../lib/glob.ts'
import { copyrightFiles } from '../debian-copyright.ts'
import { releaseFiles } from '../distribution.ts'
import type { Extractor } from '../extractor.ts'
import { extractors } from '../extractors.ts'
import { fileListGlobs } from '../ownership.ts'
import type { AheadLimits } from '../unpacking-ahead.ts'

export type Reader = Extractor | 'release' | 'file list' | 'copyright'

/** Built once: every file of every layer asks it. */
export const wantedFiles = new GlobIndex<Reader>([
  ...extractors.flatMap((extractor) => extractor.files.map((glob) => [glob, extractor] as const)),
  ...releaseFiles.map((path) => [path, 'release'] as const),
  ['lib/os-release', 'release'], // in a layer above one that makes lib a link to usr/lib
  ...fileListGlobs.map((glob) => [glob, 'file list'] as const),
  [copyrightFiles, 'copyright'],
])

export function aheadIn(readers: readonly Reader[]): AheadLimits | undefined {
  return readers.find((reader) => typeof reader !== 'string')?.ahead
}

export function isInParts(reader: Reader): boolean {
  return typeof reader !== 'string' && reader.inParts === true
}
