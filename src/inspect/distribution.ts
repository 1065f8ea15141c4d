// Which distribution a file system holds, from os-release, and what its ecosystem is called: as OSV does, and in the same
// form for those that OSV leaves out.
// https://www.freedesktop.org/software/systemd/man/latest/os-release.html, https://ossf.github.io/osv-schema/#defined-ecosystems

import { parseOsRelease } from '../lib/os-release.ts'
import { purl, type PurlParts } from '../lib/purl.ts'
import type { Distribution, Package } from '../model/package.ts'
import type { Scan } from '../model/scan.ts'

/** Where os-release lies; the first one that is there counts. Usually it is a symbolic link to the second. */
export const releaseFiles = ['etc/os-release', 'usr/lib/os-release'] as const

/** Of Windows there is no database of packages that is read: its components and updates lie in the registry. */
export const windowsNotRead = 'this is Windows, whose own packages and updates are not read'

export function distributionOf(osRelease: string, path: string, scan: Scan): Distribution | undefined {
  const fields = parseOsRelease(osRelease)
  const id = fields.get('ID')
  if (!id) return void scan.gap('os-release without ID', { path })
  const name = fields.get('PRETTY_NAME') ?? fields.get('NAME') ?? id
  const distribution = namedDistribution({
    id,
    name,
    version: fields.get('VERSION_ID'),
    versionText: fields.get('VERSION'),
  })
  if (isKnown(distribution) && distribution.ecosystem === undefined) {
    scan.gap(`no advisories are kept for this release (${name})`, { path })
  }
  return distribution
}

/** `versionText`: what os-release calls `VERSION`, where some keep what their release is called. */
export function namedDistribution(named: {
  id: string
  name: string
  version?: string | undefined
  versionText?: string | undefined
}): Distribution {
  const { id, name, version, versionText = '' } = named
  const family = familyOf(id, name)
  const release = family?.release(version ?? '', { name, version: versionText })
  const ecosystem = family && release !== undefined ? [family.ecosystem, release].filter(Boolean).join(':') : undefined
  return { id, name, ...(version ? { version } : {}), ...(ecosystem ? { ecosystem } : {}) }
}

/** Whether its releases are told apart here. */
export function isKnown({ id, name }: Pick<Distribution, 'id' | 'name'>): boolean {
  return familyOf(id, name) !== undefined
}

/** The id of the distribution whose packages have the namespace in their purls: `rhel` of `redhat`; itself for one that is not known. */
export function idOfNamespace(namespace: string): string {
  if (Object.hasOwn(families, namespace)) return namespace
  return Object.entries(families).find(([, family]) => family.namespace === namespace)?.[0] ?? namespace
}

/** Packages of the distribution with its name in their ecosystem and purl, which the file that lists them does not tell. */
export function ofDistribution(packages: readonly Package[], distribution: Distribution | undefined): Package[] {
  if (!distribution) return [...packages]
  const family = familyOf(distribution.id, distribution.name)
  return packages.map((found) => {
    const type = purlTypes[found.ecosystem]
    if (type === undefined) return found
    // Another distribution's package manager, such as rpm on Debian, keeps packages that Debian knows nothing of.
    const isOwn = family === undefined || family.type === type
    const ecosystem = family && isOwn ? family.ecosystem : found.ecosystem
    return { ...found, ecosystem, purl: isOwn ? purlOf(found, type, family, distribution) : found.purl }
  })
}

/**
 * A gap where nothing is known of what a distribution brought, though it is known which one it is: images are made smaller by
 * deleting the package manager with its lists.
 */
export function noteUnlisted(packages: readonly Package[], distribution: Distribution | undefined, scan: Scan): void {
  const family = distribution && familyOf(distribution.id, distribution.name)
  if (!family) return
  const own = packages.filter(({ purl: url }) => url.startsWith(`pkg:${family.type}/`))
  if (own.some(({ hiddenBy }) => hiddenBy === undefined)) return
  const { name } = distribution
  scan.gap(
    own.length > 0
      ? `a later layer removed the list of the packages of ${name}: what is left of them is not judged`
      : `no list of the packages of ${name} could be read: what it brought is not judged`,
  )
}

function purlOf(found: Package, type: PackageType, family: Family | undefined, { id, version }: Distribution): string {
  const qualifiers = { arch: found.arch, distro: version === undefined ? id : `${id}-${version}` }
  const parts: PurlParts = { type, namespace: family?.namespace ?? id, name: found.name, version: found.version }
  if (type !== 'rpm') return purl({ ...parts, qualifiers })
  const [, epoch, versionOnly] = /^(?:(\d+):)?(.*)$/s.exec(found.version)!
  return purl({ ...parts, version: versionOnly, qualifiers: { ...qualifiers, epoch } })
}

/** By the ecosystem that the extractors of package databases give. */
const purlTypes: Readonly<Record<string, PackageType>> = {
  Debian: 'deb',
  Alpine: 'apk',
  rpm: 'rpm',
  'Arch Linux': 'alpm',
}

type PackageType = 'deb' | 'apk' | 'rpm' | 'alpm'

interface Family {
  /** Without the release. */
  ecosystem: string
  type: PackageType
  /** In purls; the id of os-release where it is absent. */
  namespace?: string
  /** The release as the ecosystem names it, `''` for one without releases; undefined for one that is still moving. */
  release(version: string, texts: { name: string; version: string }): string | undefined
}

const rolling: Family['release'] = () => ''
const major: Family['release'] = (version) => /^(?<major>\d+)(?:\.\d+)*$/.exec(version)?.groups?.['major']
const whole: Family['release'] = (version) => /^\d+(?:\.\d+)*$/.exec(version)?.[0]

/** `Alpine:v3.20` of 3.20.3; `Alpine:edge`, which is written 3.21.0_alpha20240923. */
const alpineRelease: Family['release'] = (version) => {
  if (/^\d+\.\d+\.\d+_alpha\d{8}$/.test(version)) return 'edge'
  const release = /^(?<release>\d+\.\d+)(?:\.\d+)?$/.exec(version)?.groups?.['release']
  return release === undefined ? undefined : `v${release}`
}

/** April's release of an even year has long-term support, and its name says so. https://ubuntu.com/about/release-cycle */
const ubuntuRelease: Family['release'] = (version) => {
  if (!/^\d+\.\d+$/.test(version)) return undefined
  return /^\d*[02468]\.04$/.test(version) ? `${version}:LTS` : version
}

/** Advisories name products by CPE, one for each repository: `enterprise_linux:9::baseos`. This is what they share. */
const redHatRelease: Family['release'] = (version, texts) => {
  const number = major(version, texts)
  return number === undefined ? undefined : `enterprise_linux:${number}`
}

/** SUSE's names, without the first word: `Leap 15.5`, `Linux Enterprise Server 15 SP5`. */
const suseRelease: Family['release'] = (_, { name }) => /^(?:open)?SUSE (?<rest>.+)$/.exec(name)?.groups?.['rest']

/** `24.03 (LTS-SP1)` → `24.03-LTS-SP1`; only those are covered by advisories. */
const eulerRelease: Family['release'] = (_, { version }) => {
  const match = /^(?<number>\d+\.\d+) \((?<support>LTS[A-Z0-9-]*)\)$/.exec(version)?.groups
  return match ? `${match['number']}-${match['support']}` : undefined
}

const suse: Family = { ecosystem: 'SUSE', type: 'rpm', namespace: 'suse', release: suseRelease }
const openSuse: Family = { ecosystem: 'openSUSE', type: 'rpm', namespace: 'opensuse', release: suseRelease }

/** By the `ID` of os-release. */
const families: Readonly<Record<string, Family>> = {
  debian: { ecosystem: 'Debian', type: 'deb', release: major },
  ubuntu: { ecosystem: 'Ubuntu', type: 'deb', release: ubuntuRelease },
  alpine: { ecosystem: 'Alpine', type: 'apk', release: alpineRelease },
  wolfi: { ecosystem: 'Wolfi', type: 'apk', release: rolling },
  chainguard: { ecosystem: 'Chainguard', type: 'apk', release: rolling },
  arch: { ecosystem: 'Arch Linux', type: 'alpm', release: rolling },
  rhel: { ecosystem: 'Red Hat', type: 'rpm', namespace: 'redhat', release: redHatRelease },
  centos: { ecosystem: 'CentOS', type: 'rpm', release: major },
  rocky: { ecosystem: 'Rocky Linux', type: 'rpm', release: major },
  almalinux: { ecosystem: 'AlmaLinux', type: 'rpm', release: major },
  fedora: { ecosystem: 'Fedora', type: 'rpm', release: major },
  amzn: { ecosystem: 'Amazon Linux', type: 'rpm', namespace: 'amazon', release: whole },
  ol: { ecosystem: 'Oracle Linux', type: 'rpm', namespace: 'oracle', release: major },
  sles: suse,
  sled: suse,
  sles_sap: suse,
  'sle-micro': suse,
  'sl-micro': suse,
  'opensuse-leap': openSuse,
  'opensuse-tumbleweed': openSuse,
  azurelinux: { ecosystem: 'Azure Linux', type: 'rpm', release: major },
  mariner: { ecosystem: 'CBL-Mariner', type: 'rpm', release: whole },
  photon: { ecosystem: 'Photon OS', type: 'rpm', release: whole },
  mageia: { ecosystem: 'Mageia', type: 'rpm', release: major },
  openEuler: { ecosystem: 'openEuler', type: 'rpm', release: eulerRelease },
}

/** CentOS Linux and CentOS Stream have the same id and numbers, and are two distributions. */
const centosStream: Family = { ecosystem: 'CentOS Stream', type: 'rpm', namespace: 'centos', release: major }

function familyOf(id: string, name: string): Family | undefined {
  if (id === 'centos' && name.startsWith('CentOS Stream')) return centosStream
  return Object.hasOwn(families, id) ? families[id] : undefined
}
