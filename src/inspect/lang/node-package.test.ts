import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { GlobIndex } from '../../lib/glob.ts'
import { run } from '../testing.ts'
import { nodePackage } from './node-package.ts'

const wanted = new GlobIndex(nodePackage.files.map((glob) => [glob, true]))

async function found(path: string): Promise<boolean> {
  if (wanted.match(path).length === 0) return false
  const { packages } = await run(nodePackage, path, '{"name":"a","version":"1.0.0"}')
  return packages.length === 1
}

const installed = [
  'node_modules/a/package.json',
  'srv/app/node_modules/@scope/a/package.json',
  'srv/app/node_modules/b/node_modules/a/package.json',
  'srv/app/node_modules/@scope/b/node_modules/@scope/a/package.json',
  'srv/app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json',
  'srv/app/node_modules/.pnpm/@scope+a@1.0.0/node_modules/@scope/a/package.json',
]
for (const path of installed) test(`${path} is installed`, async () => equal(await found(path), true))

const other = [
  'srv/app/package.json',
  'srv/app/node_modules/a/esm/package.json',
  'srv/app/node_modules/resolve/test/resolver/node_modules/a/package.json',
  'srv/app/node_modules/.cache/package.json',
  'srv/app/node_modules/@scope/package.json',
]
for (const path of other) test(`${path} is no installed package`, async () => equal(await found(path), false))

test('a scoped package', async () => {
  const path = 'node_modules/@babel/core/package.json'
  const text = '\uFEFF{"name":"@babel/core","version":"7.26.0","license":{"type":"MIT"}}'
  deepEqual(await run(nodePackage, path, text), {
    packages: [
      {
        ecosystem: 'npm',
        name: '@babel/core',
        version: '7.26.0',
        purl: 'pkg:npm/%40babel/core@7.26.0',
        licence: 'MIT',
        place: { path },
      },
    ],
    gaps: [],
  })
})

const broken: [text: string, why: string][] = [
  ['{"name":"a"}', 'package.json without a name and a version'],
  ['{"name":"a","version":3}', 'package.json without a name and a version'],
  ['[]', 'package.json without a name and a version'],
  ['{', 'could not be read as node-package: it is no JSON'],
]
for (const [text, why] of broken) {
  test(`${text} is a gap`, async () => {
    const path = 'node_modules/a/package.json'
    deepEqual(await run(nodePackage, path, text), { packages: [], gaps: [{ why, place: { path } }] })
  })
}

const licences: [fields: object, licence: string | undefined][] = [
  [{ license: 'MIT OR ISC' }, 'MIT OR ISC'],
  [{ licenses: [{ type: 'MIT', url: 'https://example.org' }] }, 'MIT'],
  [{ licenses: [{ type: 'AFLv2.1' }, 'BSD', { url: 'https://example.org' }] }, 'AFLv2.1 OR BSD'],
  [{ license: ['MIT', { type: 'ISC' }] }, 'MIT OR ISC'],
  [{ licenses: 'MIT' }, 'MIT'],
  [{ license: '', licenses: [{ type: 'MIT' }] }, 'MIT'],
  [{ license: 1, licenses: { url: 'https://example.org' } }, undefined],
  [{}, undefined],
]
for (const [fields, licence] of licences) {
  test(`the licence of ${JSON.stringify(fields)}`, async () => {
    const text = JSON.stringify({ name: 'a', version: '1.0.0', ...fields })
    const { packages, gaps } = await run(nodePackage, 'node_modules/a/package.json', text)
    deepEqual([packages.map((found) => found.licence), gaps], [[licence], []])
  })
}
