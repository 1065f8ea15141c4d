import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { GlobIndex } from './glob.ts'

const globs = ['lib/apk/db/installed', 'var/lib/dpkg/status.d/*', '**/node_modules/*/package.json', 'opt/**']
const index = new GlobIndex(globs.map((glob) => [glob, glob]))

const cases: [path: string, matches: string[]][] = [
  ['lib/apk/db/installed', ['lib/apk/db/installed']],
  ['usr/lib/apk/db/installed', []],
  ['var/lib/dpkg/status.d/base', ['var/lib/dpkg/status.d/*']],
  ['var/lib/dpkg/status.d/a/b', []],
  ['var/lib/dpkg/statusXd/base', []],
  ['node_modules/a/package.json', ['**/node_modules/*/package.json']],
  ['srv/app/node_modules/a/package.json', ['**/node_modules/*/package.json']],
  ['srv/not_node_modules/a/package.json', []],
  ['srv/node_modules/a/b/package.json', []],
  ['opt/a/b', ['opt/**']],
  ['opt', []],
]

for (const [path, matches] of cases) {
  test(`${path} matches ${matches.join(' and ') || 'nothing'}`, () => deepEqual(index.match(path), matches))
}

test('a value is given once, however many of its globs match', () => {
  const both = new GlobIndex([
    ['**/list*.txt', 'lists'],
    ['**/list/*.txt', 'lists'],
    ['**/*.txt', 'texts'],
  ])
  deepEqual(both.match('srv/list/list-a.txt'), ['lists', 'texts'])
})
