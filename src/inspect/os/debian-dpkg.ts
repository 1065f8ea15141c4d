// Packages of Debian, Ubuntu and their kin, from the database that dpkg keeps; distroless images keep one file a package.
//
// The file is a list of paragraphs of `Field: value`, an empty line after each; a line that begins with a space goes on
// with the field before. `Source:` names the source package, with its version where that differs: `Source: glibc (2.36-9)`.
// `Status: want flag state`; a package of state `config-files` was removed and has only its settings left.
// Format: https://www.debian.org/doc/debian-policy/ch-controlfields.html, dpkg(1), dpkg-query(1)

import { maintainerOfOthers } from '../../lib/package-builders.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const debianDpkg: Extractor = {
  id: 'debian-dpkg',
  ecosystem: 'Debian',
  files: ['var/lib/dpkg/status', 'var/lib/dpkg/status.d/*'],
  extract,
}

const wanted = new Set(['package', 'status', 'source', 'version', 'architecture', 'maintainer'])

function* extract(file: ImageFile, scan: Scan): Generator<Package> {
  if (file.path.endsWith('.md5sums')) return // beside each package of a distroless image
  let fields = new Map<string, string>()
  let number = 0
  let start = 1
  for (const line of file.lines()) {
    number++
    if (line.trim() === '') {
      if (fields.size > 0) yield* toPackage(fields, file.path, start, scan)
      fields = new Map()
      start = number + 1
    } else if (!/^[ \t]/.test(line)) readField(line, number, fields, scan)
  }
  if (fields.size > 0) yield* toPackage(fields, file.path, start, scan) // no empty line at the end
}

function readField(line: string, number: number, fields: Map<string, string>, scan: Scan): void {
  const colon = line.indexOf(':')
  if (colon < 1) return scan.gap('line without a field', { line: number })
  const name = line.slice(0, colon).toLowerCase()
  if (wanted.has(name)) fields.set(name, line.slice(colon + 1).trim())
}

function* toPackage(fields: Map<string, string>, path: string, line: number, scan: Scan): Generator<Package> {
  const state = fields.get('status')?.split(/\s+/).at(-1)
  if (state === 'config-files' || state === 'not-installed') return
  const name = fields.get('package')
  const version = fields.get('version')
  if (!name || !version) return scan.gap('paragraph without Package: or Version:', { line })
  const arch = fields.get('architecture')
  const vendor = maintainerOfOthers(fields.get('maintainer') ?? '')
  const source = sourceOf(fields.get('source'), name, version)
  yield {
    ecosystem: 'Debian',
    name,
    version,
    purl: purl({ type: 'deb', namespace: 'debian', name, version, qualifiers: { arch } }),
    ...(source ? { source } : {}),
    ...(arch ? { arch } : {}),
    ...(vendor ? { vendor } : {}),
    place: { path, line },
  }
}

/** Undefined where name and version are the package's own. A binary rebuild (`+b1`) has the version of its source in brackets. */
function sourceOf(field: string | undefined, name: string, version: string): Package['source'] {
  const match = /^(?<source>\S+)(?:\s+\((?<version>[^)]+)\))?$/.exec(field ?? '')
  const source = { name: match?.groups?.['source'] ?? name, version: match?.groups?.['version'] ?? version }
  return source.name === name && source.version === version ? undefined : source
}
