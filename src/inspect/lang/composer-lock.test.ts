// Against the real tool, with what it installed: ../binaries.suite.ts.

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { composerLock } from './composer-lock.ts'

const entry = { name: 'Acme/Lib', version: '1.2.0', type: 'library', license: ['MIT', 'GPL-2.0-only'] }

test('packages, also those for development, with names in lower case and either licence', async () => {
  const text = JSON.stringify({ packages: [entry], 'packages-dev': [{ name: 'acme/dev', version: 'v2.0.0' }] })
  deepEqual(await run(composerLock, 'composer.lock', text), {
    packages: [
      {
        ecosystem: 'Packagist',
        name: 'acme/lib',
        version: '1.2.0',
        purl: 'pkg:composer/acme/lib@1.2.0',
        licence: 'MIT OR GPL-2.0-only',
        place: { path: 'composer.lock' },
        declared: true,
      },
      {
        ecosystem: 'Packagist',
        name: 'acme/dev',
        version: 'v2.0.0',
        purl: 'pkg:composer/acme/dev@v2.0.0',
        place: { path: 'composer.lock' },
        declared: true,
      },
    ],
    gaps: [],
  })
})

test('what is missing is a gap', async () => {
  const why = async (text: string) => (await run(composerLock, 'composer.lock', text)).gaps.map((gap) => gap.why)
  deepEqual(await why('{}'), ['composer.lock without a list of packages'])
  deepEqual(await why('{"packages":[{"name":"a/b"}]}'), ['a package without a name and a version'])
})
