// Python packages that Pipfile.lock names: JSON with one object for each group (`default`, `develop`, others), by name;
// `"version": "==2.31.0"`. What comes from a folder has no version, and from a repository (`git`, `ref`) the commit is it.
// Format: https://pipenv.pypa.io/en/latest/pipfile.html

import { gitSource } from '../../lib/git-address.ts'
import { object, record, text, textThat, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { isArchive, isName, isOfDependency, isVersion, pythonPackage } from './python/package.ts'

export const pipfileLock: Extractor = { id: 'pipfile-lock', ecosystem: 'PyPI', files: ['**/Pipfile.lock'], extract }

const lockFile = object({ _meta: object({}) })
const group = record(unknown)
const pinned = object({ version: textThat((version) => version.startsWith('=='), 'is no exact version') })
const ownFolder = object({ path: textThat((path) => !isArchive(path), 'is no folder') })
const checkedOut = object({ git: text(), ref: text() })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  const document = await jsonOf(file)
  const all = group.safeParse(document)
  if (!all.success || !lockFile.safeParse(document).success) return scan.gap('no lock file of pipenv: it has no _meta')
  const { _meta, ...groups } = all.data
  const seen = new Set<string>()
  for (const [groupName, value] of Object.entries(groups)) {
    const entries = group.safeParse(value).data
    if (!entries) scan.gap(`the group ${groupName} is no list of packages`)
    for (const [name, entry] of Object.entries(entries ?? {})) {
      if (ownFolder.safeParse(entry).success) continue
      const { git, ref } = checkedOut.safeParse(entry).data ?? {}
      const source = gitSource(git, ref)
      const version = pinned.safeParse(entry).data?.version.replace(/^={2,3}\s*/, '') ?? source?.commit
      if (!isName(name) || !isVersion(version)) {
        scan.gap('an entry without a name or one exact version')
        continue
      }
      const locked = { ...pythonPackage(name, version, { path: file.path }, source), declared: true as const }
      if (!seen.has(locked.purl)) yield locked
      seen.add(locked.purl)
    }
  }
}
