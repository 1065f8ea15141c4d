import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { subLayers } from '../model/layers.ts'
import { sources } from './sources.ts'

const folder = new URL('.', import.meta.url)

test('every file that makes a source is in the list, under its own name', () => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.suite.ts'))
    .filter((name) => /: Source = /.test(readFileSync(new URL(name, folder), 'utf8')))
  assert.deepEqual(sources.map(({ id }) => `${id}.ts`).toSorted(), files.toSorted())
})

for (const { id, asks, offer, speaksFor } of sources) {
  test(`${id}: says what it asks, what it speaks for, and how it could be given`, () => {
    assert.ok(asks.length > 0)
    assert.equal(new Set(asks).size, asks.length)
    assert.match(offer, /^[A-Z].*\.$/)
    assert.ok(speaksFor.length > 0)
    for (const { service, subLayers: spoken } of speaksFor) {
      assert.match(service, /^[a-z]+\.[a-z0-9-]+$/)
      assert.ok(spoken.length > 0 && spoken.every((subLayer) => subLayers.includes(subLayer)))
    }
  })
}
