// Python packages that pdm.lock names: `[[package]]` tables, one more for each set of extras; `path` for folders of the
// project, `editable` also for checkouts.
// Format: https://pdm-project.org/latest/usage/lockfile/

import type { Extractor } from '../extractor.ts'
import { packagesOfLock } from './python/toml-lock.ts'

export const pdmLock: Extractor = {
  id: 'pdm-lock',
  ecosystem: 'PyPI',
  files: ['**/pdm.lock'],
  extract: (file, scan) =>
    packagesOfLock(file, scan, 'package', ({ path }) => typeof path === 'string' && !isArchive(path)),
}

function isArchive(path: string): boolean {
  return /\.(?:whl|zip|tar\.\w+|tgz)$/.test(path)
}
