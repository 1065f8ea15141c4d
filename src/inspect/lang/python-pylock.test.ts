import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { GlobIndex } from '../../lib/glob.ts'
import { nameAndVersion, run } from '../testing.ts'
import { pythonPylock } from './python-pylock.ts'

test('what uv export --format pylock.toml wrote, addresses and checksums cut', async () => {
  const text = readFileSync(new URL('../testdata/python-pylock/pylock.toml', import.meta.url), 'utf8')
  const { packages, gaps } = await run(pythonPylock, 'srv/pylock.toml', text)
  const exported = readFileSync(new URL('../testdata/python-requirements/uv.txt', import.meta.url), 'utf8')
  deepEqual(
    packages.map(({ name, version }) => `${name}==${version}`),
    exported.match(/^[a-z]\S*/gm),
  )
  deepEqual(gaps, [])
})

test('a folder is no package; a checkout without a version is a gap', async () => {
  const text = `
[[packages]]
name = "own"
directory = { path = "." }
[[packages]]
name = "checkout"
vcs = { type = "git", url = "https://example.org/checkout.git" }
`
  const { packages, gaps } = await run(pythonPylock, 'pylock.toml', text)
  deepEqual([packages.map(nameAndVersion), gaps.map(({ why }) => why)], [[], ['checkout has no version']])
})

test('the names that the specification allows', () => {
  const wanted = new GlobIndex(pythonPylock.files.map((glob) => [glob, true]))
  for (const path of ['pylock.toml', 'srv/pylock.toml', 'srv/pylock.dev.toml']) deepEqual(wanted.match(path), [true])
})
