// Elixir and Erlang packages that mix.lock names: a map of Elixir, one package a line.
//   "phoenix": {:hex, :phoenix, "1.7.11", "HASH", [:mix], [NEEDS…], "hexpm", "HASH"},
//   "plug": {:git, "https://github.com/elixir-plug/plug.git", "COMMIT", [tag: "v1.15.3"]},
// Early ones have the first package beside the brace: `%{"cowboy": {:hex, :cowboy, "1.0.2"},`
// Format: https://hexdocs.pm/mix/Mix.Tasks.Deps.html, https://github.com/hexpm/hex/blob/main/lib/hex/scm.ex

import { vcsUrl } from '../../lib/git-address.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const mixLock: Extractor = {
  id: 'mix-lock',
  ecosystem: 'Hex',
  files: ['**/mix.lock'],
  extract,
}

const hex =
  /^\s*"(?<key>[^"]+)":\s*\{:hex,\s*:"?(?<name>[\w.-]+)"?,\s*"(?<version>[^"]+)"(?:.*\],\s*"(?<repository>[^"]+)")?/
const git = /^\s*"(?<name>[^"]+)":\s*\{:git,\s*"(?<url>[^"]+)",\s*"(?<revision>[^"]*)"/

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  let number = 0
  const foreign = { lines: 0, first: 0 }
  for await (const whole of file.lines()) {
    number++
    const line = whole.replace(/^\s*%\{/, '')
    if (/^\s*(?:\}\s*)?(?:#.*)?$/.test(line)) continue
    if (!/^\s*"/.test(line)) {
      foreign.first ||= number
      foreign.lines++
      continue
    }
    const found = fromHex(line) ?? fromGit(line)
    if (found) yield { ecosystem: 'Hex', ...found, declared: true, place: { path: file.path, line: number } }
    else scan.gap('a package that comes neither from Hex nor from Git', { line: number })
  }
  if (foreign.lines > 0) scan.gap(`lines that are not as Mix writes them: ${foreign.lines}`, { line: foreign.first })
}

type Found = Pick<Package, 'name' | 'version' | 'purl'>

function fromHex(line: string): Found | undefined {
  const { name, version, repository } = hex.exec(line)?.groups ?? {}
  if (!name || !version) return undefined
  // `hexpm:acme` is the repository of an organisation.
  const namespace = repository?.split(':')[1]?.toLowerCase()
  return { name, version, purl: purl({ type: 'hex', namespace, name: name.toLowerCase(), version }) }
}

/** A tag that is a version is the version; else it is the commit. */
function fromGit(line: string): Found | undefined {
  const { name, url, revision } = git.exec(line)?.groups ?? {}
  if (!name || !url || !revision) return undefined
  const version = /tag: "v?(?<version>\d[^"]*)"/.exec(line)?.groups?.['version'] ?? revision
  const qualifiers = { vcs_url: vcsUrl(url, revision) }
  return { name, version, purl: purl({ type: 'hex', name: name.toLowerCase(), version, qualifiers }) }
}
