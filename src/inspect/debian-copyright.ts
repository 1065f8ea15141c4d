// Licences of Debian's packages: dpkg's database has none, each package has a file `usr/share/doc/NAME/copyright`.
//
// Most are machine-readable: paragraphs of fields, the first with `Format:`. A paragraph with `Files:` names, in the first
// line of its `License:`, what holds for these files; one with neither has only the text that belongs to a name. The
// package as a whole is under all that is named. From files in any other form nothing is taken: they refer to texts of
// licences without telling which of them hold, and whether later versions do.
// https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

import { spdxExpression } from '../lib/spdx-expression.ts'
import type { Package } from '../model/package.ts'

export const copyrightFiles = 'usr/share/doc/*/copyright'

/** Where the copyright of a package lies; undefined for one that is gone, or is none of Debian's. */
export function copyrightPath({ purl, name, hiddenBy }: Package): string | undefined {
  const isAsked = hiddenBy === undefined && purl.startsWith('pkg:deb/') && !name.includes('/')
  return isAsked ? `usr/share/doc/${name}/copyright` : undefined
}

/** `licenceAt`: what the copyright file at a path tells. */
export function withCopyright(
  packages: readonly Package[],
  licenceAt: (path: string) => string | undefined,
): Package[] {
  return packages.map((found) => {
    const path = copyrightPath(found)
    const licence = path === undefined ? undefined : licenceAt(path)
    return licence === undefined ? found : { ...found, licence }
  })
}

/** Characters of all names together, and of one line. */
const longest = 8000

/**
 * An SPDX expression, with the file's own words for parts that have no id; undefined where it is not machine-readable, or
 * names more than is kept: a part would look like the whole.
 */
export function licenceOfCopyright(contents: Uint8Array): string | undefined {
  const words: string[] = []
  const parts = new Map<string, string>()
  let length = 0
  for (const name of declaredNames(contents)) {
    if (parts.has(name)) continue
    const part = inSpdxWords(name, words)
    length += part.length + name.length
    if (length > longest) return undefined
    parts.set(name, part)
  }
  const whole = spdxExpression([...parts.values()].map((part) => `(${part})`).join(' AND '))
  return whole?.replaceAll(/LicenseRef-word-(\d+)/g, (_, index: string) => words[Number(index)]!)
}

interface Paragraph {
  isHeader: boolean
  isMachineReadable: boolean
  hasFiles: boolean
  name: string
}

/** Of the header and of each paragraph about files. */
function* declaredNames(contents: Uint8Array): Generator<string> {
  let paragraph: Paragraph = { isHeader: true, isMachineReadable: false, hasFiles: false, name: '' }
  for (const line of fieldLines(contents)) {
    if (line !== '') {
      readField(line, paragraph)
      continue
    }
    if (paragraph.isHeader && !paragraph.isMachineReadable) return
    if (paragraph.name !== '' && (paragraph.hasFiles || paragraph.isHeader)) yield paragraph.name
    paragraph = { isHeader: false, isMachineReadable: true, hasFiles: false, name: '' }
  }
}

function readField(line: string, paragraph: Paragraph): void {
  const [, field = '', value = ''] = /^([\w-]+)[ \t]*:(.*)$/.exec(line) ?? []
  const name = field.toLowerCase()
  if (name === 'files') paragraph.hasFiles = true
  else if (name === 'license') paragraph.name ||= value.trim().replaceAll(/\s+/g, ' ')
  else if (name.startsWith('format')) paragraph.isMachineReadable = true
}

const feed = 0x0a
const mark = Buffer.from('\uFEFF')

/** Lines with a field that is asked for, and an empty one after each paragraph; the texts between are not decoded. */
function* fieldLines(contents: Uint8Array): Generator<string> {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength)
  let isBetween = true
  for (let start = bytes.subarray(0, mark.length).equals(mark) ? mark.length : 0; start < bytes.length;) {
    const found = bytes.indexOf(feed, start)
    const end = found < 0 ? bytes.length : found
    const first = bytes[start]! | 0x20 // a small letter
    if (isBlank(bytes, start, end)) {
      if (!isBetween) yield ''
      isBetween = true
    } else {
      isBetween = false
      if (first === 0x66 || first === 0x6c) yield bytes.toString('utf8', start, Math.min(end, start + longest)).trim()
    }
    start = end + 1
  }
  yield ''
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  let at = start
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d)) at++
  return at === end
}

/**
 * `GPL-1+ or Artistic, and Expat`: `and` binds closer than `or`, and a comma before one of them less than both. What has no
 * id is referred to by its place in `words`.
 */
function inSpdxWords(name: string, words: string[]): string {
  const [first = '', ...others] = name.split(/,\s+(?=(?:and|or)\s)/i).map((part) =>
    part
      .split(/([()]|(?:^|\s+)(?:and|or)\s+)/i)
      .map((piece, index) => (index % 2 === 1 || piece.trim() === '' ? piece : idOf(piece.trim(), words)))
      .join(''),
  )
  const joined = others.reduce(
    (before, other) => `(${before}) ${other.replace(/^(and|or)\s+(.*)$/is, '$1 ($2)')}`,
    first,
  )
  return spdxExpression(joined) ?? referenceTo(name, words)
}

function idOf(name: string, words: string[]): string {
  const spdx = names.get(name.toLowerCase()) ?? withException(name)
  const expression = spdxExpression(spdx)
  return expression === undefined ? referenceTo(name, words) : `(${expression})`
}

function referenceTo(name: string, words: string[]): string {
  const known = words.indexOf(name)
  return `LicenseRef-word-${known < 0 ? words.push(name) - 1 : known}`
}

/** As the format names them. Without a version the lowest one is meant, which hardly anybody knows: `GPL` stays as it is. */
const names = new Map([
  ['artistic', 'Artistic-1.0'],
  ['artistic-1', 'Artistic-1.0'],
  ['artistic-2', 'Artistic-2.0'],
  ['apache-2-llvm-exceptions', 'Apache-2.0 WITH LLVM-exception'],
  ['boost-1.0', 'BSL-1.0'],
  ['bsd-0-clause', '0BSD'],
  ['bsd-2', 'BSD-2-Clause'],
  ['bsd-3', 'BSD-3-Clause'],
  ['bsd-4', 'BSD-4-Clause'],
  ['openldap-2.8', 'OLDAP-2.8'],
  ['perl', 'GPL-1.0-or-later OR Artistic-1.0'],
  ['gfdl-niv-1.1', 'GFDL-1.1-no-invariants-only'],
  ['gfdl-niv-1.1+', 'GFDL-1.1-no-invariants-or-later'],
  ['gfdl-niv-1.2', 'GFDL-1.2-no-invariants-only'],
  ['gfdl-niv-1.2+', 'GFDL-1.2-no-invariants-or-later'],
  ['gfdl-niv-1.3', 'GFDL-1.3-no-invariants-only'],
  ['gfdl-niv-1.3+', 'GFDL-1.3-no-invariants-or-later'],
])

/** `GPL-3+ with Bison exception`; the one of Autoconf is another for version 3. */
function withException(word: string): string {
  const { licence = '', name = '' } =
    /^(?<licence>\S+?)[ -]with[ -](?:the )?(?<name>[\w-]+)[ -]exception$/i.exec(word)?.groups ?? {}
  const exception = name.toLowerCase() === 'autoconf' ? autoconf(licence) : exceptions.get(name.toLowerCase())
  return exception === undefined ? word : `${licence} WITH ${exception}`
}

function autoconf(licence: string): string | undefined {
  if (/^gpl-2\b/i.test(licence)) return 'Autoconf-exception-2.0'
  return /^gpl-3\b/i.test(licence) ? 'Autoconf-exception-3.0' : undefined
}

const exceptions = new Map([
  ['bison', 'Bison-exception-2.2'],
  ['classpath', 'Classpath-exception-2.0'],
  ['font', 'Font-exception-2.0'],
  ['libtool', 'Libtool-exception'],
  ['linux-syscall-note', 'Linux-syscall-note'],
  ['llvm', 'LLVM-exception'],
])
