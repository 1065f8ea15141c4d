import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fit, styled, wrap } from './ansi.ts'

test('a style is put around text only where colour is on', () => {
  assert.equal(styled('gap', 'red', true), '\u001B[31mgap\u001B[0m')
  assert.equal(styled('gap', 'red', false), 'gap')
  assert.equal(styled('', 'red', true), '')
})

test('text fits its column', () => {
  assert.deepEqual([fit('abc', 5), fit('abcdef', 4), fit('abcd', 4)], ['abc  ', 'abc~', 'abcd'])
})

test('lines break between words, and a word that is too long stands alone', () => {
  assert.deepEqual(wrap('one two three four', 9), ['one two', 'three', 'four'])
  assert.deepEqual(wrap('incomprehensible it is', 5), ['incomprehensible', 'it is'])
  assert.deepEqual(wrap('', 5), [''])
})
