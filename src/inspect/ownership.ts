// Which files the operating system's packages brought, from the lists that its package manager keeps: code of a language
// that Debian packages is Debian's package, and is judged as such.
//
// dpkg: `var/lib/dpkg/info/NAME.list` or `NAME:ARCH.list`, one absolute path a line.
// distroless: `var/lib/dpkg/status.d/NAME.md5sums`, a sum and a path a line, beside the package's own file NAME.
// Chisel: its manifest, in which each path has the slice of a package.
// apk: the installed database, `P:` name, then `F:` folder and `R:` file in it.
// pacman: `var/lib/pacman/local/NAME-VERSION-RELEASE/files`, relative paths below `%FILES%`.
// rpm: its database, the header of each package.
// dpkg(1), https://wiki.alpinelinux.org/wiki/Apk_spec, https://man.archlinux.org/man/alpm-files.5

import { GlobIndex } from '../lib/glob.ts'
import { nameOf, parentOf } from '../lib/path.ts'
import { rpmRecords } from '../lib/rpm-database.ts'
import { readRpmFiles, readRpmHeader } from '../lib/rpm-header.ts'
import { languageExtractors } from './extractors.ts'
import { rpmDatabases } from './os/rpm.ts'
import { chiselManifest, slicedFiles } from './os/ubuntu-chisel.ts'

/** `deb/libssl3` or `deb/libssl3:amd64`: the type of the owner's purl, its name, and its architecture where that is told. */
export type Owner = string

interface FileList {
  files: readonly string[]
  owned(path: string, contents: Uint8Array): Iterable<readonly [path: string, owner: Owner]>
}

const dpkg: FileList = {
  files: ['var/lib/dpkg/info/*.list'],
  *owned(path, contents) {
    const owner = `deb/${nameOf(path).slice(0, -'.list'.length)}`
    for (const line of linesOf(contents)) yield [line.slice(1), owner]
  },
}

const distroless: FileList = {
  files: ['var/lib/dpkg/status.d/*.md5sums'],
  *owned(path, contents) {
    const owner = `deb/${nameOf(path).slice(0, -'.md5sums'.length)}`
    for (const line of linesOf(contents)) {
      const file = /^[0-9a-f]{32} [ *](?<file>.+)$/.exec(line)?.groups?.['file']
      if (file !== undefined) yield [file, owner]
    }
  },
}

const chisel: FileList = {
  files: [chiselManifest],
  *owned(_, contents) {
    try {
      for (const { path, owner } of slicedFiles(contents)) yield [path, `deb/${owner}`]
    } catch {
      // It is damaged, which the extractor tells: it reads the same file.
    }
  },
}

const apk: FileList = {
  files: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
  *owned(_, contents) {
    let owner = ''
    let folder = ''
    for (const line of linesOf(contents)) {
      if (line.startsWith('P:')) owner = `apk/${line.slice(2)}`
      else if (line.startsWith('F:')) folder = line.slice(2)
      else if (line.startsWith('R:')) yield [folder === '' ? line.slice(2) : `${folder}/${line.slice(2)}`, owner]
    }
  },
}

const pacman: FileList = {
  files: ['var/lib/pacman/local/*/files'],
  *owned(path, contents) {
    const owner = `alpm/${nameOf(parentOf(path)).replace(/-[^-]+-[^-]+$/, '')}`
    for (const line of linesOf(contents)) yield [line, owner]
  },
}

const rpm: FileList = {
  files: rpmDatabases,
  *owned(_, contents) {
    try {
      for (const record of rpmRecords(contents)) {
        if ('problem' in record) continue
        const { name } = readRpmHeader(record.bytes)
        for (const path of readRpmFiles(record.bytes)) yield [path.slice(1), `rpm/${name}`]
      }
    } catch {
      // It is damaged, which the extractor tells: it reads the same file.
    }
  },
}

const lists: readonly FileList[] = [dpkg, distroless, chisel, apk, pacman, rpm]
const byPath = new GlobIndex(lists.flatMap((list) => list.files.map((glob) => [glob, list] as const)))

export const fileListGlobs: readonly string[] = lists.flatMap(({ files }) => files)

export function isFileList(path: string): boolean {
  return byPath.match(path).length > 0
}

/** Of the paths those that the list names, with their owner. */
export function ownedAmong(
  paths: Pick<ReadonlySet<string>, 'has'>,
  list: { path: string; contents: Uint8Array },
): Map<string, Owner> {
  const owned = new Map<string, Owner>()
  for (const { owned: read } of byPath.match(list.path)) {
    for (const [path, owner] of read(list.path, list.contents)) {
      const real = paths.has(path) ? path : `usr/${path}`
      // Packages name /bin and /lib also where these are links into /usr.
      if (real === path || (merged.test(path) && paths.has(real))) owned.set(real, owner)
    }
  }
  return owned
}

/**
 * Whether packages are looked for in such a file, by its path alone: for a list that comes in another layer than its files, as in
 * images that are built of a finished root, where it is not known what they hold.
 */
export function mayHoldPackages(path: string): boolean {
  return programFolder.test(path) || packageFiles.match(path).length > 0
}

const packageFiles = new GlobIndex(
  languageExtractors.flatMap(({ files }) => files.map((glob) => [glob, true] as const)),
)
const programFolder = /(?:^|\/)s?bin\/[^/]+$/

const merged = /^(?:s?bin|lib\w*)\//

function* linesOf(contents: Uint8Array): Generator<string> {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength)
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(0x0a, start)
    const end = feed < 0 ? bytes.length : feed
    yield bytes.toString('utf8', start, end)
    start = end + 1
  }
}
