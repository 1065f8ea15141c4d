import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../model/finding.ts'
import { countSeverities } from '../model/severity.ts'
import { findingsSummary } from './findings-summary.ts'
import { real } from './testing.ts'

const rule = real.findings.find(({ kind }) => kind === 'rule')!
const vulnerability = real.findings.find(({ fix, kind }) => kind === 'vulnerability' && fix)!
/** A cause of each, `more` of them beyond those that are given. */
const lines = (causes: readonly { count: number; first: Finding }[], more = 0) => {
  const counts = countSeverities(causes.flatMap(({ count, first }) => Array.from({ length: count }, () => first)))
  return findingsSummary({ total: causes.length + more, counts, groups: causes }, { width: 120 }).split('\n')
}

test('one cause is one line, in the order in which they are given', () => {
  const unrated: Finding = {
    ...rule,
    id: 'u',
    rule: 'u',
    severity: 'unknown',
    title: 'Nobody has rated this',
    fix: 'Wait',
  }
  const exploited: Finding = { ...vulnerability, id: 'e', rule: 'e', severity: 'low', exploited: true }
  const causes = [
    { count: 2, first: rule },
    { count: 1, first: exploited },
    { count: 1, first: unrated },
  ]
  assert.deepEqual(lines(causes), [
    'Open findings: 2 medium, 1 low, 1 not rated',
    `  medium                2 places  ${rule.title}. ${rule.fix}`,
    `  low        exploited            ${vulnerability.fix}`,
    '  not rated                       Nobody has rated this. Wait',
    '',
  ])
})

test('none is said of the cells where somebody looked, and of no others', () => {
  assert.deepEqual(lines([]), ['No finding is open in the cells where somebody looked.', ''])
})

test('what is left out is counted', () => {
  assert.equal(lines([{ count: 1, first: rule }], 2).at(-2), '  and 2 more causes: see Findings in the console')
})
