// What every format says of findings that are known, or left out because they have no fix.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../model/result.ts'
import { formats } from './formats.ts'
import { failOnWords } from './narrowed-words.ts'
import { narrowed, real } from './testing.ts'

const text = (id: string, result: Result = narrowed): string =>
  [...formats.find((format) => format.id === id)!.render(result)].join('')

// SPDX has no place for vulnerabilities: nothing of it is left out. JSON is the result as it is.
for (const { id } of formats.filter(({ id }) => id !== 'spdx' && id !== 'json')) {
  test(`${id}: what is left out is counted`, () => {
    assert.match(text(id), /3 without a fix are not shown \(1 critical, 2 not rated\)/)
    assert.doesNotMatch(text(id, real), /without a fix/)
  })

  test(`${id}: what is known is counted`, () => {
    if (id === 'openvex') return // a statement is true whoever knew of it
    assert.match(text(id), /1 known from main\.json, made 24 h ago; 2 of it are gone/)
  })
}

test('table: known ones are listed apart and not among what counts', () => {
  const lines = text('table').split('\n')
  assert.ok(lines.includes('Vulnerabilities  none new with a fix; 3 of 3 packages judged'))
  assert.ok(lines.includes('--fail-on        passes: no finding that counts is high or worse'))
  const known = lines.indexOf('Known (1: 1 high)')
  assert.equal(lines[known + 1], '  CVE-2024-0001  libssl3 3.0.11-1~deb12u1  high')
})

test('sarif: the state of each result', () => {
  const log = JSON.parse(text('sarif')) as { runs: [{ results: { ruleId: string; baselineState: string }[] }] }
  assert.deepEqual(
    log.runs[0].results.map(({ ruleId, baselineState }) => [ruleId, baselineState]),
    [
      ['DEBIAN-CVE-2024-0001', 'unchanged'],
      ['image-runs-as-root', 'new'],
    ],
  )
  assert.ok(!text('sarif', real).includes('baselineState'))
})

test('junit: a known finding is neither a pass nor a failure', () => {
  assert.match(
    text('junit'),
    /<testcase name="CVE-2024-0001 \(high\)"[^>]*><skipped message="known from the baseline"\/>/,
  )
})

test('what --fail-on came to', () => {
  const words = (severity: 'critical' | 'high' | 'unknown', over: number) => failOnWords({ failOn: { severity, over } })
  assert.equal(words('critical', 1), 'fails: 1 finding is critical')
  assert.equal(words('high', 2), 'fails: 2 findings are high or worse')
  assert.equal(words('unknown', 2), 'fails: 2 findings are there, rated or not')
  assert.equal(words('unknown', 0), 'passes: no finding counts, rated or not')
  assert.equal(failOnWords({}), '')
})
