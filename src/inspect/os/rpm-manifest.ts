// Packages of distroless images of Azure Linux and CBL-Mariner, which keep no database of rpm but what it said when they were made:
// `rpm -qa --qf` of name, version-release, times of installing and building, vendor, epoch, size, architecture, epoch as a number and
// source package, with tabs between.
//
//   glibc	2.35-2.cm2	1653816591	1653628955	Microsoft Corporation	(none)	10855265	x86_64	0	glibc-2.35-2.cm2.src.rpm
//
// Made by https://github.com/microsoft/marinara

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { rpmPackages, type InstalledRpm } from './rpm/packages.ts'

export const rpmManifest: Extractor = {
  id: 'rpm-manifest',
  ecosystem: 'rpm',
  files: ['var/lib/rpmmanifest/container-manifest-2'],
  extract,
}

function* extract(file: ImageFile, scan: Scan): Generator<Package> {
  const installed: InstalledRpm[] = []
  let line = 0
  for (const text of file.lines()) {
    line++
    if (text === '') continue
    const found = parsed(text.split('\t').map((field) => (field === '(none)' ? '' : field)))
    if (!found) scan.gap('a line that names no package with version, release and epoch', { line })
    else if (found.name !== 'gpg-pubkey') installed.push({ ...found, line }) // a key in the form of a package
  }
  yield* rpmPackages(installed, file)
}

function parsed(fields: readonly string[]): InstalledRpm | undefined {
  const [name, full = '', , , vendor, told, , arch, number = '', sourceRpm] = fields
  const [, version, release] = /^([^-]+)-([^-]+)$/.exec(full) ?? []
  if (!name || !version || !release || !/^\d{1,10}$/.test(number)) return undefined
  const epoch = told || (number === '0' ? '' : number)
  return {
    name,
    version,
    release,
    ...(epoch ? { epoch: Number(epoch) } : {}),
    ...(arch ? { arch } : {}),
    ...(vendor ? { vendor } : {}),
    ...(sourceRpm ? { sourceRpm } : {}),
  }
}
