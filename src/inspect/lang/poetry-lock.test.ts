import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { poetryLock } from './poetry-lock.ts'

test('a lock file that poetry 1.8 wrote, addresses and checksums cut, and what poetry show --all said', async () => {
  const text = readFileSync(new URL('../testdata/poetry-lock/poetry.lock', import.meta.url), 'utf8')
  const { packages, gaps } = await run(poetryLock, 'srv/poetry.lock', text)
  deepEqual(packages.map(nameAndVersion), [
    'certifi 2026.10.18',
    'chardet 4.0.0',
    'idna 2.10',
    'pysocks 1.7.1',
    'requests 2.25.1',
    'setuptools 84.2.1',
    'typing-extensions 4.9.0',
    'urllib3 1.26.20',
    'zope-event 5.0',
  ])
  deepEqual(gaps, [])
})

const entry = (name: string, more = ''): string => `[[package]]\nname = "${name}"\n${more}\n`
const cases: [name: string, text: string, packages: string[], whys: string[]][] = [
  ['a folder of the project', entry('a', 'version = "1.0"\n[package.source]\ntype = "directory"'), [], []],
  ['a repository', entry('a', 'version = "1.0"\n[package.source]\ntype = "git"'), ['a 1.0'], []],
  ['no version', entry('a') + entry('b', 'version = "1.0"'), ['b 1.0'], ['a has no version']],
  ['no name', entry('a b', 'version = "1.0"'), [], ['entry 1 of package has no name']],
  ['no tables', 'package = [1, "a", {}]', [], [1, 2, 3].map((n) => `entry ${n} of package has no name`)],
  ['no list', 'package = 1', [], ['has no list of packages named package']],
  ['no dependencies', '[metadata]\nlock-version = "2.0"\n', [], []],
  ['no TOML', 'token = "hunter2', [], ['could not be read as poetry-lock: it is no TOML']],
]
for (const [name, text, expected, whys] of cases) {
  test(name, async () => {
    const { packages, gaps } = await run(poetryLock, 'poetry.lock', text)
    deepEqual([packages.map(nameAndVersion), gaps.map(({ why }) => why)], [expected, whys])
  })
}
