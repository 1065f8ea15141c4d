import type { Distribution, Package } from '../model/package.ts'
import type { VersionOrder } from './order.ts'
import { apk } from './versions/apk.ts'
import { dpkg } from './versions/dpkg.ts'
import { pacman } from './versions/pacman.ts'
import { rpm } from './versions/rpm.ts'

/**
 * What distributions install is judged by the distribution, of the very release: its fixes are backported. `rpm` is what
 * lies in a database of rpm where no distribution, or another one, is named.
 */
const ofDistributions = new Set([...apk.ecosystems, ...dpkg.ecosystems, ...rpm.ecosystems, ...pacman.ecosystems, 'rpm'])

/** Their advisories name the packages that are installed; those of the others name the source packages. */
const namedByBinaries = new Set(['AlmaLinux', 'Amazon Linux', 'Arch Linux', 'Oracle Linux', 'Photon OS', 'Red Hat'])

/** The ecosystem of OSV, with its release, whose advisories judge a package; undefined for a distribution that OSV does not know. */
export function judgingEcosystem(
  ecosystem: Package['ecosystem'],
  distribution: Distribution | undefined,
): string | undefined {
  if (!ofDistributions.has(ecosystem)) return ecosystem
  const judging = distribution?.ecosystem
  return judging !== undefined && withoutRelease(judging) === ecosystem ? judging : undefined
}

/** Name and version by which the advisories of its ecosystem judge a package. */
export function judgedAs({ ecosystem, name, version, source }: Package): { name: string; version: string } {
  return source && !namedByBinaries.has(ecosystem) ? source : { name, version }
}

/** `Alpine:v3.20` → `Alpine`. */
export function withoutRelease(ecosystem: string): string {
  return ecosystem.split(':', 1)[0]!
}

/** They rebuild others' packages, and name whose behind a colon: `Root:Alpine:3.18`, `TuxCare:npm`. */
const rebuilders = new Set(['Docker Hardened Images', 'Root', 'TuxCare'])

/** The order of an ecosystem's versions, with or without its release. */
export function orderOf(ecosystem: string, orders: readonly VersionOrder[]): VersionOrder | undefined {
  const family = withoutRelease(ecosystem)
  if (rebuilders.has(family)) return orderOf(ecosystem.slice(family.length + 1), orders)
  return orders.find(({ ecosystems }) => ecosystems.includes(family))
}
