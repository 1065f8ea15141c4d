// Packages of rpm, from what its database or a list made of it says of each.

import { purl } from '../../../lib/purl.ts'
import type { RpmHeader } from '../../../lib/rpm-header.ts'
import type { Package } from '../../../model/package.ts'

export interface InstalledRpm extends RpmHeader {
  name: string
  version: string
  release: string
  /** Of the list that names it. */
  line?: number
}

/** All of one file: the epoch of a source package stands with one of the packages that were built from it. */
export function rpmPackages(installed: readonly InstalledRpm[], { path }: { path: string }): Package[] {
  const epochs = sourceEpochs(installed)
  return installed.map((header) => packageOf(header, epochs, path))
}

function packageOf(header: InstalledRpm, epochs: SourceEpochs, path: string): Package {
  const { name, version, release, epoch, arch, licence, vendor, modularityLabel, line } = header
  const own = { name, version: withEpoch(`${version}-${release}`, epoch) }
  const source = sourceOf(header, own, epochs)
  const qualifiers = { arch, epoch: epoch?.toString() }
  return {
    ecosystem: 'rpm',
    ...own,
    purl: purl({ type: 'rpm', name, version: `${version}-${release}`, qualifiers }),
    ...(source ? { source } : {}),
    ...(arch ? { arch } : {}),
    ...(modularityLabel ? { module: modularityLabel } : {}),
    ...(licence ? { licence } : {}),
    ...(vendor ? { vendor } : {}),
    place: { path, ...(line === undefined ? {} : { line }) },
  }
}

function withEpoch(version: string, epoch: number | undefined): string {
  return epoch === undefined ? version : `${epoch}:${version}`
}

/** By the name of the source package's file. */
type SourceEpochs = ReadonlyMap<string, number>

const sourceFile = /^(?<name>.+)-(?<version>[^-]+-[^-]+)\.(?:no)?src\.rpm$/

/**
 * The name of the file leaves the epoch out: perl-Errno is 0:1.30-481, and its source is 4:5.32.1-481. A package of the
 * source's own version, such as perl itself, tells.
 */
function sourceEpochs(installed: readonly InstalledRpm[]): SourceEpochs {
  const epochs = new Map<string, number>()
  for (const { version, release, epoch, sourceRpm } of installed) {
    const source = sourceFile.exec(sourceRpm ?? '')?.groups
    if (epoch !== undefined && source?.['version'] === `${version}-${release}`) epochs.set(sourceRpm!, epoch)
  }
  return epochs
}

/** Undefined where name and version are the package's own. */
function sourceOf(
  { sourceRpm = '', epoch }: InstalledRpm,
  own: { name: string; version: string },
  epochs: SourceEpochs,
): Package['source'] {
  const file = sourceFile.exec(sourceRpm)?.groups
  if (!file) return undefined
  const source = { name: file['name']!, version: withEpoch(file['version']!, epochs.get(sourceRpm) ?? epoch) }
  return source.name === own.name && source.version === own.version ? undefined : source
}
