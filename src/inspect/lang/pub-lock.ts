// Dart and Flutter packages that pubspec.lock names. The tool always writes it in the same shape, so it is read line by line
// and not as the YAML that it is, which takes long for a hostile one.
//   packages:
//     async:
//       dependency: transitive
//       description:
//         name: async
//         url: "…"                 (of git also `resolved-ref`)
//       source: hosted             (git; those of a path belong to the project, those of an SDK come with it)
//       version: "2.11.0"
// Format: https://dart.dev/tools/pub/glossary#lockfile

import { vcsUrl } from '../../lib/git-address.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const pubLock: Extractor = {
  id: 'pub-lock',
  ecosystem: 'Pub',
  files: ['**/pubspec.lock'],
  extract,
}

const setting = /^(?<indent> *)(?:"(?<quoted>[^"]+)"|(?<key>[\w.-]+)):(?: +(?:"(?<text>[^"]*)"|(?<plain>\S.*)))?$/

interface Entry {
  name: string
  line: number
  fields: Map<string, string>
}

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  let section = ''
  let entry: Entry | undefined
  let number = 0
  for await (const line of file.lines()) {
    number++
    if (/^\s*(?:#|$)/.test(line)) continue
    const match = setting.exec(line)?.groups
    if (!match) return scan.gap('a line that is no setting; the rest was not read', { line: number })
    const { indent = '', quoted, key, text, plain } = match
    const name = quoted ?? key ?? ''
    if (indent.length <= 2) {
      if (entry) yield* toPackage(entry, file.path, scan)
      entry = undefined
    }
    if (indent === '') section = name
    else if (section === 'packages' && indent.length === 2) entry = { name, line: number, fields: new Map() }
    else entry?.fields.set(name, text ?? plain ?? '')
  }
  if (entry) yield* toPackage(entry, file.path, scan)
}

function* toPackage({ name, line, fields }: Entry, path: string, scan: Scan): Generator<Package> {
  const source = fields.get('source')
  const version = fields.get('version')
  if (!source || !version) return scan.gap('a package without a source and a version', { line })
  if (source !== 'hosted' && source !== 'git') return
  const vcs_url = source === 'git' ? vcsUrl(fields.get('url') ?? '', fields.get('resolved-ref')) : undefined
  yield {
    ecosystem: 'Pub',
    name,
    version,
    purl: purl({ type: 'pub', name: name.toLowerCase(), version, qualifiers: { vcs_url } }),
    declared: true,
    place: { path, line },
  }
}
