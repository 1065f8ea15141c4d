import { deepEqual, equal } from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { licenceOfCopyright } from './debian-copyright.ts'
import { inspectRootfs } from './rootfs/inspect-rootfs.ts'
import { never, workFolder } from './testing.ts'

const header = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: a\n'

function licence(...texts: string[]): string | undefined {
  return licenceOfCopyright(Buffer.from(texts.join('\n')))
}

/** Of a package with one paragraph for each. */
function declared(...names: string[]): string | undefined {
  return licence(header, ...names.map((name) => `Files: *\nCopyright: somebody\nLicense: ${name}\n`))
}

/** What stands in `License:`, and what it is in words of SPDX. */
const cases: [names: string[], expression: string][] = [
  [['Expat'], 'MIT'],
  [['GPL-2+', 'GPL-2+', 'LGPL-2.1'], 'GPL-2.0-or-later AND LGPL-2.1-only'],
  [['GPL-1+ or Artistic', 'Expat'], '(GPL-1.0-or-later OR Artistic-1.0) AND MIT'],
  [['GPL-1+ or Artistic, and Expat'], '(GPL-1.0-or-later OR Artistic-1.0) AND MIT'],
  [['Perl and BSD-3-clause'], '(GPL-1.0-or-later OR Artistic-1.0) AND BSD-3-Clause'],
  [['Expat and ISC', 'ISC', 'Zlib'], 'MIT AND ISC AND Zlib'],
  [['GFDL-NIV-1.3+'], 'GFDL-1.3-no-invariants-or-later'],
  [['GPL-3+ with Bison exception'], 'GPL-3.0-or-later WITH Bison-exception-2.2'],
  [['GPL-2+ with Autoconf exception'], 'GPL-2.0-or-later WITH Autoconf-exception-2.0'],
  [['GPL-3+ with Autoconf exception'], 'GPL-3.0-or-later WITH Autoconf-exception-3.0'],
  [['Apache-2.0 with LLVM exception'], 'Apache-2.0 WITH LLVM-exception'],
  // What SPDX has no id for stays as it is.
  [['public-domain'], 'public-domain'],
  [['GPL'], 'GPL'],
  [['GPL-2+ with OpenSSL exception', 'Expat'], 'GPL-2+ with OpenSSL exception AND MIT'],
  [['GPL or MIT-US-export', 'Expat and own'], '(GPL OR MIT-US-export) AND MIT AND own'],
  [['(Expat', 'ISC'], '(Expat AND ISC'],
]

for (const [names, expression] of cases) {
  test(`${names.join('; ')} is ${expression}`, () => equal(declared(...names), expression))
}

test('texts of licences, and paragraphs that only give a name its text, add nothing', () => {
  const text = 'License: Expat\n License: GPL-3\n .\n Files: none\n'
  equal(licence(header, 'Files: *\nLicense: ISC\n License: Zlib\n', text), 'ISC')
})

test('the header may tell what holds for all', () => {
  equal(licence(`${header}License: GPL-2\n`), 'GPL-2.0-only')
  equal(licence(`${header}License: GPL-2\n`, 'Files: a\nLicense: Expat\n'), 'GPL-2.0-only AND MIT')
})

test('other names of the first field, other line ends, and empty lines above', () => {
  const old = 'Format-Specification: http://dep.debian.net/deps/dep5\n'
  equal(licence(old, 'files: *\nlicense:Expat\n'), 'MIT')
  equal(licence(`\uFEFF\n\n${header}\n`.replaceAll('\n', '\r\n'), 'Files: *\r', 'License: Expat\r'), 'MIT')
})

test('of a file in another form nothing is known', () => {
  equal(licence('This package was made by somebody.\n', 'License: MIT\n', 'Files: *\nLicense: MIT\n'), undefined)
  equal(licence(''), undefined)
  equal(licence(header, 'Files: *\nLicense:\n Permission is granted to do as you like\n'), undefined)
})

test('a list that is too long is not told in part', () => {
  equal(declared(...Array.from({ length: 2000 }, (_, index) => `own-${index}`)), undefined)
  equal(declared('x'.repeat(100_000)), undefined)
})

test('a file system: each package by its own file, or the one that its folder leads to', async (t) => {
  const root = workFolder(t)
  const doc = join(root, 'usr/share/doc')
  for (const folder of ['var/lib/dpkg', 'usr/share/doc/a', 'etc']) mkdirSync(join(root, folder), { recursive: true })
  const paragraph = (name: string): string => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n\n`
  writeFileSync(join(root, 'var/lib/dpkg/status'), ['a', 'a-doc', 'c', '../../../etc'].map(paragraph).join(''))
  writeFileSync(join(doc, 'a/copyright'), `${header}\nFiles: *\nLicense: Expat\n`)
  symlinkSync('a', join(doc, 'a-doc'))
  writeFileSync(join(root, 'etc/copyright'), `${header}\nFiles: *\nLicense: ISC\n`)
  const { packages, gaps } = await inspectRootfs(root, { signal: never, packageFiles: 'operating-system' })
  deepEqual(
    packages.map(({ name, licence }) => [name, licence]),
    [
      ['a', 'MIT'],
      ['a-doc', 'MIT'],
      ['c', undefined],
      ['../../../etc', undefined],
    ],
  )
  deepEqual(gaps, [])
})
