// Packages of Alpine, Wolfi and Chainguard images, from the database that apk keeps.
//
// The file is a list of records: one `X:value` a line, an empty line after each record.
//   P name   V version   o source package ("origin")   A architecture   L licence
// Below them stand the package's files, under letters of their own (F folder, R file, M, a, Z).
// Format: https://wiki.alpinelinux.org/wiki/Apk_spec

import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const alpineApk: Extractor = {
  id: 'alpine-apk',
  ecosystem: 'Alpine',
  files: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
  extract,
}

function* extract(file: ImageFile, scan: Scan): Generator<Package> {
  let fields = new Map<string, string>()
  let number = 0
  let start = 1
  for (const line of file.lines()) {
    number++
    if (line !== '') {
      if (line[1] === ':') fields.set(line.slice(0, 1), line.slice(2))
      else scan.gap('line without a field', { line: number })
      continue
    }
    if (fields.size > 0) yield* toPackage(fields, file.path, start, scan)
    fields = new Map()
    start = number + 1
  }
  if (fields.size > 0) yield* toPackage(fields, file.path, start, scan) // no empty line at the end
}

function* toPackage(fields: Map<string, string>, path: string, line: number, scan: Scan): Generator<Package> {
  const name = fields.get('P')
  const version = fields.get('V')
  if (!name || !version) return scan.gap('record without P: or V:', { line })
  const origin = fields.get('o')
  const arch = fields.get('A')
  const licence = fields.get('L')
  yield {
    ecosystem: 'Alpine',
    name,
    version,
    purl: purl({ type: 'apk', namespace: 'alpine', name, version, qualifiers: { arch } }),
    // Advisories name the source package, not the binary one: libssl3 is matched as openssl.
    ...(origin && origin !== name ? { source: { name: origin, version } } : {}),
    ...(arch ? { arch } : {}),
    ...(licence ? { licence } : {}),
    place: { path, line },
  }
}
