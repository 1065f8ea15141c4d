// Packages of R that renv.lock names: JSON with `Packages` by name.
//   "mime": { "Package": "mime", "Version": "0.12", "Source": "Repository", "Repository": "CRAN" }
// `Source` is also Bioconductor, a host of Git (GitHub, GitLab, Bitbucket, git) with the commit in `RemoteSha`, or a
// folder or archive of whoever wrote it (Local, unknown).
// Format: https://rstudio.github.io/renv/reference/lockfiles.html

import { object, optional, record, text, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { isName, isVersion, packageOfR, remoteSource } from './r/package.ts'

export const renvLock: Extractor = { id: 'renv-lock', ecosystem: 'CRAN', files: ['**/renv.lock'], extract }

const entries = record(unknown)
const lockFile = object({ Packages: optional(entries) })
const entry = object({ Package: text(), Version: text(), Source: optional(text()) })
/** What has it in common with packages of CRAN is only the language. */
const ownSources = new Set(['local', 'unknown'])

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const parsed = lockFile.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('renv.lock without a list of packages')
  for (const [key, value] of Object.entries(parsed.data.Packages ?? {})) {
    const { Package: name, Version: version, Source: source = 'unknown' } = entry.safeParse(value).data ?? {}
    if (!isName(name) || !isVersion(version)) scan.gap(`the entry ${key.slice(0, 100)} has no name or no version`)
    else if (ownSources.has(source.toLowerCase()))
      scan.gap(`${name} is from no repository, but from a folder or an archive`)
    else {
      const fields = entries.safeParse(value).data ?? {}
      const checkedOut = remoteSource((field) => text().safeParse(fields[field]).data)
      const repository = source === 'Bioconductor' ? 'Bioconductor' : 'CRAN'
      yield { ...packageOfR(repository, { name, version }, { path: file.path }, checkedOut), declared: true }
    }
  }
}
