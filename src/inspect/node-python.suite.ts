// JavaScript and Python: what is found equals what npm, pip, Python itself and today's other package managers say.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { deepEqual, ok } from 'node:assert/strict'
import type { Package } from '../model/package.ts'
import { testAll, withoutPrograms } from '../testing/shared.ts'
import type { Extractor } from './extractor.ts'
import { inspectTarget, parseTarget } from './inspect.ts'
import { npmLock } from './lang/npm-lock.ts'
import { pnpmLock } from './lang/pnpm-lock.ts'
import { pythonPylock } from './lang/python-pylock.ts'
import { pythonRequirements } from './lang/python-requirements.ts'
import { uvLock } from './lang/uv-lock.ts'
import { yarnLock } from './lang/yarn-lock.ts'
import { nameAndVersion, never, run, workFolder } from './testing.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

function output(folder: string, program: string, ...words: string[]): string {
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 240_000 } as const
  const { stdout, stderr, status, error } = spawnSync(program, words, options)
  if (error) throw error
  // npm ls ends with 1 when something is amiss, and lists all the same.
  if (status !== 0 && stdout === '') throw new Error(`${program} ${words[0]}: ${stderr.slice(-2000)}`)
  return stdout
}

/** Distinct, sorted. */
function listed(packages: readonly Package[]): string[] {
  return [...new Set(packages.map(nameAndVersion))].toSorted()
}

async function readLock(extractor: Extractor, path: string): Promise<string[]> {
  const { packages, gaps } = await run(extractor, path.slice(1), readFileSync(path))
  deepEqual(gaps, [])
  ok(packages.length > 5)
  return listed(packages)
}

interface Listed {
  name?: string
  version?: string
  from?: string
  dependencies?: Record<string, Listed>
  devDependencies?: unknown
}

/** Of the trees that npm and pnpm print. `long` ones have the name, pnpm's have the true one of an alias in `from`. */
function inTree(tree: Listed): string[] {
  const lists = [tree.dependencies, tree.devDependencies as Listed['dependencies']]
  return lists.flatMap((list) =>
    Object.entries(list ?? {}).flatMap(([key, found]) =>
      typeof found === 'object' && found.version !== undefined
        ? [`${found.from ?? found.name ?? key} ${found.version}`, ...inTree(found)]
        : [],
    ),
  )
}

test("this repository's lock file is read as npm ls reads it", { skip: withoutPrograms('npm') }, async () => {
  const tree = output(repository, 'npm', 'ls', '--all', '--long', '--json', '--package-lock-only')
  const expected = [...new Set(inTree(JSON.parse(tree) as Listed))].toSorted()
  ok(expected.length > 100)
  deepEqual(await readLock(npmLock, join(repository, 'package-lock.json')), expected)
})

const project = {
  name: 'sample',
  version: '1.0.0',
  private: true,
  dependencies: {
    debug: '4.3.4',
    ms: '2.0.0',
    'lodash-old': 'npm:lodash@4.17.20',
    '@sindresorhus/is': '4.6.0',
    react: '18.2.0',
    'use-sync-external-store': '1.2.0',
    chokidar: '3.5.3',
  },
  devDependencies: { 'is-odd': '3.0.1' },
}

// The versions of today; the formats of before are fixtures.
const managers: {
  name: string
  install: string
  script: string
  extractor: Extractor
  lock: string
  arguments: string[]
  list: (manager: (...words: string[]) => string) => string[]
}[] = [
  {
    name: 'pnpm',
    install: 'pnpm@10.30.3',
    script: 'pnpm/bin/pnpm.cjs',
    extractor: pnpmLock,
    lock: 'pnpm-lock.yaml',
    arguments: ['install', '--ignore-scripts'],
    list: (pnpm) => (JSON.parse(pnpm('list', '--depth', 'Infinity', '--json')) as Listed[]).flatMap(inTree),
  },
  {
    name: 'yarn 1',
    install: 'yarn@1.22.22',
    script: 'yarn/bin/yarn.js',
    extractor: yarnLock,
    lock: 'yarn.lock',
    arguments: ['install', '--ignore-scripts'],
    // It tells an alias by the name it goes by.
    list: (yarn) => yarnTree(yarn('list', '--json')).map((line) => line.replace('lodash-old ', 'lodash ')),
  },
  {
    name: 'yarn 4',
    install: '@yarnpkg/cli-dist@4.12.0',
    script: '@yarnpkg/cli-dist/bin/yarn.js',
    extractor: yarnLock,
    lock: 'yarn.lock',
    arguments: ['install', '--mode=update-lockfile'],
    list: (yarn) =>
      yarn('info', '--all', '--recursive', '--json')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { value: string; children: { Version: string } })
        .filter(({ value }) => !value.includes('@workspace:'))
        .map(({ value, children }) => `${value.slice(0, value.indexOf('@', 1))} ${children.Version}`),
  },
]

for (const manager of managers) {
  test(
    `what ${manager.name} locks today is read as it lists it`,
    { skip: withoutPrograms('npm'), timeout: 300_000 },
    async (t) => {
      const folder = workFolder(t)
      const tools = join(folder, 'tools')
      mkdirSync(tools)
      if (!installed(tools, 'npm', 'install', '--no-audit', '--ignore-scripts', manager.install))
        return t.skip('no package registry can be reached')
      const inside = join(folder, 'project')
      mkdirSync(inside)
      writeFileSync(join(inside, 'package.json'), JSON.stringify(project))
      if (manager.lock === 'yarn.lock') writeFileSync(join(inside, 'yarn.lock'), '') // a project of its own
      const call = (...words: string[]): string =>
        output(inside, process.execPath, join(tools, 'node_modules', manager.script), ...words)
      if (!installed(inside, process.execPath, join(tools, 'node_modules', manager.script), ...manager.arguments))
        return t.skip(`${manager.name} cannot reach a package registry`)
      const expected = [...new Set(manager.list(call))].toSorted()
      deepEqual(await readLock(manager.extractor, join(inside, manager.lock)), expected)
    },
  )
}

function yarnTree(lines: string): string[] {
  interface Tree {
    name: string
    shadow?: boolean
    children?: Tree[]
  }
  const walk = (trees: Tree[]): string[] =>
    trees.flatMap(({ name, shadow, children = [] }) =>
      shadow ? [] : [name.replace(/@(?=[^@]*$)/, ' '), ...walk(children)],
    )
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; data: { trees: Tree[] } })
    .flatMap(({ type, data }) => (type === 'tree' ? walk(data.trees) : []))
}

/** False when the program fails, which a machine without network may. */
function installed(folder: string, program: string, ...words: string[]): boolean {
  const { status, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8', timeout: 240_000 })
  if (status !== 0 && testAll) throw new Error(`${program} ${words.join(' ')}: ${stderr.slice(-2000)}`)
  return status === 0
}

/** Under normal names, as packages are kept here. */
function normal(list: readonly { name: string; version: string }[]): string[] {
  return list.map(({ name, version }) => `${name.toLowerCase().replaceAll(/[-_.]+/g, '-')} ${version}`).toSorted()
}

const distributions = `
import importlib.metadata, json, sys
print(json.dumps([{"name": d.metadata["Name"], "version": d.version} for d in importlib.metadata.distributions(path=sys.argv[1:])]))`

test("Debian's Python packages are those that Python finds", { skip: withoutPrograms('python3') }, async (t) => {
  const folder = '/usr/lib/python3/dist-packages'
  const expected = normal(JSON.parse(output('/', 'python3', '-c', distributions, folder)) as [])
  if (expected.length === 0) return t.skip('this machine has no Python packages')
  deepEqual(listed(await pythonPackages(folder, '')), [...new Set(expected)])
})

const withoutVenv = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0 ? false : 'no venv for Python'

test(
  'a virtual environment has what pip list says',
  { skip: withoutPrograms('python3') || (!testAll && withoutVenv), timeout: 300_000 },
  async (t) => {
    const folder = workFolder(t)
    execFileSync('python3', ['-m', 'venv', folder])
    const pip = join(folder, 'bin/pip')
    const wanted = ['requests[socks]', 'zope.interface', 'PyYAML==6.0.1', 'jaraco.text', 'Flask==2.0.0', 'uv']
    if (!installed(folder, pip, 'install', '--quiet', ...wanted)) return t.skip('no package index can be reached')
    const expected = normal(JSON.parse(output(folder, pip, 'list', '--format=json')) as [])
    ok(expected.length > 15)
    const found = await pythonPackages(folder, String.raw`lib/[^/]+/site-packages/`)
    deepEqual(found.map(nameAndVersion).toSorted(), expected)

    await t.test('what uv locks and exports there is the same three times', async (inner) => {
      const inside = join(folder, 'project')
      mkdirSync(inside)
      const dependencies = ['requests[socks]==2.25.1', 'zope.event==5.0', 'typing_extensions==4.9.0']
      const text = `[project]\nname = "sample"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ${JSON.stringify(dependencies)}\n`
      writeFileSync(join(inside, 'pyproject.toml'), text)
      const uv = join(folder, 'bin/uv')
      if (!installed(inside, uv, 'lock', '--python', join(folder, 'bin/python'), '--quiet'))
        return inner.skip('uv cannot reach a package registry')
      const tree = output(inside, uv, 'tree', '--frozen', '--no-dedupe', '--universal', '--no-default-groups')
      const inTree = [...tree.matchAll(/── (?<name>[^\s[]+)\S* v(?<version>\S+)/g)]
      const named = inTree.map(({ groups }) => `${groups!['name']} ${groups!['version']}`)
      deepEqual(await readLock(uvLock, join(inside, 'uv.lock')), [...new Set(named)].toSorted())
      const lock = await readLock(uvLock, join(inside, 'uv.lock'))
      for (const [extractor, file, format] of [
        [pythonRequirements, 'requirements.txt', 'requirements-txt'],
        [pythonPylock, 'pylock.toml', 'pylock.toml'],
      ] as const) {
        output(inside, uv, 'export', '--quiet', '--no-emit-project', '--format', format, '-o', file)
        deepEqual(await readLock(extractor, join(inside, file)), lock)
      }
    })
  },
)

/** Those that lie directly in the folders that the pattern matches: setuptools, too, brings a few inside itself. */
async function pythonPackages(root: string, folders: string): Promise<Package[]> {
  const { packages } = await inspectTarget(parseTarget(`dir:${root}`), { signal: never })
  const own = new RegExp(`^${folders}[^/]+(?:/[^/]+)?$`)
  return packages.filter(({ ecosystem, place }) => ecosystem === 'PyPI' && own.test(place.path ?? ''))
}
