import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectGaps } from './collect-gaps.ts'

test('a thousand gaps are kept, the others are counted', () => {
  const { scan, gaps } = collectGaps(new AbortController().signal)
  scan.gap('the first', { path: 'a' })
  for (let number = 1; number < 1003; number++) scan.gap(`number ${number}`)
  assert.deepEqual(gaps[0], { why: 'the first', place: { path: 'a' } })
  assert.deepEqual(gaps.slice(999), [{ why: 'number 999' }, { why: '3 more could not be read' }])
})
