// Node packages that the lock files of yarn name, of version 1 and of the later ones ("berry").
//
// Both are lists of entries that are headed by what asked for them, fields below by two spaces:
//   version 1: `"@babel/core@^7.0.0", "@babel/core@^7.1.0":`   `  version "7.26.0"`   `  resolved "https://…"`;
//              `a@link:FOLDER` is a folder of the project
//   berry:     `"@babel/core@npm:^7.0.0, @babel/core@npm:^7.1.0":`   `  version: 7.26.0`
//              `  resolution: "@babel/core@npm:7.26.0"`, which has the true name of an alias; `  linkType: soft` for
//              folders of the project. A head of more than 1,024 characters is `? "…"`, and a colon on the next line.
// Berry's is a subset of YAML, yet one that is written the same way always: by line it needs no memory.
// Format: https://github.com/yarnpkg/yarn/tree/master/packages/lockfile, https://github.com/yarnpkg/berry/blob/master/packages/yarnpkg-parsers/sources/syml.ts

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { isOfDependency, LockedNodePackages, splitDescriptor } from './npm/package.ts'

export const yarnLock: Extractor = { id: 'yarn-lock', ecosystem: 'npm', files: ['**/yarn.lock'], extract }

interface Entry {
  head: string
  line: number
  version?: string
  /** Of version 1. */
  resolved?: string
  resolution?: string
  linkType?: string
}

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  const locked = new LockedNodePackages(file.path)
  const strange: number[] = []
  let entry: Entry | undefined
  let known = false
  let line = 0
  for await (const text of file.lines()) {
    line++
    if (/^# yarn lockfile v1|^__metadata:/.test(text)) known = true
    if (text === '' || text === ':' || text.startsWith('#')) continue
    if (text.startsWith(' ')) readField(text, entry)
    else {
      if (entry) yield* toPackage(entry, locked, scan)
      entry = text.endsWith(':') || text.startsWith('? ') ? { head: headOf(text), line } : undefined
      if (!entry) strange.push(line)
    }
  }
  if (entry) yield* toPackage(entry, locked, scan)
  if (!known) scan.gap('neither a lock file of yarn 1 nor of a later yarn')
  else if (strange.length > 0) scan.gap(`lines that yarn does not write: ${strange.length}`, { line: strange[0]! })
}

function headOf(text: string): string {
  return text.startsWith('? ') ? text.slice(2) : text.slice(0, -1)
}

function readField(text: string, entry: Entry | undefined): void {
  // In quotes where other tools wrote the file: yarn reads it, and writes it without them.
  const match = /^ {2}(?<quote>"?)(?<field>version|resolved|resolution|linkType)\k<quote>:? (?<value>.*)$/.exec(text)
  if (match && entry) entry[match.groups!['field'] as 'version'] = unquoted(match.groups!['value']!)
}

function* toPackage(entry: Entry, locked: LockedNodePackages, scan: Scan): Generator<Package> {
  const { head, line, version, resolved, resolution, linkType } = entry
  if (head === '__metadata' || linkType === 'soft') return
  const found = split(resolution ?? firstOf(head))
  if (found?.wanted.startsWith('link:')) return // of version 1, which invents its number
  const name = resolution === undefined ? trueName(found) : found?.name
  if (name === undefined || !version) return scan.gap('an entry without a name or a version', { line })
  yield* locked.add(name, version, line, resolved ?? (resolution === undefined ? undefined : found?.wanted))
}

/** The first of those that asked for it: `a@^1` of `"a@^1", "a@^2"` and of `"a@^1, a@^2"`. */
function firstOf(head: string): string {
  return head.split(', ', 1)[0]!.replaceAll('"', '')
}

type Descriptor = ReturnType<typeof splitDescriptor>

/** Also one that names no version, which is the latest: `a`. */
function split(descriptor: string): Descriptor {
  return splitDescriptor(descriptor.includes('@', 1) ? descriptor : `${descriptor}@`)
}

/** Of an alias the true one: `a` of `a@^1`, `b` of `a@npm:b@^1` and `a@npm:b`. */
function trueName(descriptor: Descriptor): string | undefined {
  const alias = descriptor?.wanted.startsWith('npm:') ? split(descriptor.wanted.slice(4)) : undefined
  return alias?.name ?? descriptor?.name
}

function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, '$1')
}
