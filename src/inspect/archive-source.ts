// A file that an extractor reads in parts, as the source of a zip.

import { ZipError, type ByteSource } from '../lib/zip.ts'
import type { ImageFile } from './extractor.ts'

/** Reading throws a `ZipError` beyond what is kept of the file. */
export function archiveSource(file: ImageFile): ByteSource {
  return {
    size: file.size,
    isFresh: file.parts.length === 0, // it lies on the disk
    async read(start, length) {
      const bytes = file.read(start, length)
      if (bytes.length < length) throw new ZipError('is larger than what is kept of one file')
      return bytes
    },
  }
}
