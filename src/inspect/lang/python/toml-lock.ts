// What the lock files of Python's package managers share: TOML with one table for each package, `name` and `version`.

import type { GitSource } from '../../../lib/git-address.ts'
import { array, object, optional, record, text, unknown, type Shaped } from '../../../lib/shape.ts'
import type { Package } from '../../../model/package.ts'
import type { Scan } from '../../../model/scan.ts'
import { tomlOf } from '../../documents.ts'
import type { ImageFile } from '../../extractor.ts'
import { isName, isOfDependency, isVersion, pythonPackage } from './package.ts'

const named = object({ name: text(), version: optional(text()) })
const table = record(unknown)
const entries = array(unknown)
/** With all that it says. */
export type LockedEntry = Shaped<typeof table> & Shaped<typeof named>

/** What differs from tool to tool. */
export interface LockForm {
  /** The name of the array of tables. */
  list: string
  /** Whether an entry is the project itself or a folder of it. */
  isOwn(entry: LockedEntry): boolean
  /** Of an entry that comes from Git. */
  git(entry: LockedEntry): GitSource | undefined
}

export async function* packagesOfLock(
  file: ImageFile,
  scan: Scan,
  { list, isOwn, git }: LockForm,
): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  const parsed = entries.safeParse(table.safeParse(await tomlOf(file)).data?.[list] ?? [])
  if (!parsed.success) return scan.gap(`has no list of packages named ${list}`)
  const seen = new Set<string>()
  for (const [index, value] of parsed.data.entries()) {
    const found = entryOf(value)
    if (found && isOwn(found)) continue
    if (!isName(found?.name)) {
      scan.gap(`entry ${index + 1} of ${list} has no name`)
      continue
    }
    const source = git(found)
    const version = found.version ?? source?.commit
    if (!isVersion(version)) scan.gap(`${found.name} has no version`)
    else {
      const locked = { ...pythonPackage(found.name, version, { path: file.path }, source), declared: true as const }
      if (!seen.has(locked.purl)) yield locked // once more for each set of its extras
      seen.add(locked.purl)
    }
  }
}

function entryOf(value: unknown): LockedEntry | undefined {
  const { data } = named.safeParse(value)
  return data && { ...table.safeParse(value).data, ...data }
}
