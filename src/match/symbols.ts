// Which parts of a package a vulnerability is in, where the record tells. Whether they are called nobody here knows, so that it
// is a hint to the reader and never a reason to leave a finding out.

import type { Affected } from '../model/advisory.ts'

const shown = 5

/** One sentence without a full stop; undefined where no record names a part. */
export function symbolsHint(entries: readonly Affected[]): string | undefined {
  const symbols = [...new Set(entries.flatMap(({ ecosystem_specific }) => symbolsIn(ecosystem_specific)))]
  if (symbols.length === 0) return undefined
  const more = symbols.length - shown
  const list = `${symbols.slice(0, shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `It is in ${list}: whether that is called is not known`
}

/** As Go's database has them (`imports`), and RustSec's (`affects.functions`). https://go.dev/doc/security/vuln/database */
function symbolsIn(specific: Affected['ecosystem_specific']): string[] {
  if (specific === undefined) return []
  const imports = listOf(specific['imports']).flatMap((one) => {
    const path = member(one, 'path')
    if (typeof path !== 'string') return []
    const symbols = listOf(member(one, 'symbols')).filter((symbol) => typeof symbol === 'string')
    return symbols.length === 0 ? [path] : symbols.map((symbol) => `${path}.${symbol}`)
  })
  const functions = listOf(member(specific['affects'], 'functions')).filter((name) => typeof name === 'string')
  return [...imports, ...functions]
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
