// Against the real tool: ../binaries.suite.ts.

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { gemfileLock } from './gemfile-lock.ts'

const text = `GIT
  remote: https://example.org/a/tool.git
  revision: 4f2a6c1
  specs:
    tool (0.3.0)
      rack (>= 2)

PATH
  remote: .
  specs:
    own (0.1.0)

GEM
  remote: https://example.org/
  specs:
    nokogiri (1.15.4-x86_64-linux)
      racc (~> 1.4)
    racc (1.7.1)
    rack (3.0.0.rc1)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  own!
  tool!

BUNDLED WITH
   2.3.15
`

test('gems from a server and from Git, with their platform, without the project’s own', async () => {
  const { packages, gaps } = await run(gemfileLock, 'Gemfile.lock', text)
  deepEqual(
    packages.map(({ name, version, purl, place }) => [name, version, purl, place.line]),
    [
      ['tool', '0.3.0', 'pkg:gem/tool@0.3.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fa%2Ftool.git%404f2a6c1', 5],
      ['nokogiri', '1.15.4', 'pkg:gem/nokogiri@1.15.4?platform=x86_64-linux', 16],
      ['racc', '1.7.1', 'pkg:gem/racc@1.7.1', 18],
      ['rack', '3.0.0.rc1', 'pkg:gem/rack@3.0.0.rc1', 19],
    ],
  )
  deepEqual([packages.every(({ declared }) => declared), gaps], [true, []])
})

test('a gem without a version is a gap', async () => {
  const { packages, gaps } = await run(gemfileLock, 'Gemfile.lock', 'GEM\n  specs:\n    rack\n')
  deepEqual([packages, gaps], [[], [{ why: 'a gem without a version', place: { path: 'Gemfile.lock', line: 3 } }]])
})

test('gems that a plug-in of Bundler brings', async () => {
  const lock = 'PLUGIN SOURCE\n  remote: https://example.org/\n  type: acme\n  specs:\n    a (1.0.0)\n'
  const { packages, gaps } = await run(gemfileLock, 'Gemfile.lock', lock)
  deepEqual([packages.map(({ purl }) => purl), gaps], [['pkg:gem/a@1.0.0'], []])
})
