import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { entropy } from './entropy.ts'

test('bits for each character', () => {
  equal(entropy('aaaa'), 0)
  equal(entropy('abab'), 1)
  equal(entropy('abcdefgh'), 3)
  equal(entropy(''), 0)
})
