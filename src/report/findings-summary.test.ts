import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../model/finding.ts'
import { findingsSummary } from './findings-summary.ts'
import { real } from './testing.ts'

const rule = real.findings.find(({ kind }) => kind === 'rule')!
const vulnerability = real.findings.find(({ fix, kind }) => kind === 'vulnerability' && fix)!
const lines = (findings: readonly Finding[], width = 120) => findingsSummary(findings, { width }).split('\n')

test('what is exploited comes first, then the worst; one cause is one line', () => {
  const unrated: Finding = {
    ...rule,
    id: 'u',
    rule: 'u',
    severity: 'unknown',
    title: 'Nobody has rated this',
    fix: 'Wait',
  }
  const exploited: Finding = { ...vulnerability, id: 'e', rule: 'e', severity: 'low', exploited: true }
  const elsewhere: Finding = { ...rule, id: 'r2', resource: 'image/other' }
  assert.deepEqual(lines([unrated, rule, elsewhere, exploited]), [
    'Open findings: 2 medium, 1 low, 1 not rated',
    `  low        exploited            ${vulnerability.fix}`,
    `  medium                2 places  ${rule.title}. ${rule.fix}`,
    '  not rated                       Nobody has rated this. Wait',
    '',
  ])
})

test('none is said of the cells where somebody looked, and of no others', () => {
  assert.deepEqual(lines([]), ['No finding is open in the cells where somebody looked.', ''])
})

test('what is left out is counted', () => {
  const many = Array.from({ length: 12 }, (_, index): Finding => ({ ...rule, id: `${index}`, rule: `r${index}` }))
  assert.equal(lines(many).at(-2), '  and 2 more causes: see Findings in the console')
})
