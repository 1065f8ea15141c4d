// Python packages that uv.lock names: `[[package]]` tables, the project and the other members of its workspace among
// them, with `source = { virtual = "." }`, `editable` or `directory`.
// Format: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile

import { object, record, unknown } from '../../lib/shape.ts'
import type { Extractor } from '../extractor.ts'
import { packagesOfLock, type LockedEntry } from './python/toml-lock.ts'

export const uvLock: Extractor = {
  id: 'uv-lock',
  ecosystem: 'PyPI',
  files: ['**/uv.lock'],
  extract: (file, scan) => packagesOfLock(file, scan, 'package', isOwn),
}

const sourced = object({ source: record(unknown) })

function isOwn(entry: LockedEntry): boolean {
  const source = sourced.safeParse(entry).data?.source ?? {}
  return ['virtual', 'editable', 'directory'].some((kind) => Object.hasOwn(source, kind))
}
