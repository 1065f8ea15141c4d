// Python packages that requirements files pin: one requirement a line, of which only `==` names a version, and a repository a
// commit, which then stands for it.
//
//   requests[socks]==2.31.0 ; python_version > "3.8" --hash=sha256:…  # comment
//   requests @ git+https://github.com/psf/requests.git@COMMIT, -e git+https://…@COMMIT#egg=requests
//   -r other.txt, -e ., --index-url …   options; a backslash at the end goes on in the next line
// A line can hold passwords (addresses of indexes), so none is ever told.
// Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/

import { gitSource, type GitSource } from '../../lib/git-address.ts'
import { GlobIndex } from '../../lib/glob.ts'
import { linkTarget } from '../../lib/path.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { isName, isOfDependency, pythonPackage } from './python/package.ts'

const files = ['**/requirements*.txt', '**/*-requirements.txt', '**/*_requirements.txt', '**/requirements/*.txt']
const known = new GlobIndex(files.map((glob) => [glob, true] as const))

export const pythonRequirements: Extractor = { id: 'python-requirements', ecosystem: 'PyPI', files, extract }

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  const seen = new Set<string>()
  const open: number[] = []
  const elsewhere: number[] = []
  for await (const { text, line } of logicalLines(file)) {
    if (text === '' || isOtherOption(text)) continue
    const next = includedBy(text)
    if (next !== undefined) {
      if (!isReadAt(next, file.path)) elsewhere.push(line)
      continue
    }
    const pin = commitOf(text) ?? pinOf(text)
    if (!pin) {
      open.push(line)
      continue
    }
    const found = {
      ...pythonPackage(pin.name, pin.version, { path: file.path, line }, pin.source),
      declared: true as const,
    }
    if (!seen.has(found.purl)) yield found
    seen.add(found.purl)
  }
  if (elsewhere.length > 0) {
    const which = `${elsewhere.length} ${elsewhere.length === 1 ? 'file that is' : 'files that are'} not read`
    scan.gap(`goes on in ${which}, since their names do not say what they are`, { line: elsewhere[0]! })
  }
  if (open.length > 0) scan.gap(`requirements that name no exact version (==): ${open.length}`, { line: open[0]! })
}

/** Bytes; what is longer is no requirement, and would only take memory. */
const longest = 100_000

/** Without comments, and with what a backslash continues in one piece. */
async function* logicalLines(file: ImageFile): AsyncGenerator<{ text: string; line: number }> {
  let pieces = ''
  let start = 1
  let number = 0
  for await (const physical of file.lines()) {
    number++
    const goesOn = physical.endsWith('\\') && !/^\s*#/.test(physical)
    if (pieces.length < longest) pieces += goesOn ? physical.slice(0, -1) : physical
    if (goesOn) continue
    yield { text: withoutComment(pieces), line: start }
    pieces = ''
    start = number + 1
  }
  if (pieces !== '') yield { text: withoutComment(pieces), line: start }
}

function withoutComment(text: string): string {
  const at = text.search(/(?:^|\s)#/)
  return (at < 0 ? text : text.slice(0, at)).trim()
}

/** An option that brings no packages: `--index-url`, but not `-r`, `-e` and their long forms, which do. */
function isOtherOption(text: string): boolean {
  return text.startsWith('-') && !/^(?:-[re]|--requirement\b|--editable\b)/.test(text)
}

/** The file that `-r other.txt` names. */
function includedBy(text: string): string | undefined {
  return /^(?:-r\s*|--requirement(?:\s+|=\s*))(?<path>\S.*)$/.exec(text)?.groups?.['path']
}

function isReadAt(included: string, path: string): boolean {
  const real = /^[a-z][a-z0-9+.-]*:\/\//i.test(included) ? undefined : linkTarget(path, included)
  return real !== undefined && known.match(real).length > 0
}

interface Pin {
  name: string
  version: string
  source?: GitSource
}

const checkout =
  /^(?:(?:-e|--editable)[= ]\s*)?(?:(?<name>[\w.-]+)(?:\[[\w., -]*\])?\s*@\s*)?(?<url>git\+[^\s#]+)@(?<commit>[0-9a-f]+)(?:#(?<fragment>\S*))?(?:\s*;.*)?$/
const longestAddress = 4000

/** Of a requirement that names a commit of a repository. https://pip.pypa.io/en/stable/topics/vcs-support/ */
function commitOf(text: string): Pin | undefined {
  const groups = text.length > longestAddress ? undefined : checkout.exec(text)?.groups
  if (!groups) return undefined
  const name = groups['name'] ?? /(?:^|&)egg=(?<name>[\w.-]+)/.exec(groups['fragment'] ?? '')?.groups?.['name']
  const source = gitSource(groups['url'], groups['commit'])
  return isName(name) && source ? { name, version: source.commit, source } : undefined
}

/** A clause beside the `==` changes nothing; a star behind it names no version. No patterns that go back: lines are long. */
function pinOf(text: string): Pin | undefined {
  const requirement = text.split(';', 1)[0]!.split(' -', 1)[0]!
  const name = /^[A-Z0-9._-]+/i.exec(requirement)?.[0]
  if (!isName(name)) return undefined
  const clauses = withoutExtras(requirement.slice(name.length).trim()).replace(/^\(/, '').replace(/\)$/, '')
  const all = clauses.split(',').map((clause) => clause.trim())
  if (!all.every((clause) => /^[<>=!~]/.test(clause))) return undefined // an address, or no requirement
  const pin = all.find((clause) => clause.startsWith('=='))
  const version = pin?.replace(/^={2,3}/, '').trim()
  return version && version.length <= 1000 && /^[A-Z0-9][A-Z0-9.!+_-]*$/i.test(version) ? { name, version } : undefined
}

function withoutExtras(text: string): string {
  return text.startsWith('[') ? text.slice(text.indexOf(']') + 1).trim() : text
}
