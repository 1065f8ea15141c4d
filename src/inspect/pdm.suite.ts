// pdm.lock: what is found equals what PDM, which wrote it, exports: extras, groups, two versions for two Pythons, markers, a wheel
// and folders beside the project, and a repository of Git.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { deepEqual, match, ok } from 'node:assert/strict'
import { testAll, withoutPrograms } from '../testing/shared.ts'
import { pdmLock } from './lang/pdm-lock.ts'
import { nameAndVersion, run, workFolder } from './testing.ts'

const skip = withoutPrograms('pdm', 'git', 'python3')

const repository = 'https://git.example.org/o/checkout.git'
const project = `[project]
name = "sample"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = [
  "requests[socks]==2.25.1",
  "zope.event==5.0",
  "typing_extensions==4.9.0",
  "colorama==0.4.6; sys_platform == 'win32'",
  "zipp==3.20.0; python_version < '3.13'",
  "zipp==3.21.0; python_version >= '3.13'",
  "checkout @ git+${repository}@main",
  "Whole.Wheel @ file:///\${PROJECT_ROOT}/Whole_Wheel-0.9-py3-none-any.whl",
  "beside @ file:///\${PROJECT_ROOT}/beside",
]
[project.optional-dependencies]
web = ["Flask==2.0.0", "Werkzeug==2.0.0"]
[dependency-groups]
dev = ["iniconfig==2.0.0", "-e file:///\${PROJECT_ROOT}/editable"]
[tool.pdm]
distribution = false
`

/** Folders of the project. */
const own = new Set(['beside', 'editable'])

const wheel = `
import zipfile
with zipfile.ZipFile("Whole_Wheel-0.9-py3-none-any.whl", "w") as archive:
    for name, text in {
        "METADATA": "Metadata-Version: 2.1\\nName: Whole.Wheel\\nVersion: 0.9\\n",
        "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "RECORD": "",
    }.items():
        archive.writestr(f"whole_wheel-0.9.dist-info/{name}", text)
`

/** Calls programs in the folder of the project. PDM and Git keep what they keep beside it, and know nothing else. */
function projectOf(t: TestContext) {
  const root = workFolder(t)
  const folder = join(root, 'project')
  const sources = join(root, 'git')
  // The address in the lock is one of the web; Git looks here for it.
  writeFileSync(join(root, 'gitconfig'), `[url "file://${sources}/"]\n  insteadOf = https://git.example.org/\n`)
  const env = {
    PATH: process.env['PATH'],
    HOME: root,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(root, 'gitconfig'),
    PDM_CHECK_UPDATE: '0',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'a'],
        [`GIT_${who}_EMAIL`, 'a@example.org'],
      ]),
    ),
  }
  const call = (program: string, ...words: string[]): string =>
    execFileSync(program, words, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe', timeout: 240_000 })
  const writePackage = (path: string, name: string): void => {
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'pyproject.toml'), `[project]\nname = "${name}"\nversion = "1.2.3"\n`)
  }
  writePackage(folder, 'sample')
  writeFileSync(join(folder, 'pyproject.toml'), project)
  for (const name of own) writePackage(join(folder, name), name)
  const checkout = join(sources, 'o/checkout.git')
  writePackage(checkout, 'checkout')
  call('git', '-C', checkout, 'init', '--quiet', '--initial-branch=main')
  call('git', '-C', checkout, 'add', '.')
  call('git', '-C', checkout, 'commit', '--quiet', '--message=x')
  call('python3', '-c', wheel)
  /** False when PDM fails, which it may on a machine without network. */
  const locks = (...words: string[]): boolean => {
    const options = { cwd: folder, env, encoding: 'utf8', timeout: 240_000 } as const
    const { status, stderr } = spawnSync('pdm', ['lock', '--group', ':all', ...words], options)
    if (status !== 0 && testAll) throw new Error(`pdm lock: ${stderr.slice(-2000)}`)
    return status === 0
  }
  return { folder, call, locks, commit: call('git', '-C', checkout, 'rev-parse', 'HEAD').trim() }
}

/** Of lines as pip reads them; of what has no version there, the address. */
function exported(text: string): { name: string; version?: string; address?: string }[] {
  return text.split('\n').flatMap((line) => {
    const pinned = /^(?<name>[\w.-]+)(?:\[[^\]]*\])?==(?<version>[^\s;]+)/.exec(line)?.groups
    const direct = /^(?<name>[\w.-]+)(?:\[[^\]]*\])? @ (?<address>\S+)/.exec(line)?.groups
    const editable = /^-e (?<address>.*)#egg=(?<name>[\w.-]+)/.exec(line)?.groups
    const found = pinned ?? direct ?? editable
    ok(found !== undefined || /^(?:#.*)?$/.test(line), line)
    return found ? [found as { name: string }] : []
  })
}

for (const [title, ...locking] of [
  ['for every platform', ['--python', '>=3.11,<3.13'], ['--append', '--python', '>=3.13']],
  ['for one, with addresses', ['--python', '==3.12.*', '--platform', 'windows', '--strategy', 'static_urls']],
] as [string, ...string[][]][]) {
  test(`what PDM locks ${title} is read as it exports it`, { skip, timeout: 600_000 }, async (t) => {
    const { folder, call, locks, commit } = projectOf(t)
    call('pdm', 'use', '--quiet', '--first', 'python3')
    for (const words of locking) if (!locks(...words)) return t.skip('PDM cannot reach a package registry')
    const told = exported(call('pdm', 'export', '--group', ':all', '--no-hashes', '--format', 'requirements'))
    const { packages, gaps } = await run(pdmLock, 'srv/pdm.lock', readFileSync(join(folder, 'pdm.lock')))
    deepEqual(gaps, [])
    // Versions that the export leaves out stand in the files themselves.
    const others: Record<string, string> = { checkout: '1.2.3', 'whole-wheel': '0.9' }
    deepEqual(
      packages.map(nameAndVersion).toSorted(),
      told
        .filter(({ name }) => !own.has(name))
        .map(({ name, version }) => `${name} ${version ?? others[name]}`)
        .toSorted(),
    )
    ok(told.length > 20)
    match(told.find(({ name }) => name === 'checkout')!.address!, new RegExp(`^git\\+${repository}@${commit}$`))
    const checkout = new URL(packages.find(({ name }) => name === 'checkout')!.purl)
    deepEqual(checkout.searchParams.get('vcs_url'), `git+${repository}@${commit}`)
  })
}
