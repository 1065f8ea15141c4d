// The shape as `mix deps.get` writes it: https://hexdocs.pm/mix/Mix.Tasks.Deps.html

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { mixLock } from './mix-lock.ts'

const text = `%{
  "jason": {:hex, :jason, "1.4.1", "af1504e3", [:mix], [{:decimal, "~> 1.0 or ~> 2.0", [hex: :decimal, repo: "hexpm", optional: true]}], "hexpm", "fbb01ecd"},
  "old": {:hex, :old, "0.1.0", "af1504e3", [:mix], []},
  "own": {:hex, :own_name, "2.0.0", "af1504e3", [:mix], [], "hexpm:Acme", "fbb01ecd"},
  "plug": {:git, "https://example.org/plug.git", "4f2a6c1", [tag: "v1.15.3"]},
  "head": {:git, "https://example.org/head.git", "4f2a6c1", [branch: "main"]},
  "other": {:path, "../other"},
}
`

test('packages from Hex, of an organisation, and from Git', async () => {
  const { packages, gaps } = await run(mixLock, 'mix.lock', text)
  deepEqual(
    packages.map(({ name, purl, place }) => [name, purl, place.line]),
    [
      ['jason', 'pkg:hex/jason@1.4.1', 2],
      ['old', 'pkg:hex/old@0.1.0', 3],
      ['own_name', 'pkg:hex/acme/own_name@2.0.0', 4],
      ['plug', 'pkg:hex/plug@1.15.3?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fplug.git%404f2a6c1', 5],
      ['head', 'pkg:hex/head@4f2a6c1?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fhead.git%404f2a6c1', 6],
    ],
  )
  deepEqual(gaps, [{ why: 'a package that comes neither from Hex nor from Git', place: { path: 'mix.lock', line: 7 } }])
})

// The first package stands beside the brace. `npm test -- elixir` has Mix itself read such a lock.
test('the first package of a lock of old is one too', async () => {
  const old = `%{"cowboy": {:hex, :cowboy, "1.0.2"},\n  "cowlib": {:hex, :cowlib, "1.0.1"}}\n`
  const { packages, gaps } = await run(mixLock, 'mix.lock', old)
  deepEqual(
    packages.map(({ purl, place }) => [purl, place.line]),
    [
      ['pkg:hex/cowboy@1.0.2', 1],
      ['pkg:hex/cowlib@1.0.1', 2],
    ],
  )
  deepEqual(gaps, [])
})

test('what Mix did not write, such as a formatted lock, is a gap', async () => {
  const formatted = `# by hand\n%{\n  jason:\n    {:hex, :jason, "1.4.1"},\n  plug: {:hex, :plug, "1.0.0"}\n}\n`
  const { packages, gaps } = await run(mixLock, 'mix.lock', formatted)
  deepEqual(packages, [])
  deepEqual(gaps, [{ why: 'lines that are not as Mix writes them: 3', place: { path: 'mix.lock', line: 3 } }])
})
