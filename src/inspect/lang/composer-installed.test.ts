// Against the real tool: ../binaries.suite.ts.

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { composerInstalled } from './composer-installed.ts'

const path = 'srv/vendor/composer/installed.json'

for (const [name, text] of [
  ['Composer 2', '{"packages":[{"name":"a/b","version":"1.0.0"}],"dev":true}'],
  ['Composer 1', '[{"name":"a/b","version":"1.0.0"}]'],
] as const) {
  test(`the list of ${name}`, async () => {
    const { packages, gaps } = await run(composerInstalled, path, text)
    deepEqual(packages, [
      { ecosystem: 'Packagist', name: 'a/b', version: '1.0.0', purl: 'pkg:composer/a/b@1.0.0', place: { path } },
    ])
    deepEqual(gaps, [])
  })
}

test('anything else is a gap', async () => {
  const { gaps } = await run(composerInstalled, path, '"a"')
  deepEqual(gaps, [{ why: 'installed.json without a list of packages', place: { path } }])
})
