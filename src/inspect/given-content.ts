// What somebody gave to be looked for in files, made ready for all that is read afterwards.

import type { Gap } from '../model/scan.ts'
import type { GivenContent, WantedContent } from './content-scanner.ts'
import { defaultLimits } from './limits.ts'
import { loadHashLists } from './malware/hash-lists.ts'
import { readYaraRules, type YaraRules } from './malware/yara-rules.ts'
import { engineOf } from './malware/yara-scanner.ts'

export interface GivenPaths {
  /** Files, or folders with `.yar` and `.yara` files. */
  yaraRules: readonly string[]
  /** Lists of hashes of known malware. */
  malwareHashes: readonly string[]
}

/** True when nothing was given: contents are searched for what is built in. Throws when something of it cannot be used. */
export async function loadGivenContent({ yaraRules, malwareHashes }: GivenPaths): Promise<WantedContent> {
  if (yaraRules.length === 0 && malwareHashes.length === 0) return true
  const given: GivenContent = { key: '' }
  if (malwareHashes.length > 0) given.hashes = await loadHashLists(malwareHashes)
  if (yaraRules.length > 0) given.yara = await compiled(await readYaraRules(yaraRules))
  given.key = [given.hashes?.key, given.yara?.key].map((key) => key ?? '-').join(' ')
  return given
}

/** Of what was given, which belong to each thing that is read. */
export function givenGaps(wanted: WantedContent): Gap[] {
  return typeof wanted === 'boolean' ? [] : (wanted.hashes?.gaps ?? [])
}

const mostTold = 10

async function compiled(rules: YaraRules): Promise<YaraRules> {
  const ready = await engineOf(rules, defaultLimits).ready()
  if ('missing' in ready) {
    const install = 'install it beside Plimsoll: npm install --no-save @litko/yara-x@0.3.0'
    throw new Error(`--yara-rules needs YARA-X, which is not installed: ${install} (${ready.missing})`)
  }
  if ('broken' in ready) {
    const more = ready.broken.length > mostTold ? [`and ${ready.broken.length - mostTold} more`] : []
    throw new Error(['--yara-rules: not all rules compile', ...ready.broken.slice(0, mostTold), ...more].join('\n  '))
  }
  if (ready.rules === 0) throw new Error('--yara-rules: no rule stands in the files')
  return { ...rules, key: `${rules.key} ${ready.version}` }
}
