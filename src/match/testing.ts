import type { Advisory, AdvisoryLookup, Epss, Range } from '../model/advisory.ts'
import type { Distribution, Package } from '../model/package.ts'

/** A look-up in a list of records, as the index gives it; every ecosystem that they name is judged. */
export function lookupIn(
  advisories: readonly Advisory[],
  { exploited = [] as readonly string[], epss = {} as Readonly<Record<string, Epss>>, starter = false } = {},
): AdvisoryLookup {
  const naming = (matches: (ecosystem: string, name: string) => boolean): Advisory[] =>
    advisories.filter(({ affected }) =>
      affected?.some((entry) => entry.package && matches(entry.package.ecosystem, entry.package.name)),
    )
  return {
    judges(ecosystem) {
      const count = naming((candidate) => candidate === ecosystem).length
      return count === 0 ? undefined : { advisories: count, starter }
    },
    find: (ecosystem, name) => naming((e, n) => e === ecosystem && n === name),
    exploited: (id) => exploited.includes(id),
    epss: (id) => epss[id],
  }
}

/** A record with one range for one package. */
export function record(
  id: string,
  [ecosystem, name]: readonly [ecosystem: string, name: string],
  events: Range['events'],
  more: Partial<Advisory> = {},
): Advisory {
  const type = ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM'
  return {
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [{ package: { ecosystem, name }, ranges: [{ type, events }] }],
    ...more,
  }
}

export const bullseye: Distribution = {
  id: 'debian',
  version: '11',
  name: 'Debian GNU/Linux 11',
  ecosystem: 'Debian:11',
}

export function debianPackage(name: string, version: string, source?: Package['source']): Package {
  const place = { path: 'var/lib/dpkg/status' }
  return {
    ecosystem: 'Debian',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${version}`,
    place,
    ...(source ? { source } : {}),
  }
}

export function npmPackage(name: string, version: string, path = `node_modules/${name}/package.json`): Package {
  return { ecosystem: 'npm', name, version, purl: `pkg:npm/${name}@${version}`, place: { path } }
}
