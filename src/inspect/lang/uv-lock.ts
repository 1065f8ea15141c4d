// Python packages that uv.lock names: `[[package]]` tables, the project and the other members of its workspace among
// them, with `source = { virtual = "." }`, `editable` or `directory`; `source = { git = "URL?rev=main#COMMIT" }`.
// Format: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile

import { gitAddress, gitSource, type GitSource } from '../../lib/git-address.ts'
import { object, record, unknown } from '../../lib/shape.ts'
import type { Extractor } from '../extractor.ts'
import { packagesOfLock, type LockedEntry } from './python/toml-lock.ts'

export const uvLock: Extractor = {
  id: 'uv-lock',
  ecosystem: 'PyPI',
  files: ['**/uv.lock'],
  extract: (file, scan) => packagesOfLock(file, scan, { list: 'package', isOwn, git }),
}

const sourced = object({ source: record(unknown) })

function git(entry: LockedEntry): GitSource | undefined {
  const url = sourced.safeParse(entry).data?.source['git']
  return typeof url === 'string' ? gitSource(url, gitAddress(url)?.fragment) : undefined
}

function isOwn(entry: LockedEntry): boolean {
  const source = sourced.safeParse(entry).data?.source ?? {}
  return ['virtual', 'editable', 'directory'].some((kind) => Object.hasOwn(source, kind))
}
