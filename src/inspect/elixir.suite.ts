// Elixir: what is found in mix.lock equals what Mix, which wrote it, says.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { withoutPrograms } from '../testing/shared.ts'
import { mixLock } from './lang/mix-lock.ts'
import { nameAndVersion, run, workFolder } from './testing.ts'

const skip = withoutPrograms('mix', 'elixir', 'git')

type Call = (folder: string, program: string, ...words: string[]) => string

/** Calls programs with nothing of whoever calls it: neither settings of Git nor packages of Mix. */
function programsOf(t: TestContext): { root: string; call: Call } {
  const root = workFolder(t)
  const who = { NAME: 'a', EMAIL: 'a@example.org' }
  const env = {
    PATH: process.env['PATH'],
    LC_ALL: 'C.UTF-8',
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    ...Object.fromEntries(
      Object.entries(who).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  }
  const call: Call = (folder, program, ...words) =>
    execFileSync(program, words, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe', timeout: 240_000 })
  return { root, call }
}

/** The description of a project; `needs` is a list of Elixir's. */
function writeProject(folder: string, name: string, version: string, needs = '[]'): void {
  mkdirSync(folder, { recursive: true })
  const lines = [
    `defmodule ${name}.Project do`,
    '  use Mix.Project',
    `  def project, do: [app: :${name.toLowerCase()}, version: "${version}", deps: ${needs}]`,
    'end',
  ]
  writeFileSync(join(folder, 'mix.exs'), `${lines.join('\n')}\n`)
}

test('what Mix takes from Git is read as it lists it', { skip, timeout: 300_000 }, async (t) => {
  const { root, call } = programsOf(t)
  const at = (name: string): string => join(root, name)
  writeProject(at('tagged'), 'Tagged', '1.2.3-rc.1')
  writeProject(at('bare'), 'Bare', '2.0.0')
  writeProject(at('inner'), 'Inner', '3.0.0')
  writeProject(at('headed'), 'Headed', '0.1.0-dev', `[{:inner, git: "${at('inner')}"}]`)
  writeProject(at('several'), 'Several', '9.9.9')
  writeProject(at('several/sub'), 'Sub', '4.5.6')
  writeProject(at('beside'), 'Beside', '5.0.0')
  const heads = new Map<string, string>()
  for (const [name, tag] of Object.entries({
    tagged: 'v1.2.3-rc.1',
    bare: '2.0.0',
    inner: 'x',
    headed: 'x',
    several: 'x',
  })) {
    call(at(name), 'git', 'init', '--quiet', '--initial-branch=main')
    call(at(name), 'git', 'add', '.')
    call(at(name), 'git', 'commit', '--quiet', '--message=x')
    call(at(name), 'git', 'tag', tag)
    heads.set(name === 'several' ? 'sub' : name, call(at(name), 'git', 'rev-parse', 'HEAD').trim())
  }
  const needs = [
    `{:tagged, git: "file://${at('tagged')}", tag: "v1.2.3-rc.1"}`,
    `{:bare, git: "${at('bare')}", tag: "2.0.0", only: [:dev, :test], runtime: false, submodules: true}`,
    `{:headed, git: "${at('headed')}", branch: "main"}`,
    `{:sub, git: "${at('several')}", sparse: "sub", ref: "${heads.get('sub')}"}`,
    '{:beside, path: "../beside"}',
  ]
  writeProject(at('app'), 'App', '0.0.1', `[${needs.join(', ')}]`)
  call(at('app'), 'mix', 'deps.get')
  call(at('app'), 'mix', 'deps.compile')

  // `* tagged 1.2.3 (ADDRESS) (mix)`, and below it `locked at 8c2db16 (tag: v1.2.3)` where the lock has it.
  const listed = call(at('app'), 'mix', 'deps').matchAll(
    /^\* (?<name>\w+) (?<version>\S+) .*\n(?: {2}locked at (?<commit>\w+)(?: \((?<how>\w+).*)?\n)?/gm,
  )
  const inList = [...listed].map(({ groups }) => groups!)
  equal(inList.length, 6)
  const { packages, gaps } = await run(mixLock, 'mix.lock', readFileSync(at('app/mix.lock')))
  deepEqual(gaps, [])
  deepEqual(
    packages.map(nameAndVersion),
    inList
      .filter(({ commit }) => commit !== undefined) // the lock is silent on folders beside the project
      .map(({ name, version, how }) => `${name} ${how === 'tag' ? version : heads.get(name!)}`)
      .toSorted(),
  )
  for (const { name, commit } of inList) ok(commit === undefined || heads.get(name!)?.startsWith(commit))
})

// Fields behind :hex as Hex writes them: https://github.com/hexpm/hex/blob/main/lib/hex/scm.ex
const ofHex = `%{
  jason: {:hex, :jason, "1.4.1", "af15", [:mix],
    [{:decimal, "~> 1.0 or ~> 2.0", [hex: :decimal, repo: "hexpm", optional: true]}], "hexpm", "fbb0"},
  own: {:hex, :own_name, "2.0.0-rc.1+5", "af15", [:rebar3, :make], [], "hexpm:acme", "fbb0"},
  old: {:hex, :old, "0.1.0"},
  without: {:hex, :without, "0.2.0", "af15", [:mix], [{:old, ">= 0.0.0", [hex: :old, optional: false]}]},
  "a-b": {:hex, :"a-b", "1.0.0", "af15", nil, [], "hexpm", "fbb0"},
  Upper: {:hex, :Upper, "1.0.0", "af15", [:mix], [], "hexpm", "fbb0"},
  many: {:hex, :many, "1.0.0", "af15", [:mix], for n <- 1..80 do {:"need#{n}", "~> #{n}.0", [hex: :x, repo: "hexpm", optional: false]} end, "hexpm", "fbb0"}
}`

/** For code that wants nothing of the project but its name. */
const alone = ['--no-deps-check', '--no-compile', '--no-start', '-e']

const tell = `
for {_, lock} <- Enum.sort(Mix.Dep.Lock.read()) do
  IO.puts("#{elem(lock, 1)} #{elem(lock, 2)} #{if tuple_size(lock) > 6, do: elem(lock, 6), else: "hexpm"}")
end`

async function readAndTold(folder: string, call: Call): Promise<{ read: string[]; told: string[] }> {
  const { packages, gaps } = await run(mixLock, 'mix.lock', readFileSync(join(folder, 'mix.lock')))
  deepEqual(gaps, [])
  const repository = (url: string): string => /^pkg:hex\/(?:(?<team>[^/]+)\/)/.exec(url)?.groups?.['team'] ?? ''
  const read = packages.map((one) => `${nameAndVersion(one)} hexpm:${repository(one.purl)}`.replace(/:$/, ''))
  const told = call(folder, 'mix', 'run', ...alone, tell)
    .trim()
    .split('\n')
  return { read, told }
}

test('packages of Hex in a lock that Mix writes are read as it reads them', { skip, timeout: 120_000 }, async (t) => {
  const { root, call } = programsOf(t)
  writeProject(root, 'Sample', '0.0.1')
  call(root, 'mix', 'run', ...alone, `Mix.Dep.Lock.write(${ofHex})`)
  const { read, told } = await readAndTold(root, call)
  equal(told.length, 7)
  deepEqual(read, told)
})

test(
  'a lock of old, with a package beside the brace, is read as Mix reads it',
  { skip, timeout: 120_000 },
  async (t) => {
    const { root, call } = programsOf(t)
    writeProject(root, 'Sample', '0.0.1')
    const text = `%{"cowboy": {:hex, :cowboy, "1.0.2"},\n  "cowlib": {:hex, :cowlib, "1.0.1"},\n  "ranch": {:hex, :ranch, "1.1.0"}}\n`
    writeFileSync(join(root, 'mix.lock'), text)
    const { read, told } = await readAndTold(root, call)
    equal(told.length, 3)
    deepEqual(read, told)
  },
)
