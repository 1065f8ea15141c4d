// Node packages that pnpm-lock.yaml names, of pnpm 3 and later.
//
// The section `packages:` has one key for each version, with the peers that it was installed beside; how it is written
// depends on `lockfileVersion`:
//   5    `  /@babel/core/7.26.0_supports-color@8.1.1:`, with the host before the first slash for another registry
//   6    `  /@babel/core@7.26.0(supports-color@8.1.1):`
//   9    `  '@babel/core@7.26.0':`
// What is not from a registry has fields `name:` and `version:` of its own, below by two more spaces. The file is YAML,
// yet one that is written the same way always: by line it needs no memory.
// Format: https://github.com/pnpm/spec/tree/master/lockfile

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { isOfDependency, isVersion, LockedNodePackages, splitDescriptor } from './npm/package.ts'

export const pnpmLock: Extractor = { id: 'pnpm-lock', ecosystem: 'npm', files: ['**/pnpm-lock.yaml'], extract }

interface Entry {
  key: string
  line: number
  name?: string
  version?: string
  /** Address of its archive, or of its repository with the commit. */
  resolved?: string
  /** It is a folder of the project. */
  isFolder?: boolean
}

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  const locked = new LockedNodePackages(file.path)
  let section = ''
  let known = false
  let entry: Entry | undefined
  let line = 0
  for await (const text of file.lines()) {
    line++
    if (text.trim() === '') continue
    if (!text.startsWith('  ')) {
      if (entry) yield* toPackage(entry, locked, scan)
      entry = undefined
      section = text
      if (text.startsWith('lockfileVersion:')) known = true
    } else if (section === 'packages:') {
      const key = keyOf(text)
      if (key === undefined) readField(text, entry)
      else {
        if (entry) yield* toPackage(entry, locked, scan)
        entry = { key, line }
      }
    }
  }
  if (entry) yield* toPackage(entry, locked, scan)
  if (!known) scan.gap('no lock file of pnpm: it has no lockfileVersion')
}

/** Of a line that begins an entry; a key of more than 1,024 characters is `? key`, and a colon on the next line. */
function keyOf(text: string): string | undefined {
  const match = /^ {2}(?:\? (?<long>\S.*)|(?<short>[^\s:].*?):(?: \{\})?)$/.exec(text)
  const key = match?.groups?.['long'] ?? match?.groups?.['short']
  return key === undefined ? undefined : unquoted(key)
}

function readField(text: string, entry: Entry | undefined): void {
  const match = /^(?: {4}|  : )(?<field>name|version|resolution): (?<value>.*)$/.exec(text)
  if (!match || !entry) return
  const { field, value } = match.groups as { field: 'name' | 'version' | 'resolution'; value: string }
  if (field === 'resolution') {
    entry.isFolder = /[{ ]type: directory\b/.test(value)
    const { tarball, repo, commit } = Object.fromEntries(
      Array.from(value.matchAll(/[{ ](?<key>tarball|repo|commit): (?<text>[^\s,}]+)/g), ({ groups }) => [
        groups!['key']!,
        groups!['text']!,
      ]),
    )
    const resolved = tarball ?? (repo && commit ? `git+${repo.replace(/^git\+/, '')}#${commit}` : undefined)
    if (resolved !== undefined) entry.resolved = unquoted(resolved)
  } else entry[field] = unquoted(value)
}

function* toPackage(entry: Entry, locked: LockedNodePackages, scan: Scan): Generator<Package> {
  if (entry.isFolder) return
  const ofKey = readKey(entry.key)
  const name = entry.name ?? ofKey?.name
  const version = entry.version ?? ofKey?.version
  if (name === undefined || version === undefined)
    scan.gap('an entry without a name or a version', { line: entry.line })
  else yield* locked.add(name, version, entry.line, entry.resolved)
}

/** The name also where the version is an address: `a@https://example.org/a.tgz`. */
function readKey(key: string): { name: string; version?: string } | undefined {
  const old = /^[^/@]*\/(?<name>(?:@[^/]+\/)?[^/@]+)\/(?<version>\d[^/_(]*)(?:_.*)?$/.exec(key)?.groups
  if (old) return { name: old['name']!, version: old['version']! }
  const split = splitDescriptor(key.startsWith('/') ? key.slice(1) : key)
  if (!split) return undefined
  const version = split.wanted.split('(', 1)[0]!
  return isVersion(version) ? { name: split.name, version } : { name: split.name }
}

function unquoted(text: string): string {
  if (text.length > 1 && text.startsWith("'") && text.endsWith("'")) return text.slice(1, -1).replaceAll("''", "'")
  return text.replace(/^"(.*)"$/, '$1')
}
