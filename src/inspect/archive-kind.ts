// What archive a file is, of those that are opened.

import { compressionOf } from '../io/decompress.ts'

export type ArchiveKind = 'zip' | 'gzip' | 'zstd' | 'tar'

/** By the first bytes; undefined for what is no archive, or one that is not opened. */
export function archiveKind(head: Uint8Array): ArchiveKind | undefined {
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04) return 'zip'
  const compression = compressionOf(head)
  if (compression !== 'none') return compression
  // `ustar` in its first header
  const mark = [0x75, 0x73, 0x74, 0x61, 0x72]
  return mark.every((byte, index) => head[257 + index] === byte) ? 'tar' : undefined
}
