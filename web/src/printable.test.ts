import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, readJson } from './printable.ts'

test('what turns the direction of writing is written out, letters from the right stay', () => {
  assert.equal(printable('a\u202egpj.exe'), 'a\\u{202e}gpj.exe')
  assert.equal(printable('\u2066x\u2069\u200f\u061c'), '\\u{2066}x\\u{2069}\\u{200f}\\u{61c}')
  assert.equal(printable('مرحبا \n👩‍💻'), 'مرحبا \n👩‍💻')
})

test('of an answer every text, but not what things are asked for by', () => {
  const answer = { id: 'a\u202eb', name: 'a\u202eb', labels: { x: ['\u2067'] }, size: 3, ok: true, none: null }
  assert.deepEqual(readJson(JSON.stringify(answer)), {
    ...answer,
    name: 'a\\u{202e}b',
    labels: { x: ['\\u{2067}'] },
  })
  assert.deepEqual(readJson('{"name":"plain"}'), { name: 'plain' })
})
