// Base scores of thousands of vectors, beside those of another implementation: Red Hat's `cvss` for Python.
// https://github.com/RedHatProductSecurity/cvss

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { testAll } from '../testing/shared.ts'
import { rate } from './severity.ts'

const metrics = {
  CVSS_V2: { head: '', of: { AV: 'LAN', AC: 'HML', Au: 'MSN', C: 'NPC', I: 'NPC', A: 'NPC' } },
  CVSS_V3: {
    head: 'CVSS:3.1/',
    of: { AV: 'NALP', AC: 'LH', PR: 'NLH', UI: 'NR', S: 'UC', C: 'HLN', I: 'HLN', A: 'HLN' },
  },
  CVSS_V4: {
    head: 'CVSS:4.0/',
    of: {
      AV: 'NALP',
      AC: 'LH',
      AT: 'NP',
      PR: 'NLH',
      UI: 'NPA',
      VC: 'HLN',
      VI: 'HLN',
      VA: 'HLN',
      SC: 'HLN',
      SI: 'HLN',
      SA: 'HLN',
    },
  },
} as const

/** All vectors of versions 2 and 3; of the 104,976 of version 4 each 41st, which no product of the choices divides. */
function vectors(type: keyof typeof metrics): string[] {
  const { head, of } = metrics[type]
  let texts: string[] = [head]
  for (const [metric, values] of Object.entries(of) as [string, string][]) {
    texts = texts.flatMap((text) =>
      [...values].map((value) => `${text}${text.endsWith('/') || text === '' ? '' : '/'}${metric}:${value}`),
    )
  }
  return type === 'CVSS_V4' ? texts.filter((_, index) => index % 41 === 0) : texts
}

const program = `
import sys
from cvss import CVSS2, CVSS3, CVSS4
for line in sys.stdin.read().split('\\n'):
    kind = CVSS4 if line.startswith('CVSS:4') else CVSS3 if line.startswith('CVSS:3') else CVSS2
    print(kind(line).base_score)
`

function scoresOf(list: readonly string[]): number[] {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', program], {
    input: list.join('\n'),
    maxBuffer: 2 ** 26,
  })
  assert.equal(status, 0, stderr.toString())
  return stdout.toString().trim().split('\n').map(Number)
}

const there = spawnSync('python3', ['-c', 'import cvss']).status === 0
const skip = there || testAll ? false : "Python's cvss is not installed"

for (const type of ['CVSS_V2', 'CVSS_V3', 'CVSS_V4'] as const) {
  test(`${type}: the same scores as Red Hat's implementation`, { skip }, () => {
    const list = vectors(type)
    const expected = scoresOf(list)
    assert.equal(list.length > 700 && expected.length === list.length, true)
    const other = list.flatMap((score, index) => {
      const own = rate([{ type, score }]).score
      return own === expected[index] ? [] : [`${score}: ${own}, there ${expected[index]}`]
    })
    assert.deepEqual(other, [])
  })
}
