// Packages of Red Hat's, SUSE's and their families, from the database that rpm keeps. It is a table of package headers, in
// one of three kinds of file: a hash of Berkeley DB (until RHEL 8), rpm's own "ndb" (SUSE), SQLite (RHEL 9, Fedora).
//
// Which distribution they belong to stands elsewhere; until it is known, their ecosystem is `rpm`.
// https://rpm.org/docs/latest/man/rpm.8, https://github.com/rpm-software-management/rpm/tree/master/lib/backend

import { rpmRecords } from '../../lib/rpm-database.ts'
import { readRpmHeader } from '../../lib/rpm-header.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { rpmPackages, type InstalledRpm } from './rpm/packages.ts'

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
  yield* rpmPackages(headersOf(await file.bytes(), scan), { path: file.path })
}

/** A log of SQLite has a header of 32 bytes, then what is not yet in the database; rpm deletes or empties it when it ends. */
function checkLog({ size }: ImageFile, scan: Scan): void {
  if (size > 32) scan.gap('the last changes of the database lie in this log, which is not read: packages may differ')
}

function headersOf(bytes: Uint8Array, scan: Scan): InstalledRpm[] {
  const headers: InstalledRpm[] = []
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
function headerOf(bytes: Uint8Array): InstalledRpm | { problem: string } | undefined {
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
