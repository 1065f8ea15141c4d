// Elixir and Erlang packages that mix.lock names: a map of Elixir, one package a line.
//   "phoenix": {:hex, :phoenix, "1.7.11", "HASH", [:mix], [NEEDS…], "hexpm", "HASH"},
//   "plug": {:git, "https://github.com/elixir-plug/plug.git", "COMMIT", [tag: "v1.15.3"]},
// Early ones have the first package beside the brace: `%{"cowboy": {:hex, :cowboy, "1.0.2"},`
// Format: https://hexdocs.pm/mix/Mix.Tasks.Deps.html, https://github.com/hexpm/hex/blob/main/lib/hex/scm.ex

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { fromGit, fromHex, isOfDependency, type HexPackage } from './hex/package.ts'

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
  if (isOfDependency(file.path)) return
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
    const found = ofHex(line) ?? ofGit(line)
    if (found) yield { ...found, place: { path: file.path, line: number } }
    else scan.gap('a package that comes neither from Hex nor from Git', { line: number })
  }
  if (foreign.lines > 0) scan.gap(`lines that are not as Mix writes them: ${foreign.lines}`, { line: foreign.first })
}

function ofHex(line: string): HexPackage | undefined {
  const { name, version, repository } = hex.exec(line)?.groups ?? {}
  if (!name || !version) return undefined
  // `hexpm:acme` is the repository of an organisation.
  return fromHex(name, version, repository?.split(':')[1]?.toLowerCase())
}

/** A tag that is a version is the version; else it is the commit. */
function ofGit(line: string): HexPackage | undefined {
  const { name, url, revision } = git.exec(line)?.groups ?? {}
  if (!name || !url || !revision) return undefined
  const version = /tag: "v?(?<version>\d[^"]*)"/.exec(line)?.groups?.['version'] ?? revision
  return fromGit(name, version, url, revision)
}
