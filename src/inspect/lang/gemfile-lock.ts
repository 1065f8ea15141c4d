// Gems that Bundler's lock file names. Sections begin at the start of a line; in GEM (from a gem server), GIT and PLUGIN
// SOURCE the list `specs:` holds `    NAME (VERSION)` or `    NAME (VERSION-PLATFORM)`, with what each needs two spaces further
// in. Those of PATH belong to the project itself. Format: https://bundler.io/guides/rationale.html

import { vcsUrl } from '../../lib/git-address.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const gemfileLock: Extractor = {
  id: 'gemfile-lock',
  ecosystem: 'RubyGems',
  files: ['**/Gemfile.lock', '**/gems.locked'],
  extract,
}

/** In the folder of an installed gem, of a version or of a commit: it names what its authors worked with, not what is here. */
const ofDependency = /(?:^|\/)gems\/[^/]+-(?:\d+\.[^/]*|[0-9a-f]{12})\//

const sources = new Set(['GEM', 'GIT', 'PLUGIN SOURCE'])

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (ofDependency.test(file.path)) return
  let section = ''
  let remote = ''
  let revision = ''
  let number = 0
  for await (const line of file.lines()) {
    number++
    if (/^[A-Z]/.test(line)) [section, remote, revision] = [line.trim(), '', '']
    if (!sources.has(section)) continue
    const setting = /^ {2}(?<key>remote|revision): (?<value>.*)$/.exec(line)?.groups
    if (setting?.['key'] === 'remote') remote = setting['value']!
    if (setting?.['key'] === 'revision') revision = setting['value']!
    if (!/^ {4}\S/.test(line)) continue
    const gem = /^ {4}(?<name>\S+) \((?<version>[^()\s-]+)(?:-(?<platform>[^()\s]+))?\)!?$/.exec(line)?.groups
    if (!gem) scan.gap('a gem without a version', { line: number })
    else {
      const { name, version, platform } = gem as { name: string; version: string; platform?: string }
      const vcs_url = section === 'GIT' ? vcsUrl(remote, revision) : undefined
      yield {
        ecosystem: 'RubyGems',
        name,
        version,
        purl: purl({ type: 'gem', name, version, qualifiers: { platform, vcs_url } }),
        declared: true,
        place: { path: file.path, line: number },
      }
    }
  }
}
