// Python packages that poetry.lock names: `[[package]]` tables; `source.type` is `directory` for folders of the project, `git`
// for what comes from a repository, with `url` and the commit as `resolved_reference`.
// Format: https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock

import { gitSource } from '../../lib/git-address.ts'
import { object, optional, text } from '../../lib/shape.ts'
import type { Extractor } from '../extractor.ts'
import { packagesOfLock, type LockedEntry } from './python/toml-lock.ts'

const sourced = object({
  source: object({ type: text(), url: optional(text()), resolved_reference: optional(text()) }),
})

export const poetryLock: Extractor = {
  id: 'poetry-lock',
  ecosystem: 'PyPI',
  files: ['**/poetry.lock'],
  extract: (file, scan) =>
    packagesOfLock(file, scan, {
      list: 'package',
      isOwn: (entry) => sourceOf(entry)?.type === 'directory',
      git: (entry) => {
        const { type, url, resolved_reference: commit } = sourceOf(entry) ?? {}
        return type === 'git' ? gitSource(url, commit) : undefined
      },
    }),
}

function sourceOf(entry: LockedEntry) {
  return sourced.safeParse(entry).data?.source
}
