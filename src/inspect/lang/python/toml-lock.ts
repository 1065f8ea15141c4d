// What the lock files of Python's package managers share: TOML with one table for each package, `name` and `version`.

import { z } from 'zod'
import type { Package } from '../../../model/package.ts'
import type { Scan } from '../../../model/scan.ts'
import { tomlOf } from '../../documents.ts'
import type { ImageFile } from '../../extractor.ts'
import { isName, isOfDependency, isVersion, pythonPackage } from './package.ts'

const entry = z.looseObject({ name: z.string(), version: z.string().optional() })
export type LockedEntry = z.infer<typeof entry>

/** `list`: the name of the array of tables. `isOwn`: whether an entry is the project itself or a folder of it. */
export async function* packagesOfLock(
  file: ImageFile,
  scan: Scan,
  list: string,
  isOwn: (entry: LockedEntry) => boolean,
): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  const parsed = z.looseObject({ [list]: z.array(z.unknown()).default([]) }).safeParse(await tomlOf(file))
  if (!parsed.success) return scan.gap(`has no list of packages named ${list}`)
  const seen = new Set<string>()
  for (const [index, value] of (parsed.data[list] as unknown[]).entries()) {
    const found = entry.safeParse(value).data
    if (found && isOwn(found)) continue
    if (!isName(found?.name)) scan.gap(`entry ${index + 1} of ${list} has no name`)
    else if (!isVersion(found.version)) scan.gap(`${found.name} has no version`)
    else {
      const locked = { ...pythonPackage(found.name, found.version, { path: file.path }), declared: true as const }
      if (!seen.has(locked.purl)) yield locked // once more for each set of its extras
      seen.add(locked.purl)
    }
  }
}
