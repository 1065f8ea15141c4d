// Gems as they lie installed: RubyGems writes a specification for each, as a program of Ruby with a fixed shape.
//   # stub: NAME VERSION PLATFORM PATHS        (the same, for RubyGems itself, so that it need not run the program)
//     s.name = "nokogiri".freeze
//     s.version = "1.16.2"                     (Gem::Version.new("1.16.2") in old ones)
//     s.platform = "x86_64-linux".freeze       (absent for `ruby`)
//     s.licenses = ["MIT".freeze]
// Format: https://guides.rubygems.org/specification-reference/

import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const rubyGem: Extractor = {
  id: 'ruby-gem',
  ecosystem: 'RubyGems',
  files: ['**/specifications/*.gemspec', '**/specifications/default/*.gemspec'],
  extract,
}

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const fields = new Map<string, string>()
  for await (const line of file.lines()) readLine(line, fields)
  const name = fields.get('name')
  const version = fields.get('version')
  if (!name || !version) return scan.gap('a gem’s specification without a name and a version')
  const platform = fields.get('platform')
  const licence = fields.get('licenses') ?? fields.get('license')
  const qualifiers = { platform: platform === 'ruby' ? undefined : platform }
  yield {
    ecosystem: 'RubyGems',
    name,
    version,
    purl: purl({ type: 'gem', name, version, qualifiers }),
    ...(licence ? { licence } : {}),
    place: { path: file.path },
  }
}

function readLine(line: string, fields: Map<string, string>): void {
  const stub = /^# stub: (?<name>\S+) (?<version>\S+) (?<platform>\S+)/.exec(line)?.groups
  for (const [field, value] of Object.entries(stub ?? {})) setOnce(fields, field, value)
  const setting = /^\s*\w+\.(?<field>name|version|platform|licenses?)\s*=\s*(?<value>.+)$/.exec(line)?.groups
  if (!setting) return
  const strings = [...setting['value']!.matchAll(/"(?<text>[^"\\]*)"|'(?<other>[^'\\]*)'/g)]
  const texts = strings.map(({ groups }) => groups!['text'] ?? groups!['other'] ?? '').filter(Boolean)
  if (texts.length > 0) setOnce(fields, setting['field']!, texts.join(' OR '))
}

function setOnce(fields: Map<string, string>, field: string, value: string): void {
  if (!fields.has(field)) fields.set(field, value)
}
