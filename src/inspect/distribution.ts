// Which distribution a file system holds, from os-release, and what OSV calls its ecosystem.
// https://www.freedesktop.org/software/systemd/man/latest/os-release.html, https://ossf.github.io/osv-schema/#defined-ecosystems

import { parseOsRelease } from '../lib/os-release.ts'
import { purl } from '../lib/purl.ts'
import type { Distribution, Package } from '../model/package.ts'
import type { Scan } from '../model/scan.ts'

/** Where os-release lies; the first one that is there counts. Usually it is a symbolic link to the second. */
export const releaseFiles = ['etc/os-release', 'usr/lib/os-release'] as const

export function distributionOf(osRelease: string, path: string, scan: Scan): Distribution | undefined {
  const fields = parseOsRelease(osRelease)
  const id = fields.get('ID')
  if (!id) return void scan.gap('os-release without ID', { path })
  const version = fields.get('VERSION_ID')
  const name = fields.get('PRETTY_NAME') ?? fields.get('NAME') ?? id
  const ecosystem = ecosystems[id]?.(version)
  if (ecosystems[id] && !ecosystem) scan.gap(`no advisories are kept for this release (${name})`, { path })
  return { id, name, ...(version ? { version } : {}), ...(ecosystem ? { ecosystem } : {}) }
}

/** OSV's ecosystem of a release; undefined for those that are still moving, such as Alpine edge and Debian unstable. */
const ecosystems: Readonly<Record<string, (version: string | undefined) => string | undefined>> = {
  debian: (version) => (/^\d+$/.test(version ?? '') ? `Debian:${version}` : undefined),
  alpine: (version) => {
    const release = /^(?<release>\d+\.\d+)(?:\.\d+)?$/.exec(version ?? '')?.groups?.['release']
    return release === undefined ? undefined : `Alpine:v${release}`
  },
}

/** Packages of the distribution with its name in their purl, which the file that lists them does not tell. */
export function ofDistribution(packages: readonly Package[], distribution: Distribution | undefined): Package[] {
  if (!distribution) return [...packages]
  const { id, version } = distribution
  const distro = version === undefined ? id : `${id}-${version}`
  return packages.map((found) => {
    const type = purlTypes[found.ecosystem]
    if (type === undefined) return found
    const qualifiers = { arch: found.arch, distro }
    return { ...found, purl: purl({ type, namespace: id, name: found.name, version: found.version, qualifiers }) }
  })
}

const purlTypes: Readonly<Record<string, string>> = { Debian: 'deb', Alpine: 'apk' }
