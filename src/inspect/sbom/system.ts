// Which distribution the packages of a bill of materials belong to: from its operating-system component, or from what the
// purls say of it (`distro=debian-12`).

import type { Distribution } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { idOfNamespace, isKnown, namedDistribution } from '../distribution.ts'
import type { ListedSystem } from './bill.ts'
import type { ListedPackage } from './listed-package.ts'

/** Undefined when the document tells nothing of it; a release that is not told is a gap. */
export function systemOf(
  systems: readonly ListedSystem[],
  packages: readonly ListedPackage[],
  scan: Scan,
): Distribution | undefined {
  const listed = fromComponents(systems)
  const distribution = listed && isKnown(listed) ? listed : (fromPackages(packages) ?? listed)
  const names = new Set(systems.map(({ name, version }) => `${name} ${version}`))
  if (names.size > 1) scan.gap(`the document names ${names.size} operating systems, of which the first is taken`)
  if (distribution !== undefined && isKnown(distribution) && distribution.ecosystem === undefined) {
    const release =
      distribution.version === undefined ? 'does not tell the release of' : 'names a release without advisories:'
    scan.gap(`the document ${release} ${distribution.name}`)
  }
  return distribution
}

/** Whether the purl of a package says that it is of another distribution, or of another release. */
export function isForeign({ system }: ListedPackage, distribution: Distribution): boolean {
  if (system?.namespace === undefined && system?.distro === undefined) return false
  const own = toldBy(system)
  if (own === undefined || !isKnown(own) || !isKnown(distribution)) return false
  if (own.version === undefined) return own.id !== distribution.id && own.name !== distribution.name
  return own.ecosystem !== undefined && distribution.ecosystem !== undefined && own.ecosystem !== distribution.ecosystem
}

function fromComponents(systems: readonly ListedSystem[]): Distribution | undefined {
  const [system] = systems
  if (system === undefined) return undefined
  const { name, title } = system
  const version = (system.version ?? name).match(/\d+(?:\.\d+)*(?:_\w+)?/)?.[0]
  const id = idOfName(name.toLowerCase())
  const written =
    id === 'sles' || id === 'opensuse-leap' ? titleOf(id, version) : `${name} ${system.version ?? ''}`.trim()
  return namedDistribution({ id, version, name: title ?? written })
}

/** Some write the release into the name: `Red Hat Enterprise Linux 9.4 Extended Update Support`. */
function idOfName(name: string): string {
  if (Object.hasOwn(ids, name)) return ids[name]!
  return Object.entries(ids).find(([known]) => name.startsWith(`${known} `))?.[1] ?? name
}

/** The one that most packages name. */
function fromPackages(packages: readonly ListedPackage[]): Distribution | undefined {
  const counts = new Map<string, { distribution: Distribution; count: number }>()
  for (const { system } of packages) {
    const distribution = system && toldBy(system)
    if (distribution === undefined) continue
    const key = `${distribution.id} ${distribution.version}`
    const entry = counts.get(key)
    if (entry) entry.count++
    else counts.set(key, { distribution, count: 1 })
  }
  // One that tells its release says more than one that does not.
  const told = [...counts.values()]
  const best = told.toSorted(
    (a, b) =>
      Number(b.distribution.version !== undefined) - Number(a.distribution.version !== undefined) || b.count - a.count,
  )
  return best[0]?.distribution
}

/** `distro` is written `debian-12`, `alpine-v3.20`, `bookworm`, `12` or, for a rolling one, `arch`. */
function toldBy({ namespace, distro }: NonNullable<ListedPackage['system']>): Distribution | undefined {
  const ofNamespace = namespace === undefined ? undefined : idOfPurl(namespace)
  if (distro === undefined) return ofNamespace === undefined ? undefined : named(ofNamespace, undefined)
  const text = distro.toLowerCase()
  const match = /^(?:(?<id>[a-z][a-z0-9_-]*?)-)?v?(?<version>\d[\w.+-]*)$/.exec(text)?.groups
  if (match) {
    const id = match['id'] === undefined ? ofNamespace : idOfPurl(match['id'])
    return id === undefined ? undefined : named(id, match['version'])
  }
  const [id, version] = Object.hasOwn(codenames, text) ? codenames[text]! : [ofNamespace ?? text, undefined]
  return named(id, version)
}

/** Trivy's purls have its own names in them: `pkg:rpm/alma/bash@5.1?distro=alma-9.4`. */
function idOfPurl(name: string): string {
  return Object.hasOwn(ids, name) ? ids[name]! : idOfNamespace(name)
}

function named(id: string, version: string | undefined): Distribution {
  return namedDistribution({ id, version, name: titleOf(id, version) })
}

/** SUSE's releases are told apart by their names alone. */
function titleOf(id: string, version: string | undefined): string {
  if (version === undefined) return id
  const [major, pack] = version.split('.')
  if (id === 'opensuse-leap') return `openSUSE Leap ${version}`
  if (id === 'sles') return `SUSE Linux Enterprise Server ${major}${pack && pack !== '0' ? ` SP${pack}` : ''}`
  return `${id} ${version}`
}

/** What operating-system components are called by their makers and by Trivy; the others go by the ids of os-release. */
const ids: Readonly<Record<string, string>> = {
  'alpine linux': 'alpine',
  'debian gnu/linux': 'debian',
  'fedora linux': 'fedora',
  'opensuse leap': 'opensuse-leap',
  'opensuse.leap': 'opensuse-leap',
  'oracle linux': 'ol',
  'red hat enterprise linux': 'rhel',
  'rocky linux': 'rocky',
  'suse linux enterprise server': 'sles',
  alma: 'almalinux',
  amazon: 'amzn',
  'cbl-mariner': 'mariner',
  oracle: 'ol',
  redhat: 'rhel',
}

/** Of releases that get updates still, or did until lately. https://wiki.debian.org/DebianReleases, https://releases.ubuntu.com/ */
const codenames: Readonly<Record<string, readonly [id: string, version: string]>> = {
  stretch: ['debian', '9'],
  buster: ['debian', '10'],
  bullseye: ['debian', '11'],
  bookworm: ['debian', '12'],
  trixie: ['debian', '13'],
  bionic: ['ubuntu', '18.04'],
  focal: ['ubuntu', '20.04'],
  jammy: ['ubuntu', '22.04'],
  noble: ['ubuntu', '24.04'],
}
