// Java archives, with all that is packed inside them: jar, war, ear, jmod, and what servers call the same by other names.
// https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html

import { ZipError } from '../../lib/zip.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { defaultArchiveLimits } from '../java/limits.ts'
import { archiveExtensions, archivePath } from '../java/extensions.ts'
import type { KnownArchives as Known } from '../java/known-archives.ts'

export const javaArchive: Extractor = {
  id: 'java-archive',
  ecosystem: 'Maven',
  files: archiveExtensions.map((extension) => `**/*.${extension}`),
  inParts: true,
  ahead: {
    wants: ({ path, size, packedSize }) =>
      Math.max(size, packedSize) > defaultArchiveLimits.inMemory && archivePath.test(path),
    total: defaultArchiveLimits.total,
  },
  extract,
}

/** What reads them is loaded with the first. */
async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const { archivePackages } = await import('../java/archive.ts')
  const { KnownArchives } = await import('../java/known-archives.ts')
  const read = async (start: number, length: number): Promise<Uint8Array> => {
    const bytes = file.read(start, length)
    if (bytes.length < length) throw new ZipError('is larger than what is kept of one file')
    return bytes
  }
  const known = (file.memory.get(javaArchive.id) as Known | undefined) ?? new KnownArchives()
  file.memory.set(javaArchive.id, known)
  const isFresh = file.parts.length === 0 // it lies on the disk
  const { ahead, javaArchives: named } = file
  yield* archivePackages({ size: file.size, read, isFresh }, file.path, scan, { known, ahead, named })
}
