// Node packages that bun.lock names. Its older form, bun.lockb, is a dump of bun's memory that nobody documents: a gap.
//
// JSON with commas before closing brackets. `packages` has one list for each place in node_modules, what was resolved
// first: `"a/b": ["b@1.0.0", "", {}, "sha512-…"]`; `b@workspace:…` is a folder of the project.
// Format: https://bun.sh/docs/install/lockfile

import { array, number, object, optional, record, text, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { sourceOf } from './npm/git-source.ts'
import { isOfDependency, isVersion, LockedNodePackages, splitDescriptor } from './npm/package.ts'

export const bunLock: Extractor = { id: 'bun-lock', ecosystem: 'npm', files: ['**/bun.lock', '**/bun.lockb'], extract }

const lockFile = object({ lockfileVersion: number, packages: optional(record(unknown)) })
const resolved = array(unknown)

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  if (file.path.endsWith('b'))
    return scan.gap('bun.lockb is not read: write bun.lock with bun install --save-text-lockfile')
  const parsed = lockFile.safeParse(await jsonOf(file, withoutTrailingCommas))
  if (!parsed.success) return scan.gap('no lock file of bun: it has no lockfileVersion, or no packages')
  const locked = new LockedNodePackages(file.path)
  for (const [place, value] of Object.entries(parsed.data.packages ?? {})) {
    const descriptor = splitDescriptor(text().safeParse(resolved.safeParse(value).data?.[0]).data ?? '')
    const git = sourceOf(descriptor?.wanted ?? '')
    if (descriptor && isVersion(descriptor.wanted)) yield* locked.add(descriptor.name, descriptor.wanted)
    else if (descriptor && git) yield* locked.add(descriptor.name, git.commit, undefined, descriptor.wanted)
    else if (!/^(?:workspace|link|root):/.test(descriptor?.wanted ?? ''))
      scan.gap(`the version of ${descriptor?.name ?? place} is not told: it is not from a registry`)
  }
}

/** Character by character, since a pattern that knows strings would be slow on hostile ones. */
function withoutTrailingCommas(text: string): string {
  const kept: string[] = []
  let start = 0
  let comma = -1
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '"') at = endOfString(text, at)
    else if ((character === '}' || character === ']') && comma >= 0) {
      kept.push(text.slice(start, comma))
      start = comma + 1
    }
    if (character === ',') comma = at
    else if (!/\s/.test(character)) comma = -1
  }
  return kept.join('') + text.slice(start)
}

/** Where the closing quote is; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return text.length
}
