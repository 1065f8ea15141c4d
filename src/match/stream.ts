// Streams of one package whose versions do not compare: modules of rpm, the builds of Oracle for other purposes, and those of
// an architecture where a record tells them apart.
// https://docs.fedoraproject.org/en-US/modularity/

import { parsePurl } from '../lib/purl.ts'
import type { Advisory, Affected } from '../model/advisory.ts'
import type { Package } from '../model/package.ts'

/** Whether an entry speaks of the stream of a package; `unknown` where only a part of the label is there. */
export type StreamMatch = 'same' | 'other' | 'unknown'

export function compareStreams(found: Package, advisory: Advisory, entry: Affected): StreamMatch {
  const fixes = fixesOf(entry)
  const arch = entry.database_specific?.['arch']
  if (arch !== undefined && found.arch !== undefined && arch !== found.arch) return 'other'
  if (fixes.length > 0 && fixes.every((fix) => flavour(fix) !== flavour(found.version))) return 'other'
  return compareModules(found, advisory, entry, fixes)
}

function compareModules({ module, version }: Package, advisory: Advisory, entry: Affected, fixes: readonly string[]) {
  const modular = module !== undefined || isModular(version)
  const named = streamOf(advisory, entry)
  if (named === undefined) {
    if (fixes.length === 0) return modular ? 'unknown' : 'same'
    if (fixes.some(isModular) !== modular) return 'other'
    return modular ? 'unknown' : 'same'
  }
  if (!modular) return 'other'
  if (module === undefined) return 'unknown'
  return module.split(':').slice(0, 2).join(':') === named ? 'same' : 'other'
}

/** `postgresql:15`, by the record's own field, by the purl, or by the title as Rocky and AlmaLinux write it. */
function streamOf(advisory: Advisory, { package: named, ecosystem_specific, database_specific }: Affected) {
  const label = ecosystem_specific?.['rpmmod'] ?? database_specific?.['rpmmod'] ?? qualifier(named?.purl)
  if (typeof label === 'string' && label !== '') return label.split(':').slice(0, 2).join(':')
  const title = /(?:^|: )(?<stream>[A-Za-z0-9_.+-]+:[A-Za-z0-9_.+-]+) /.exec(advisory.summary ?? '')?.groups
  return title?.['stream']
}

function qualifier(purl: string | undefined): string | undefined {
  return purl?.includes('rpmmod') ? parsePurl(purl)?.qualifiers['rpmmod'] : undefined
}

function fixesOf({ ranges = [] }: Affected): string[] {
  return ranges.flatMap(({ events }) =>
    events.flatMap(({ fixed }) => (fixed === undefined || fixed === '0' ? [] : [fixed])),
  )
}

/** The release of a module's build says so: `2.module+el9.4.0+20787+4c237fd3`, `module_el8.6.0+3094+11d8a6e8`. */
function isModular(version: string): boolean {
  return /\.module[+_]/.test(version)
}

/** Oracle builds some packages for patching without a restart, or for FIPS, under numbers of their own. */
function flavour(version: string): string {
  return /\.ksplice\d/.test(version) ? 'ksplice' : /_fips/.test(version) ? 'fips' : ''
}
