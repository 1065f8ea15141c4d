// Java archives, with all that is packed inside them: jar, war, ear, jmod, and what servers call the same by other names.
// https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { archiveSource } from '../archive-source.ts'
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
  const known = (file.memory.get(javaArchive.id) as Known | undefined) ?? new KnownArchives()
  file.memory.set(javaArchive.id, known)
  const { ahead, javaArchives: named } = file
  yield* archivePackages(archiveSource(file), file.path, scan, { known, ahead, named })
}
