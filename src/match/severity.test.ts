import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rate } from './severity.ts'

// Where a CVE is named, its published score; the others by hand from the formulas and tables of the specifications.
const published = [
  ['CVSS_V2', 'AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8, 'high'], // CVE-2002-0392, in the guide of version 2
  ['CVSS_V2', 'AV:N/AC:L/Au:N/C:C/I:C/A:C', 10, 'high'],
  ['CVSS_V3', 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5, 'high'], // CVE-2014-0160
  ['CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10, 'critical'], // CVE-2021-44228
  ['CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1, 'medium'],
  ['CVSS_V3', 'CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', 1.6, 'low'],
  ['CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, 'low'],
  ['CVSS_V4', 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3, 'critical'],
  ['CVSS_V4', 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U', 9.3, 'critical'],
] as const

test('scores and ratings as published', () => {
  for (const [type, score, expected, severity] of published) {
    assert.deepEqual(rate([{ type, score }]), { severity, score: expected }, score)
  }
})

test('the newest version of CVSS that has a readable vector decides', () => {
  const [v2] = published
  const v3 = { type: 'CVSS_V3', score: published[3][1] }
  assert.equal(rate([{ type: v2[0], score: v2[1] }, v3]).score, 10)
  assert.equal(rate([{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N' }, v3]).score, 10)
})

test('no vector, half a vector, a word or nonsense is unknown, not low', () => {
  for (const score of ['', 'medium', 'CVSS:3.1/AV:N', 'CVSS:3.1/AV:Q/AC:L', 'A'.repeat(1_000_000)]) {
    assert.deepEqual(rate([{ type: 'CVSS_V3', score }]), { severity: 'unknown' })
  }
  assert.deepEqual(rate([{ type: 'Ubuntu', score: 'high' }]), { severity: 'unknown' })
  assert.deepEqual(rate(undefined), { severity: 'unknown' })
})
