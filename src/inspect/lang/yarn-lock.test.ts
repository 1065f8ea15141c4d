import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { yarnLock } from './yarn-lock.ts'

const read = (name: string): string => readFileSync(new URL(`../testdata/yarn-lock/${name}`, import.meta.url), 'utf8')

// Written by yarn 1.22 and the yarn of @yarnpkg/cli-dist 3 and 4 for one project, addresses and checksums cut; beside each
// what `yarn list --json` and `yarn info --all --recursive --json` said. Yarn 1 tells an alias by the name it goes by.
for (const [lock, list] of [
  ['classic.lock', 'classic.yarn-list'],
  ['berry-3.lock', 'berry-3.yarn-info'],
  ['berry-4.lock', 'berry-4.yarn-info'],
] as const) {
  test(lock, async () => {
    const { packages, gaps } = await run(yarnLock, 'srv/yarn.lock', read(lock))
    const expected = read(list).trim().replace('lodash-old ', 'lodash ').split('\n')
    deepEqual(packages.map(nameAndVersion).toSorted(), expected)
    deepEqual(gaps, [])
  })
}

test('a package has the line of its entry', async () => {
  const [first] = (await run(yarnLock, 'yarn.lock', read('classic.lock'))).packages
  deepEqual(first, {
    ecosystem: 'npm',
    name: '@sindresorhus/is',
    version: '4.6.0',
    purl: 'pkg:npm/%40sindresorhus/is@4.6.0',
    place: { path: 'yarn.lock', line: 5 },
    declared: true,
  })
})

const classic = '# yarn lockfile v1\n\n'
const berry = '__metadata:\n  version: 8\n\n'
const cases: [name: string, text: string, packages: string[], whys: string[]][] = [
  ['several ranges', `${classic}a@^1.0.0, a@~1.2.0:\n  version "1.2.3"\n`, ['a 1.2.3'], []],
  ['an alias to a scope', `${classic}"x@npm:@s/a@^1":\n  version "1.0.0"\n`, ['@s/a 1.0.0'], []],
  ['an alias without a version', `${classic}"x@npm:@s/a", y@npm:@s/a:\n  version "1.0.0"\n`, ['@s/a 1.0.0'], []],
  [
    'a name without a range',
    `${classic}a:\n  version "1.0.0"\n\n"@s/b":\n  version "2.0.0"\n`,
    ['a 1.0.0', '@s/b 2.0.0'],
    [],
  ],
  ['a link to a folder', `${classic}"a@link:./a":\n  version "0.0.0"\n  uid ""\n`, [], []],
  [
    'names of fields in quotes',
    `${classic}a@1:\n  "version" "1.0.0"\n  "resolved" "https://example.org/a.tgz"\n  "dependencies":\n    "version" "9.9.9"\n`,
    ['a 1.0.0'],
    [],
  ],
  [
    'names of fields in quotes, of a later yarn',
    `${berry}"x@npm:a@1":\n  "version": 1.0.0\n  "resolution": "a@npm:1.0.0"\n  "linkType": hard\n`,
    ['a 1.0.0'],
    [],
  ],
  ['an address', `${classic}"a@https://example.org/a.tgz":\n  version "1.0.0"\n`, ['a 1.0.0'], []],
  ['no end of line', `${classic}a@1:\n  version "1.0.0"`, ['a 1.0.0'], []],
  ['Windows', `${classic}a@1:\n  version "1.0.0"\n`.replaceAll('\n', '\r\n'), ['a 1.0.0'], []],
  [
    'a version of a dependency is not that of the entry',
    `${classic}a@1:\n  dependencies:\n    version "9.9.9"\n  version "1.0.0"\n`,
    ['a 1.0.0'],
    [],
  ],
  [
    'a patch',
    `${berry}"a@patch:a@npm%3A^1#x.patch":\n  version: 1.0.0\n  resolution: "a@patch:a@npm%3A1.0.0#x.patch::hash=1"\n`,
    ['a 1.0.0'],
    [],
  ],
  [
    'the project itself',
    `${berry}"a@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "a@workspace:."\n  linkType: soft\n`,
    [],
    [],
  ],
  [
    'a long head',
    `${berry}? "a@npm:^1, a@npm:${'1'.repeat(1000)}"\n:\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n`,
    ['a 1.0.0'],
    [],
  ],
  ['an entry without a version', `${classic}a@1:\n  resolved "x"\n`, [], ['an entry without a name or a version']],
  [
    'a conflict that was merged badly',
    `${classic}<<<<<<< HEAD\na@1:\n  version "1.0.0"\n=======\n`,
    ['a 1.0.0'],
    ['lines that yarn does not write: 2'],
  ],
  ['no lock file', 'a\nb\n', [], ['neither a lock file of yarn 1 nor of a later yarn']],
]
for (const [name, text, expected, whys] of cases) {
  test(name, async () => {
    const { packages, gaps } = await run(yarnLock, 'yarn.lock', text)
    deepEqual([packages.map(nameAndVersion), gaps.map(({ why }) => why)], [expected, whys])
  })
}

test('a lock file that a package was published with is not read', async () => {
  equal((await run(yarnLock, 'srv/node_modules/a/yarn.lock', read('classic.lock'))).packages.length, 0)
})
