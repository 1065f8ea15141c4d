// Thousands of pairs against Python's own library, packaging (the copy that pip brings where it is not installed).

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { testAll, withoutPrograms } from '../../testing/shared.ts'
import { pep440 } from './pep440.ts'

const judge = `
import sys
try:
    from packaging.version import Version, InvalidVersion
except ImportError:
    from pip._vendor.packaging.version import Version, InvalidVersion
for line in sys.stdin:
    try:
        a, b = (Version(text) for text in line[:-1].split(" "))
        print((a > b) - (a < b))
    except InvalidVersion:
        print("invalid")
`

const withoutPackaging =
  spawnSync('python3', ['-c', judge], { input: '' }).status === 0 ? false : 'no packaging for Python'

test(
  '10,000 pairs as packaging judges them',
  { skip: withoutPrograms('python3') || (!testAll && withoutPackaging) },
  () => {
    const table = readFileSync(new URL('testdata/pep440.txt', import.meta.url), 'utf8')
    const known = table.split('\n').flatMap((line) => (/^[#!]/.test(line) ? [] : line.split(/ [<=>] /)))
    const pieces = 'a b c rc pre preview alpha BETA post rev r dev - _ . + ! v 0 00 1 10 20240102030405060708 x 1e5'
    const number = fc.nat({ max: 12 }).map(String)
    const made = fc
      .array(fc.oneof(fc.constantFrom(...pieces.split(' ')), number), { maxLength: 6 })
      .map((list) => `1.${list.join('')}`)
    const edited = fc
      .tuple(fc.constantFrom(...known.filter(Boolean)), fc.nat(), fc.constantFrom(...pieces.split(' ')))
      .map(([text, at, piece]) => text.slice(0, at % text.length) + piece + text.slice(at % text.length))
    const version = fc.oneof(fc.constantFrom(...known.filter(Boolean)), made, edited, edited)
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 10_000, seed: 440 })

    const answers = spawnSync('python3', ['-c', judge], {
      input: pairs.map((pair) => `${pair.join(' ')}\n`).join(''),
      encoding: 'utf8',
    })
    const judged = answers.stdout.trim().split('\n')
    assert.equal(judged.length, pairs.length, answers.stderr)
    const differing = pairs.flatMap(([a, b], n) => {
      const ours = pep440.valid(a) && pep440.valid(b) ? String(Math.sign(pep440.compare(a, b))) : 'invalid'
      return ours === judged[n] ? [] : [`${a} ${b}: packaging ${judged[n]}, here ${ours}`]
    })
    assert.deepEqual(differing, [])
    assert.ok(judged.filter((answer) => answer !== 'invalid').length > 3000, 'many pairs are valid versions')
  },
)
