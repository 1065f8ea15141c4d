import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NumberSet } from './number-set.ts'

test('it has what was added, and nothing beside it', () => {
  const numbers = [0, 1, 7, 8, 8191, 8192, 1_000_003]
  const set = new NumberSet()
  for (const number of numbers) set.add(number)
  const found = Array.from({ length: 1_000_010 }, (_, number) => number).filter((number) => set.has(number))
  assert.deepEqual(found, numbers)
  assert.equal(set.has(2 ** 30), false)
})
