import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { pipfileLock } from './pipfile-lock.ts'

test('a lock file that pipenv wrote, checksums cut, and what pipenv requirements --dev said', async () => {
  const text = readFileSync(new URL('../testdata/pipfile-lock/Pipfile.lock', import.meta.url), 'utf8')
  const { packages, gaps } = await run(pipfileLock, 'srv/Pipfile.lock', text)
  deepEqual(packages.map(nameAndVersion), [
    'certifi 2026.10.18',
    'chardet 4.0.0',
    'idna 2.10',
    'pysocks 1.7.1',
    'requests 2.25.1',
    'setuptools 84.2.1',
    'urllib3 1.26.20',
    'zope-event 5.0',
    'typing-extensions 4.9.0',
  ])
  deepEqual(gaps, [])
})

const lock = (groups: object): string => JSON.stringify({ _meta: {}, ...groups })
const nothing = 'an entry without a name or one exact version'
const cases: [name: string, text: string, packages: string[], whys: string[]][] = [
  [
    'one version in two groups',
    lock({ default: { a: { version: '==1' } }, x: { A: { version: '==1' } } }),
    ['a 1'],
    [],
  ],
  ['a folder of the project', lock({ default: { a: { path: '.', editable: true } } }), [], []],
  [
    'an archive beside the project',
    lock({ default: { a: { path: './a-1.0.whl' }, b: { path: './b.tar.gz', version: '==2' } } }),
    ['b 2'],
    [nothing],
  ],
  ['a repository', lock({ default: { a: { git: 'https://example.org/a', ref: '0' } } }), [], [nothing]],
  [
    'no exact version',
    lock({ default: { a: { version: '*' }, b: 3, '': { version: '==1' } } }),
    [],
    [nothing, nothing, nothing],
  ],
  ['no group', lock({ default: 3 }), [], ['the group default is no list of packages']],
  ['no lock file', '{"default":{}}', [], ['no lock file of pipenv: it has no _meta']],
]
for (const [name, text, expected, whys] of cases) {
  test(name, async () => {
    const { packages, gaps } = await run(pipfileLock, 'Pipfile.lock', text)
    deepEqual([packages.map(nameAndVersion), gaps.map(({ why }) => why)], [expected, whys])
  })
}
