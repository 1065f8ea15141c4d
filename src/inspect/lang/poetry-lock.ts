// Python packages that poetry.lock names: `[[package]]` tables; `source.type` is `directory` for folders of the project.
// Format: https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock

import { z } from 'zod'
import type { Extractor } from '../extractor.ts'
import { packagesOfLock } from './python/toml-lock.ts'

const ofFolder = z.object({ source: z.object({ type: z.literal('directory') }) })

export const poetryLock: Extractor = {
  id: 'poetry-lock',
  ecosystem: 'PyPI',
  files: ['**/poetry.lock'],
  extract: (file, scan) => packagesOfLock(file, scan, 'package', (entry) => ofFolder.safeParse(entry).success),
}
