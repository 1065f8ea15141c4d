// The upgrades that clear the most: one for each package.

import { isCounted, type Finding } from '../model/finding.ts'

export interface Upgrade {
  name: string
  version: string
  /** The smallest version that clears all that can be cleared in it. */
  upgradeTo: string
  /** Of all open vulnerabilities of the package. */
  clears: number
  of: number
}

/** The one that clears the most first. */
export function upgradesOf(findings: readonly Finding[]): Upgrade[] {
  const open = findings.filter((finding) => finding.kind === 'vulnerability' && isCounted(finding))
  return [...Map.groupBy(open, (finding) => finding.package?.purl ?? '').values()]
    .flatMap((same): Upgrade[] => {
      const cleared = same.filter((finding) => finding.package?.upgradeTo !== undefined)
      if (cleared.length === 0) return []
      const { name, version, upgradeTo } = cleared[0]!.package!
      return [{ name, version, upgradeTo: upgradeTo!, clears: cleared.length, of: same.length }]
    })
    .toSorted((a, b) => b.clears - a.clears)
}
