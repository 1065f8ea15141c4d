import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { uvLock } from './uv-lock.ts'

test('a lock file that uv wrote, addresses and checksums cut, and what uv export said', async () => {
  const text = readFileSync(new URL('../testdata/uv-lock/uv.lock', import.meta.url), 'utf8')
  const { packages, gaps } = await run(uvLock, 'srv/uv.lock', text)
  const exported = readFileSync(new URL('../testdata/python-requirements/uv.txt', import.meta.url), 'utf8')
  deepEqual(
    packages.map(({ name, version }) => `${name}==${version}`),
    exported.match(/^[a-z]\S*/gm),
  )
  deepEqual(gaps, [])
})

test('the project and the members of its workspace are not packages', async () => {
  const sources = ['virtual = "."', 'editable = "a"', 'directory = "b"', 'registry = "https://index.example.org/"']
  const text = sources.map((source, n) => `[[package]]\nname = "p${n}"\nversion = "1.0"\nsource = { ${source} }\n`)
  const { packages, gaps } = await run(uvLock, 'uv.lock', text.join('\n'))
  deepEqual([packages.map(nameAndVersion), gaps], [['p3 1.0'], []])
})
