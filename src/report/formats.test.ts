// What every format promises, over the list.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formats } from './formats.ts'
import { big, decided, empty, hostile, layered, narrowed, real, unknownSystem } from './testing.ts'

const folder = new URL('.', import.meta.url)
const results = { empty, real, layered, decided, narrowed, unknownSystem, hostile, big: big() }

test('every file that makes a format is in the list, under its own name', () => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && /: Format = \{/.test(readFileSync(new URL(name, folder), 'utf8')))
    .filter((name) => !/\.(test|suite)\.ts$/.test(name))
  assert.deepEqual(formats.map(({ id }) => `${id}.ts`).toSorted(), files.toSorted())
})

for (const { id, extension, render } of formats) {
  for (const [name, result] of Object.entries(results)) {
    test(`${id}: the ${name} result is text without control characters that ends in a line feed`, () => {
      const text = [...render(result)].join('')
      assert.match(text, /[^\n]\n$/)
      // JSON escapes them, a table shows their codes: all of these can move a cursor or turn the direction of writing.
      assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u)
      assert.ok(text.isWellFormed())
    })
  }

  test(`${id}: the same result is the same text`, () => {
    assert.equal([...render(real)].join(''), [...render(structuredClone(real))].join(''))
  })

  test(`${id}: the extension is one of a file`, () => assert.match(extension, /^[a-z]+(\.[a-z]+)*$/))
}

test('json: the result as it is', () => {
  const json = formats.find(({ id }) => id === 'json')!
  assert.deepEqual(JSON.parse([...json.render(real)].join('')), structuredClone(real))
})
