// What somebody gave to be looked for in files, made ready for all that is read afterwards.

import type { Gap } from '../model/scan.ts'
import type { WantedContent } from './content-scanner.ts'
import { loadHashLists } from './malware/hash-lists.ts'

export interface GivenPaths {
  /** Lists of hashes of known malware. */
  malwareHashes: readonly string[]
}

/** True when nothing was given: contents are searched for what is built in. Throws when something of it cannot be used. */
export async function loadGivenContent({ malwareHashes }: GivenPaths): Promise<WantedContent> {
  if (malwareHashes.length === 0) return true
  const hashes = await loadHashLists(malwareHashes)
  return { key: hashes.key, hashes }
}

/** Of what was given, which belong to each thing that is read. */
export function givenGaps(wanted: WantedContent): Gap[] {
  return typeof wanted === 'boolean' ? [] : (wanted.hashes?.gaps ?? [])
}
