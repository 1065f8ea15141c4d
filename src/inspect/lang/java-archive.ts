// Java archives, with all that is packed inside them: jar, war, ear, jmod, and what servers call the same by other names.
// https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html

import { ZipError } from '../../lib/zip.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { archiveExtensions, archivePackages } from '../java/archive.ts'
import { KnownArchives } from '../java/known-archives.ts'

export const javaArchive: Extractor = {
  id: 'java-archive',
  ecosystem: 'Maven',
  files: archiveExtensions.map((extension) => `**/*.${extension}`),
  inParts: true,
  extract,
}

function extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const read = async (start: number, length: number): Promise<Uint8Array> => {
    const bytes = file.read(start, length)
    if (bytes.length < length) throw new ZipError('is larger than what is kept of one file')
    return bytes
  }
  const known = (file.memory.get(javaArchive.id) as KnownArchives | undefined) ?? new KnownArchives()
  file.memory.set(javaArchive.id, known)
  return archivePackages({ size: file.size, read }, file.path, scan, { known })
}
