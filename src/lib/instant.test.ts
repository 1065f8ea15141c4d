import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { ago, duration, millisecondsBetween } from './instant.ts'

test('times are compared in any precision, and what is no time is not a number', () => {
  assert.equal(millisecondsBetween('2026-11-21T10:00:00Z', '2026-11-21T10:00:01.500Z'), 1500)
  assert.equal(millisecondsBetween('2026-11-22T00:00:00Z', '2026-11-21T00:00:00Z'), -86_400_000)
  assert.ok(Number.isNaN(millisecondsBetween('yesterday', '2026-11-21T00:00:00Z')))
})

test('durations are said in one unit', () => {
  const cases = {
    0: '0 s',
    59_999: '59 s',
    60_000: '1 min',
    3_600_000: '1 h',
    172_800_000: '48 h',
    259_200_000: '3 days',
  }
  for (const [milliseconds, words] of Object.entries(cases)) assert.equal(duration(Number(milliseconds)), words)
})

test('how long ago', () => {
  assert.equal(ago('2026-11-21T10:00:00Z', '2026-11-21T10:00:30Z'), 'just now')
  assert.equal(ago('2026-11-21T10:00:00Z', '2026-11-21T10:02:30Z'), '2 min ago')
  assert.equal(ago('2026-11-21T10:00:00Z', '2026-11-21T09:00:00Z'), '2026-11-21T10:00:00Z')
  assert.equal(ago('2026-11-21T10:00:00.337Z', '2026-11-21T10:00:00Z'), 'just now')
  assert.equal(ago('never', '2026-11-21T09:00:00Z'), 'never')
})

test('every time is where the calendar of the machine puts it', () => {
  const epoch = '1970-01-01T00:00:00Z'
  const time = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  fc.assert(fc.property(time, (at) => assert.equal(millisecondsBetween(epoch, at.toISOString()), at.getTime())))
  for (const day of ['2024-02-29', '2100-02-28', '2100-03-01', '2000-02-29', '2026-12-31']) {
    assert.equal(millisecondsBetween(epoch, `${day}T12:00:00Z`), Date.parse(`${day}T12:00:00Z`))
  }
})
