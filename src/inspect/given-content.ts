// What somebody gave to be looked for in files, made ready for all that is read afterwards.

import type { GivenContent, WantedContent } from './content-scanner.ts'
import { loadNamedArchives } from './java/named-archives.ts'
import { defaultLimits } from './limits.ts'
import { loadHashLists } from './hashes/hash-lists.ts'
import { readYaraRules, type YaraRules } from './malware/yara-rules.ts'
import { engineOf } from './malware/yara-scanner.ts'

export interface GivenPaths {
  /** Files, or folders with `.yar` and `.yara` files. */
  yaraRules: readonly string[]
  /** Lists of hashes of known malware. */
  malwareHashes: readonly string[]
  /** Lists of the SHA-1 of Java archives, by their path in a Maven repository. */
  javaArchives: readonly string[]
}

/** True when nothing was given: contents are searched for what is built in. Throws when something of it cannot be used. */
export async function loadGivenContent(paths: Partial<GivenPaths>): Promise<WantedContent> {
  const { yaraRules = [], malwareHashes = [], javaArchives = [] } = paths
  if (yaraRules.length + malwareHashes.length + javaArchives.length === 0) return true
  const given: GivenContent = { key: '' }
  if (malwareHashes.length > 0) given.hashes = await loadHashLists(malwareHashes)
  if (yaraRules.length > 0) given.yara = await compiled(await readYaraRules(yaraRules))
  if (javaArchives.length > 0) given.javaArchives = await loadNamedArchives(javaArchives)
  given.key = [given.hashes?.key, given.yara?.key, given.javaArchives?.key].map((key) => key ?? '-').join(' ')
  return given
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
