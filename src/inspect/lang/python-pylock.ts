// Python packages that pylock.toml names, the lock file of no package manager and all: `[[packages]]` tables; a
// `directory` is a folder of the project, `vcs` a repository, of which a version may be missing.
// Format: https://packaging.python.org/en/latest/specifications/pylock-toml/

import { gitSource } from '../../lib/git-address.ts'
import type { Extractor } from '../extractor.ts'
import { object, optional, text } from '../../lib/shape.ts'
import { packagesOfLock, type LockedEntry } from './python/toml-lock.ts'

export const pythonPylock: Extractor = {
  id: 'python-pylock',
  ecosystem: 'PyPI',
  files: ['**/pylock.toml', '**/pylock.*.toml'],
  extract: (file, scan) =>
    packagesOfLock(file, scan, { list: 'packages', isOwn: (entry) => Object.hasOwn(entry, 'directory'), git }),
}

const checkedOut = object({ vcs: object({ type: text(), url: optional(text()), 'commit-id': optional(text()) }) })

function git(entry: LockedEntry) {
  const { type, url, 'commit-id': commit } = checkedOut.safeParse(entry).data?.vcs ?? {}
  return type === 'git' ? gitSource(url, commit) : undefined
}
