import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countedState, isJudged, notLookedAt, percent, shareOf } from './share.ts'
import type { CellState } from './words.ts'

test('provider and n/a are not counted, an assumed provider is unknown', () => {
  const share = shareOf(['proven', 'provider', 'n/a', 'provider, assumed', 'gap', 'proven'])
  assert.equal(share.of, 4)
  assert.deepEqual(share.counts, { proven: 2, claimed: 0, stale: 0, unknown: 1, available: 0, gap: 1 })
  assert.equal(countedState('provider'), undefined)
})

test('the share is rounded down, so that 100 means all; out of nothing there is none', () => {
  const states = Array.from({ length: 1000 }, (_, index) => (index === 0 ? 'gap' : 'proven') as 'gap' | 'proven')
  assert.equal(percent(shareOf(states)), 99)
  assert.equal(percent(shareOf(['proven'])), 100)
  assert.equal(percent(shareOf(['n/a'])), undefined)
})

test('nobody looked at gaps, available and unknown cells', () => {
  assert.deepEqual(
    (['gap', 'available', 'unknown', 'provider, assumed'] as const).map(notLookedAt),
    Array(4).fill(true),
  )
  assert.deepEqual((['stale', 'claimed', 'proven', 'provider', 'n/a'] as const).map(notLookedAt), Array(5).fill(false))
})

test('what findings come from is judged where hardening and vulnerabilities are proven or not ours', () => {
  const nine = (task: CellState) => Array.from({ length: 9 }, (_, column) => (column === 4 ? task : 'proven'))
  assert.ok(isJudged(nine('proven')))
  assert.ok(isJudged(nine('provider')))
  assert.ok(isJudged(nine('proven').map((state, column) => (column % 3 === 2 ? 'gap' : state))))
  for (const state of ['gap', 'available', 'unknown', 'provider, assumed', 'stale', 'claimed'] as const) {
    assert.ok(!isJudged(nine(state)), state)
  }
})
