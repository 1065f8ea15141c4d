import type { Distribution, Package } from '../model/package.ts'
import { apk } from './versions/apk.ts'
import { dpkg } from './versions/dpkg.ts'
import { rpm } from './versions/rpm.ts'

/**
 * What distributions install is judged by the distribution, of the very release: its fixes are backported. `rpm` is what
 * lies in a database of rpm where no distribution, or another one, is named.
 */
const ofDistributions = new Set([...apk.ecosystems, ...dpkg.ecosystems, ...rpm.ecosystems, 'Arch Linux', 'rpm'])

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
