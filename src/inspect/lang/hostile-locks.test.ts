// Lines that the formats are made of, put together at random: what is read by line never throws, takes no long time, and
// yields only packages with a name and a version.

import { test } from 'node:test'
import { deepEqual, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Extractor } from '../extractor.ts'
import { run } from '../testing.ts'
import { pnpmLock } from './pnpm-lock.ts'
import { pythonMetadata } from './python-metadata.ts'
import { pythonRequirements } from './python-requirements.ts'
import { yarnLock } from './yarn-lock.ts'

const subjects: [extractor: Extractor, path: string, pieces: string[]][] = [
  [
    yarnLock,
    'yarn.lock',
    [
      '# yarn lockfile v1',
      '__metadata:',
      'a@^1:',
      '"@s/a@npm:^1, b@1":',
      '? "',
      ':',
      '  version "1"',
      '  version: 1',
      '@',
      '"',
    ],
  ],
  [
    pnpmLock,
    'pnpm-lock.yaml',
    [
      "lockfileVersion: '9.0'",
      'packages:',
      '  /a/1.0.0_x:',
      "  '@s/a@1(x@1)':",
      '  ? a@1',
      '  : name: b',
      '    version: 2',
      ':',
      '@',
      "'",
    ],
  ],
  [
    pythonMetadata,
    'a.egg-info',
    ['Name: a', 'Version: 1', 'License: x', ' y', 'Classifier: License :: z', 'License-Expression:', ':', '', '\t'],
  ],
  [
    pythonRequirements,
    'requirements.txt',
    ['a==1', 'b[x]==2', '\\', ' \\', ';', '#', ' # c', '--hash=x', '-r', '(', ')', ',', '[', '==', '@'],
  ],
]

for (const [extractor, path, pieces] of subjects) {
  test(`${extractor.id} takes any lines`, async () => {
    const piece = fc.oneof(fc.constantFrom(...pieces), fc.constantFrom(...pieces), fc.string({ unit: 'binary' }))
    const text = fc
      .array(fc.tuple(piece, fc.constantFrom('\n', '\n', '\r\n', '', ' ')), { maxLength: 30 })
      .map((list) => list.flat().join(''))
    let read = 0
    await fc.assert(
      fc.asyncProperty(text, async (contents) => {
        const { packages, gaps } = await run(extractor, path, contents)
        for (const { name, version, purl } of packages) ok(name !== '' && version !== '' && purl.startsWith('pkg:'))
        const failures = gaps.filter(({ why }) => why.startsWith('could not be read as'))
        deepEqual(failures, [])
        read += packages.length
      }),
      { numRuns: 1000 },
    )
    ok(read > 0)
  })
}
