// Python packages that pdm.lock names: `[[package]]` tables, one more for each set of extras; `path` for folders of the
// project, `editable` also for checkouts; `git` and `revision` for repositories.
// Format: https://pdm-project.org/latest/usage/lockfile/

import { gitSource } from '../../lib/git-address.ts'
import type { Extractor } from '../extractor.ts'
import { isArchive } from './python/package.ts'
import { packagesOfLock } from './python/toml-lock.ts'

export const pdmLock: Extractor = {
  id: 'pdm-lock',
  ecosystem: 'PyPI',
  files: ['**/pdm.lock'],
  extract: (file, scan) =>
    packagesOfLock(file, scan, {
      list: 'package',
      isOwn: ({ path }) => typeof path === 'string' && !isArchive(path),
      git: (entry) => gitSource(entry['git'], entry['revision']),
    }),
}
