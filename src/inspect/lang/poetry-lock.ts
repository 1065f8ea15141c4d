// Python packages that poetry.lock names: `[[package]]` tables; `source.type` is `directory` for folders of the project.
// Format: https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock

import { object, text } from '../../lib/shape.ts'
import type { Extractor } from '../extractor.ts'
import { packagesOfLock, type LockedEntry } from './python/toml-lock.ts'

const sourced = object({ source: object({ type: text() }) })

export const poetryLock: Extractor = {
  id: 'poetry-lock',
  ecosystem: 'PyPI',
  files: ['**/poetry.lock'],
  extract: (file, scan) => packagesOfLock(file, scan, 'package', isOfFolder),
}

function isOfFolder(entry: LockedEntry): boolean {
  return sourced.safeParse(entry).data?.source.type === 'directory'
}
