// Node packages that Deno's lock file names, beside modules of JSR and of the web, of which nobody keeps advisories.
//   2       "npm": { "packages": { "chalk@5.3.0": { "integrity": "…" } } }
//   3       "packages": { "npm": { "chalk@5.3.0": … }, "jsr": { "@std/path@1.0.0": … } }
//   4, 5    "npm": { "chalk@5.3.0": … }, "jsr": { "@std/path@1.0.0": … }
// Behind the version stand the peers that it was installed beside: `a@1.0.0_b@2.0.0`.
// Format: https://docs.deno.com/runtime/fundamentals/modules/#integrity-checking-and-lock-files

import { either, number, object, optional, record, text, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { isOfDependency, isVersion, LockedNodePackages, splitDescriptor } from './npm/package.ts'

export const denoLock: Extractor = { id: 'deno-lock', ecosystem: 'npm', files: ['**/deno.lock'], extract }

const entries = optional(record(unknown))
const lists = { npm: entries, jsr: entries }
const lockFile = object({
  version: either(text(), number),
  packages: optional(object(lists)),
  remote: entries,
  ...lists,
})
const nested = object({ packages: record(unknown) })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  const parsed = lockFile.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('no lock file of Deno: it has no version, or no lists of packages')
  const { npm = {}, jsr, remote = {}, packages } = parsed.data
  const listed = packages?.npm ?? nested.safeParse(npm).data?.packages ?? npm
  const locked = new LockedNodePackages(file.path)
  for (const key of Object.keys(listed)) {
    const { name, wanted = '' } = splitDescriptor(key) ?? {}
    const version = wanted.split('_', 1)[0]!
    if (name !== undefined && isVersion(version)) yield* locked.add(name, version)
    else scan.gap(`the entry ${key.slice(0, 100)} has no name or no version`)
  }
  const judgedByNobody = [...Object.keys(packages?.jsr ?? jsr ?? {}), ...Object.keys(remote)].length
  if (judgedByNobody > 0) scan.gap(`nobody keeps advisories of its ${judgedByNobody} modules of JSR and of the web`)
}
