// Packages of Red Hat's, SUSE's and their families, from the database that rpm keeps. It is a table of package headers, in
// one of three kinds of file: a hash of Berkeley DB (until RHEL 8), rpm's own "ndb" (SUSE), SQLite (RHEL 9, Fedora).
//
// Which distribution they belong to stands elsewhere; until it is known, their ecosystem is `rpm`.
// https://rpm.org/docs/latest/man/rpm.8, https://github.com/rpm-software-management/rpm/tree/master/lib/backend

import { purl } from '../../lib/purl.ts'
import { rpmRecords } from '../../lib/rpm-database.ts'
import { readRpmHeader, type RpmHeader } from '../../lib/rpm-header.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

/** The second is the place of SUSE and Fedora, the third that of ostree. */
const folders = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm']
const under = (...names: string[]): string[] => folders.flatMap((folder) => names.map((name) => `${folder}/${name}`))

export const rpmDatabases: readonly string[] = under('Packages', 'Packages.db', 'rpmdb.sqlite')

export const rpm: Extractor = {
  id: 'rpm',
  ecosystem: 'rpm',
  files: [...rpmDatabases, ...under('rpmdb.sqlite-wal')],
  extract,
}

/** Problems after which a database is given up. */
const mostProblems = 100

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (file.path.endsWith('-wal')) return checkLog(file, scan)
  const headers = headersOf(await file.bytes(), scan)
  const epochs = sourceEpochs(headers)
  for (const header of headers) yield packageOf(header, epochs, file.path)
}

/** A log of SQLite has a header of 32 bytes, then what is not yet in the database; rpm deletes or empties it when it ends. */
function checkLog({ size }: ImageFile, scan: Scan): void {
  if (size > 32) scan.gap('the last changes of the database lie in this log, which is not read: packages may differ')
}

type InstalledHeader = RpmHeader & { name: string; version: string; release: string }

function headersOf(bytes: Uint8Array, scan: Scan): InstalledHeader[] {
  const headers: InstalledHeader[] = []
  let problems = 0
  for (const record of rpmRecords(bytes)) {
    const read = 'bytes' in record ? headerOf(record.bytes) : record
    if (read === undefined) continue
    if (!('problem' in read)) headers.push(read)
    else if (++problems <= mostProblems) scan.gap(read.problem)
    else {
      scan.gap('the rest of the database was not read: it is too damaged')
      break
    }
  }
  return headers
}

/** Undefined for a public key, which rpm keeps in the form of a package. */
function headerOf(bytes: Uint8Array): InstalledHeader | { problem: string } | undefined {
  try {
    const header = readRpmHeader(bytes)
    const { name, version, release } = header
    if (name === 'gpg-pubkey') return undefined
    if (!name || !version || !release) return { problem: 'a header without name, version or release' }
    return { ...header, name, version, release }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

function packageOf(header: InstalledHeader, epochs: SourceEpochs, path: string): Package {
  const { name, version, release, epoch, arch, licence, vendor, modularityLabel } = header
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
    place: { path },
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
function sourceEpochs(headers: readonly InstalledHeader[]): SourceEpochs {
  const epochs = new Map<string, number>()
  for (const { version, release, epoch, sourceRpm } of headers) {
    const source = sourceFile.exec(sourceRpm ?? '')?.groups
    if (epoch !== undefined && source?.['version'] === `${version}-${release}`) epochs.set(sourceRpm!, epoch)
  }
  return epochs
}

/** Undefined where name and version are the package's own. */
function sourceOf(
  { sourceRpm = '', epoch }: InstalledHeader,
  own: { name: string; version: string },
  epochs: SourceEpochs,
): Package['source'] {
  const file = sourceFile.exec(sourceRpm)?.groups
  if (!file) return undefined
  const source = { name: file['name']!, version: withEpoch(file['version']!, epochs.get(sourceRpm) ?? epoch) }
  return source.name === own.name && source.version === own.version ? undefined : source
}
