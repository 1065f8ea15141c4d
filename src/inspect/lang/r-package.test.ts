// Against the real tool: ../r.suite.ts.

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { rPackage } from './r-package.ts'

const path = 'usr/local/lib/R/site-library/mime/DESCRIPTION'
const built = 'Built: R 4.2.2; ; 2024-01-20 18:24:23 UTC; unix\n'
const purls = async (text: string): Promise<string[]> =>
  (await run(rPackage, path, text)).packages.map(({ purl }) => purl)

test('a package of CRAN', async () => {
  const text = `Package: mime
Version: 0.12-1
Description: Guesses the type of a file.
  Version: 9
License: GPL
Repository: CRAN
${built}`
  deepEqual(await run(rPackage, path, text), {
    packages: [
      {
        ecosystem: 'CRAN',
        name: 'mime',
        version: '0.12-1',
        purl: 'pkg:cran/mime@0.12-1',
        licence: 'GPL',
        place: { path },
      },
    ],
    gaps: [],
  })
})

test('from Bioconductor, and from a host of Git', async () => {
  deepEqual(await purls(`Package: S4Vectors\nVersion: 0.36.1\nbiocViews: Infrastructure\n${built}`), [
    'pkg:bioconductor/S4Vectors@0.36.1',
  ])
  deepEqual(await purls(`Package: a\nVersion: 1\nbiocViews:\nRepository: CRAN\n${built}`), ['pkg:cran/a@1'])
  const sha = '0'.repeat(40)
  const remote = `RemoteHost: api.github.com\nRemoteUsername: o\nRemoteRepo: a\nRemoteSha: ${sha}\n`
  deepEqual(await purls(`Package: a\nVersion: 1.0.9000\n${remote}${built}`), [
    `pkg:cran/a@1.0.9000?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fa%40${sha}`,
  ])
  const other = `RemoteUrl: https://example.org/a.git\nRemoteSha: ${sha}\n`
  deepEqual(await purls(`Package: a\nVersion: 1.0\n${other}${built}`), [
    `pkg:cran/a@1.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fa.git%40${sha}`,
  ])
})

test('sources and files of others are passed over, and a version that is missing is a gap', async () => {
  for (const text of ['Package: a\nVersion: 1\n', 'Name: octave\nVersion: 1\n', 'A repository of Git\n'])
    deepEqual(await run(rPackage, path, text), { packages: [], gaps: [] })
  deepEqual(await run(rPackage, path, `Package: a\n${built}`), {
    packages: [],
    gaps: [{ why: 'a package of R without a name and a version', place: { path } }],
  })
})

const licences: [words: string, licence: string][] = [
  ['GPL (>= 2)', 'GPL-2.0-or-later'],
  ['LGPL (>= 2.1)', 'LGPL-2.1-or-later'],
  ['Apache License (>= 2)', 'Apache-2.0+'],
  ['Apache License (== 2.0)', 'Apache-2.0'],
  ['GPL-2 | GPL-3', 'GPL-2.0-only OR GPL-3.0-only'],
  ['GPL (>= 2) | LGPL-3', 'GPL-2.0-or-later OR LGPL-3.0-only'],
  ['MIT + file LICENSE', 'MIT'],
  ['BSD_3_clause + file LICENCE', 'BSD-3-Clause'],
  ['GPL-3 + file LICENSE', 'GPL-3 + file LICENSE'],
  ['GPL (> 2)', 'GPL (> 2)'],
  ['MPL-2.0 | file LICENSE', 'MPL-2.0 | file LICENSE'],
  ['Part of R 4.2.2', 'Part of R 4.2.2'],
]
for (const [words, licence] of licences) {
  test(`the licence ${words}`, async () => {
    const text = `Package: a\nVersion: 1.0\nLicense: ${words}\nBuilt: R 4.2.2; ; 2024-01-01 00:00:00 UTC; unix\n`
    const { packages } = await run(rPackage, 'usr/lib/R/library/a/DESCRIPTION', text)
    deepEqual(
      packages.map((found) => found.licence),
      [licence],
    )
  })
}
