import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { zipOf } from '../../lib/testing.ts'
import { run } from '../testing.ts'
import { pythonArchive } from './python-archive.ts'

const metadata = 'Metadata-Version: 2.1\r\nName: Zope.Event\r\nVersion: 5.0\r\nLicense: ZPL-2.1\r\n\r\nVersion: 9\r\n'

test('a wheel is what waits to be installed', async () => {
  const path = 'wheels/zope.event-5.0-py3-none-any.whl'
  const wheel = zipOf([
    { path: 'zope/event/__init__.py' },
    { path: 'zope/event/_vendor/b-1.0.dist-info/METADATA', contents: 'Name: b\nVersion: 1.0\n' },
    { path: 'zope.event-5.0.dist-info/METADATA', contents: metadata, packed: true },
  ])
  deepEqual(await run(pythonArchive, path, wheel), {
    packages: [
      {
        ecosystem: 'PyPI',
        name: 'zope-event',
        version: '5.0',
        purl: 'pkg:pypi/zope-event@5.0',
        licence: 'ZPL-2.1',
        declared: true,
        place: { path },
      },
    ],
    gaps: [],
  })
})

test('an egg in one file is installed as it is', async () => {
  const egg = zipOf([{ path: 'EGG-INFO/PKG-INFO', contents: metadata }, { path: 'zope/event.py' }])
  const { packages, gaps } = await run(pythonArchive, 'lib/site-packages/zope.event-5.0-py3.10.egg', egg)
  deepEqual(
    [packages.map(({ purl, declared }) => [purl, declared]), gaps],
    [[['pkg:pypi/zope-event@5.0', undefined]], []],
  )
})

const broken: [name: string, contents: string | Uint8Array, why: string][] = [
  ['without metadata', zipOf([{ path: 'a.py' }]), 'a packed Python package without a name and a version'],
  [
    'without a version',
    zipOf([{ path: 'EGG-INFO/PKG-INFO', contents: 'Name: a\n' }]),
    'a packed Python package without a name and a version',
  ],
  ['no zip', 'PK', 'could not be read as python-archive: is no zip: it has no directory at its end'],
  [
    'metadata that unpacks to too much',
    zipOf([{ path: 'EGG-INFO/PKG-INFO', contents: 'a'.repeat(4 * 2 ** 20 + 1), packed: true }]),
    'could not be read as python-archive: is larger than 4194304 bytes',
  ],
]
for (const [name, contents, why] of broken) {
  test(name, async () => {
    deepEqual(await run(pythonArchive, 'a.egg', contents), { packages: [], gaps: [{ why, place: { path: 'a.egg' } }] })
  })
}
