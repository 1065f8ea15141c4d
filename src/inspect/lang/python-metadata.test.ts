import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { GlobIndex } from '../../lib/glob.ts'
import { run } from '../testing.ts'
import { pythonMetadata } from './python-metadata.ts'

const read = (name: string): string =>
  readFileSync(new URL(`../testdata/python-metadata/${name}`, import.meta.url), 'utf8')

// As pip 23 installed them, addresses and most of the description cut.
test('a wheel of today', async () => {
  const path = 'usr/lib/python3.11/site-packages/zope_interface-8.7.dist-info/METADATA'
  deepEqual(await run(pythonMetadata, path, read('zope-interface.METADATA')), {
    packages: [
      {
        ecosystem: 'PyPI',
        name: 'zope-interface',
        version: '8.7',
        purl: 'pkg:pypi/zope-interface@8.7',
        licence: 'ZPL-2.1',
        place: { path },
      },
    ],
    gaps: [],
  })
})
test('a wheel of 2021', async () => {
  const { packages, gaps } = await run(pythonMetadata, 'Flask-2.0.0.dist-info/METADATA', read('flask.METADATA'))
  deepEqual(
    packages.map(({ purl, licence }) => [purl, licence]),
    [['pkg:pypi/flask@2.0.0', 'BSD-3-Clause']],
  )
  deepEqual(gaps, [])
})

const wanted = new GlobIndex(pythonMetadata.files.map((glob) => [glob, true]))
const paths: [path: string, isInstalled: boolean][] = [
  ['usr/lib/python3/dist-packages/a-1.0.dist-info/METADATA', true],
  ['usr/lib/python3/dist-packages/a-1.0.egg-info', true],
  ['usr/lib/python3/dist-packages/a-1.0.egg-info/PKG-INFO', true],
  ['srv/a/src/a.egg-info/PKG-INFO', true],
  ['opt/site-packages/a-1.0-py3.11.egg/EGG-INFO/PKG-INFO', true],
  ['opt/site-packages/~-1.0.dist-info/METADATA', false],
  ['opt/site-packages/~a-1.0.egg-info', false],
  ['srv/a/PKG-INFO', false],
  ['opt/site-packages/a-1.0.dist-info/RECORD', false],
]
for (const [path, isInstalled] of paths) {
  test(`${path} is ${isInstalled ? '' : 'not '}installed`, async () => {
    const matching = wanted.match(path).length
    const { packages } = await run(pythonMetadata, path, 'Metadata-Version: 2.1\nName: a\nVersion: 1.0\n')
    equal(Math.min(matching, packages.length), isInstalled ? 1 : 0)
  })
}

const licences: [fields: string, licence: string | undefined][] = [
  ['License-Expression: MIT OR Apache-2.0\nLicense: see the file', 'MIT OR Apache-2.0'],
  ['License: UNKNOWN', undefined],
  // Of the field and the classifiers, what tells more
  [
    'License: GPL\nClassifier: License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)',
    'GNU General Public License v2 or later (GPLv2+)',
  ],
  ['License: LGPL with exceptions\nClassifier: License :: OSI Approved :: GPL', 'LGPL with exceptions'],
  [
    'License: BSD 3-Clause License\n        Redistribution is …\nClassifier: License :: OSI Approved :: BSD License',
    'BSD 3-Clause License',
  ],
  [
    'License: Apache License\n        Version 2.0\nClassifier: License :: OSI Approved :: Apache Software License',
    'Apache Software License',
  ],
  [
    'License: Copyright (c) 2020\n        Permission is granted …\nClassifier: License :: OSI Approved :: MIT License',
    'MIT License',
  ],
  [`License: ${'word '.repeat(50)}`, undefined],
  ['Classifier: License :: OSI Approved\nClassifier: License :: Public Domain', 'OSI Approved, Public Domain'],
  ['Classifier: Typing :: Typed', undefined],
  ['\nLicense: MIT', undefined],
]
for (const [fields, licence] of licences) {
  test(`the licence of ${JSON.stringify(fields.slice(0, 60))}`, async () => {
    const { packages } = await run(pythonMetadata, 'a.egg-info', `Name: a\nVersion: 1.0\n${fields}\n`)
    equal(packages[0]?.licence, licence)
  })
}

const broken = [
  '',
  'Name: a\n',
  'Version: 1\n',
  'Name: a b\nVersion: 1\n',
  'Name: -\nVersion: 1\n',
  '\nName: a\nVersion: 1\n',
]
for (const text of broken) {
  test(`${JSON.stringify(text)} is a gap`, async () => {
    const path = 'a-1.0.egg-info'
    const gaps = [{ why: 'metadata without Name: or Version:', place: { path } }]
    deepEqual(await run(pythonMetadata, path, text), { packages: [], gaps })
  })
}

test('names are normal, as in advisories; versions in package URLs are in lower case', async () => {
  const { packages } = await run(pythonMetadata, 'a.egg-info', 'Name: Zope.._-Interface\nVersion: 1.0RC1\n')
  deepEqual(
    packages.map(({ name, version, purl }) => [name, version, purl]),
    [['zope-interface', '1.0RC1', 'pkg:pypi/zope-interface@1.0rc1']],
  )
})
