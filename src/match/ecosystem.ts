import type { Distribution, Package } from '../model/package.ts'

/** What distributions install is judged by the distribution, of the very release: its fixes are backported. */
const ofDistributions = new Set(['Debian', 'Ubuntu', 'Alpine', 'Wolfi', 'Chainguard'])

/** The ecosystem of OSV, with its release, whose advisories judge a package; undefined for a distribution that OSV does not know. */
export function judgingEcosystem(
  ecosystem: Package['ecosystem'],
  distribution: Distribution | undefined,
): string | undefined {
  return ofDistributions.has(ecosystem) ? distribution?.ecosystem : ecosystem
}

/** `Alpine:v3.20` → `Alpine`. */
export function withoutRelease(ecosystem: string): string {
  return ecosystem.split(':', 1)[0]!
}
