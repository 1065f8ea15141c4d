// Python packages that pylock.toml names, the lock file of no package manager and all: `[[packages]]` tables; a
// `directory` is a folder of the project.
// Format: https://packaging.python.org/en/latest/specifications/pylock-toml/

import type { Extractor } from '../extractor.ts'
import { packagesOfLock } from './python/toml-lock.ts'

export const pythonPylock: Extractor = {
  id: 'python-pylock',
  ecosystem: 'PyPI',
  files: ['**/pylock.toml', '**/pylock.*.toml'],
  extract: (file, scan) => packagesOfLock(file, scan, 'packages', (entry) => Object.hasOwn(entry, 'directory')),
}
