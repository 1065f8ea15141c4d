import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../model/finding.ts'
import { decided, real } from '../report/testing.ts'
import { narrowed } from './narrowed.ts'

const baseline = (findings = real.findings) => ({
  name: 'main.json',
  earlier: { ...real, findings: structuredClone(findings) as never },
})

test('nothing is wanted: the findings as they are', () => {
  deepEqual(narrowed(real.findings, {}, undefined), { findings: real.findings })
})

test('--only-fixed leaves out open vulnerabilities without a fix, whatever their severity, and counts them', () => {
  const { findings, withoutFix } = narrowed(decided.findings, { onlyFixed: true }, undefined)
  deepEqual(
    findings.map(({ rule, suppressed }) => (suppressed ? `${rule} suppressed` : rule)),
    [
      'DEBIAN-CVE-2024-0001',
      'image-runs-as-root',
      'DEBIAN-CVE-2024-0004 suppressed',
      'DEBIAN-CVE-2024-0005 suppressed',
      'GHSA-dddd-eeee-ffff suppressed',
      'GHSA-0000-1111-2222',
    ],
  )
  deepEqual(withoutFix, { critical: 1, high: 0, medium: 0, low: 0, unknown: 1 })
})

test('--fail-on counts what is neither suppressed, known nor left out', () => {
  const over = (...[wanted, given]: [Parameters<typeof narrowed>[1], Parameters<typeof narrowed>[2]?]) =>
    narrowed(decided.findings, wanted, given).failOn?.over
  equal(over({ failOn: 'critical' }), 1)
  equal(over({ failOn: 'high' }), 3)
  equal(over({ failOn: 'unknown' }), 5)
  equal(over({ failOn: 'critical', onlyFixed: true }), 0)
  equal(over({ failOn: 'high', onlyFixed: true }), 2)
  equal(over({ failOn: 'unknown' }, baseline()), 1)
})

test('--baseline marks what was there, and counts what is gone; what was suppressed then is new', () => {
  const before = baseline(decided.findings.filter(({ rule }) => rule !== 'GHSA-0000-1111-2222'))
  const now = decided.findings
    .filter(({ rule }) => rule !== 'DEBIAN-CVE-2024-0001')
    .map((finding) => ({ ...finding, suppressed: undefined }) as unknown as Finding)
  const { findings, baseline: told } = narrowed(now, {}, before)
  deepEqual(
    findings.filter(({ known }) => !known).map(({ rule }) => rule),
    ['DEBIAN-CVE-2024-0004', 'DEBIAN-CVE-2024-0005', 'GHSA-dddd-eeee-ffff', 'GHSA-0000-1111-2222'],
  )
  deepEqual(told, { name: 'main.json', at: real.at, known: 3, gone: 1 })
})

test('what --only-fixed leaves out is not gone', () => {
  deepEqual(narrowed(real.findings, { onlyFixed: true }, baseline()).baseline, {
    name: 'main.json',
    at: real.at,
    known: 2,
    gone: 0,
  })
})
