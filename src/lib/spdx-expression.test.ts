import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { shared, withoutShared } from '../testing/shared.ts'
import { spdxExpression, spdxParts } from './spdx-expression.ts'
import { exceptionIds, licenceIds } from './spdx-ids.ts'

/** As packages write it, and the one expression that it means; undefined where it has none, or several. */
const cases: [words: string, expression: string | undefined][] = [
  ['MIT', 'MIT'],
  ['mit', 'MIT'],
  ['The MIT License (MIT)', 'MIT'],
  ['Apache License, Version 2.0', 'Apache-2.0'],
  ['Apache Software License 2.0', 'Apache-2.0'],
  ['ASL 2.0', 'Apache-2.0'],
  ['ISC License (ISCL)', 'ISC'],
  ['Mozilla Public License 2.0 (MPL 2.0)', 'MPL-2.0'],
  ['GNU General Public License v2 or later (GPLv2+)', 'GPL-2.0-or-later'],
  ['GPL-2.0', 'GPL-2.0-only'],
  ['GPL-2.0+', 'GPL-2.0-or-later'],
  ['MPL-1.1+', 'MPL-1.1+'],
  ['AFLv2.1', 'AFL-2.1'],
  ['ZPLv2.0', 'ZPL-2.0'],
  ['AGPLv3.0+', 'AGPL-3.0-or-later'],
  ['LGPL+', 'LGPL-2.0-or-later'],
  ['zlib with acknowledgement', 'zlib-acknowledgement'],
  // No ids themselves, but of what has two
  ['AGPL-3.0+', 'AGPL-3.0-or-later'],
  ['GFDL-1.3+', 'GFDL-1.3-or-later'],
  ['GPL-1+', 'GPL-1.0-or-later'],
  ['GPL-3.0-or-later+', 'GPL-3.0-or-later'],
  ['(MIT OR Apache-2.0)', 'MIT OR Apache-2.0'],
  ['MIT/Apache-2.0', 'MIT OR Apache-2.0'],
  ['MIT/X11', 'MIT'],
  ['MIT/X11/X11', 'MIT OR X11'],
  ['MIT|BSD-3-Clause', 'MIT OR BSD-3-Clause'],
  ['MIT or ISC/MIT or Zlib', 'MIT OR ISC OR Zlib'],
  ['Zlib and (MIT or MIT)', 'Zlib AND MIT'],
  ['GPLv2+ and LGPLv2+', 'GPL-2.0-or-later AND LGPL-2.0-or-later'],
  ['(GPLv2 or GPLv3+) and BSD with advertising', '(GPL-2.0-only OR GPL-3.0-or-later) AND BSD-4-Clause'],
  ['BSD-2-Clause AND (ISC OR MIT)', 'BSD-2-Clause AND (ISC OR MIT)'],
  ['MIT OR ISC AND Zlib', 'MIT OR ISC AND Zlib'],
  ['gpl-2.0-only with classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  // As manifests of Java archives have them
  ['https://www.apache.org/licenses/LICENSE-2.0.txt', 'Apache-2.0'],
  ['http://www.eclipse.org/legal/epl-v10.html', 'EPL-1.0'],
  ['http://www.eclipse.org/legal/epl-2.0', 'EPL-2.0'],
  ['http://www.gnu.org/licenses/old-licenses/lgpl-2.1.html', 'LGPL-2.1-only'],
  ['https://www.mozilla.org/en-US/MPL/2.0/', 'MPL-2.0'],
  ['https://opensource.org/licenses/BSD-3-Clause', 'BSD-3-Clause'],
  ['https://opensource.org/licenses/mit-license.php', 'MIT'],
  ['https://spdx.org/licenses/ISC.html or https://spdx.org/licenses/Zlib', 'ISC OR Zlib'],
  ['https://creativecommons.org/publicdomain/zero/1.0/', 'CC0-1.0'],
  ['https://creativecommons.org/licenses/by-sa/4.0/legalcode', 'CC-BY-SA-4.0'],
  ['http://www.opensource.org/licenses/bsd-license.php', undefined],
  ['https://github.com/apache/LICENSE-2.0', undefined],
  // As Maven's projects and classifiers of Python write them
  ['Eclipse Public License - v 1.0', 'EPL-1.0'],
  ['Eclipse Distribution License - v 1.0', 'BSD-3-Clause'],
  ['GPL2 w/ CPE', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['GPL-2.0-with-classpath-exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['EPL 2.0 OR GPL2 w/ CPE', 'EPL-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0'],
  ['GNU Lesser General Public License v3 (LGPLv3)', 'LGPL-3.0-only'],
  ['GNU Lesser General Public License, version 2.1', 'LGPL-2.1-only'],
  ['GNU Lesser General Public License v2 or later (LGPLv2+)', 'LGPL-2.0-or-later'],
  ['GNU Affero General Public License v3 or later (AGPLv3+)', 'AGPL-3.0-or-later'],
  ['GPL2 w/ CPE WITH Classpath-exception-2.0', undefined],
  ['GPL2 w/ CPE+', undefined],
  ['BSD-2-Clause-NetBSD', 'BSD-2-Clause'],
  ['Common Public License Version 1.0', 'CPL-1.0'],
  ['Universal Permissive License, Version 1.0', 'UPL-1.0'],
  ['LicenseRef-own', 'LicenseRef-own'],
  ['BSD', undefined],
  ['GPL', undefined],
  ['MIT or LGPL', undefined],
  ['public domain', undefined],
  ['SEE LICENSE IN LICENSE.txt', undefined],
  ['MIT AND', undefined],
  ['((MIT)', undefined],
  ['()', undefined],
  ['', undefined],
]

for (const [words, expression] of cases) {
  test(`${JSON.stringify(words)} is ${expression ?? 'left alone'}`, () => equal(spdxExpression(words), expression))
}

/** What of it has no id stands in angle brackets. */
const inParts: [words: string, parts: string[] | undefined][] = [
  ['GPLv2+ and BSD and Public Domain', ['GPL-2.0-or-later', '<BSD>', '<Public Domain>']],
  ['MIT AND (GPL OR own text) AND MIT', ['MIT', '(<GPL> OR <own text>)']],
  ['MIT OR own', ['MIT OR <own>']],
  ['GPL-2+ with OpenSSL exception AND MIT', ['<GPL-2+ with OpenSSL exception>', 'MIT']],
  ['MIT and LicenseRef-own', ['MIT', '<LicenseRef-own>']],
  ['see the file', undefined],
  ['LICENSE and README', undefined],
  ['(MIT and own', undefined],
  ['', undefined],
]
for (const [words, parts] of inParts) {
  test(`${JSON.stringify(words)} in parts`, () =>
    deepEqual(
      spdxParts(words, (word) => `<${word}>`),
      parts,
    ))
}

test('an expression stays as it is when it is read again, whatever it is made of', () => {
  const id = fc.constantFrom(...licenceIds.filter((one) => spdxExpression(one) === one))
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3 },
      id,
      fc.tuple(id, fc.constantFrom(...exceptionIds)).map((both) => both.join(' WITH ')),
      fc
        .tuple(tie('expression'), fc.constantFrom('AND', 'OR'), tie('expression'))
        .map(([a, word, b]) => `(${a}) ${word} (${b})`),
    ),
  }))
  fc.assert(
    fc.property(expression, (text) => {
      const once = spdxExpression(text)
      ok(once !== undefined, text)
      equal(spdxExpression(once), once)
    }),
  )
})

test('any text ends soon', () => {
  for (const text of ['('.repeat(9999), 'MIT OR '.repeat(1400), '/'.repeat(9999), 'x'.repeat(1e6)])
    equal(spdxExpression(text), undefined)
  fc.assert(fc.property(fc.string(), (text) => void [spdxExpression(text), spdxParts(text, (word) => word)]))
})

test('the ids are those of the list that CycloneDX takes in', { skip: withoutShared('schemas') }, () => {
  const { enum: ids } = JSON.parse(readFileSync(shared('schemas/cyclonedx/spdx.schema.json')!, 'utf8')) as {
    enum: string[]
  }
  deepEqual([...licenceIds, ...exceptionIds].toSorted(), ids.toSorted())
})
