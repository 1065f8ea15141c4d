// What every order of the list must hold, so that none has to be tested for it on its own.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { orders } from './list.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const signs: Record<string, number> = { '<': -1, '=': 0, '>': 1 }

test('each file of the folder is one order of the list, under its own name', () => {
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !/^list\.|\.(?:test|suite)\.ts$/.test(name),
  )
  assert.deepEqual(
    orders.map(({ id }) => `${id}.ts`),
    files.toSorted(),
  )
})

test('no two orders claim the same ecosystem', () => {
  const ecosystems = orders.flatMap((order) => order.ecosystems)
  assert.equal(new Set(ecosystems).size, ecosystems.length)
})

for (const order of orders) {
  const { rows, invalid } = tableOf(order.id)
  const sign = (a: string, b: string): number => Math.sign(order.compare(a, b))

  test(`${order.id} agrees with its table, both ways round`, () => {
    const differing = rows.flatMap(({ a, is, b }) => {
      const wrong = sign(a, b) !== signs[is] || sign(b, a) !== -signs[is]! || !order.valid(a) || !order.valid(b)
      return wrong ? [`${a} ${is} ${b}`] : []
    })
    assert.ok(rows.length > 20)
    assert.deepEqual(differing, [])
  })

  test(`${order.id} refuses what its table refuses, and nothing hostile makes it throw`, () => {
    assert.ok(invalid.length > 0)
    assert.deepEqual(
      invalid.filter((version) => order.valid(version)),
      [],
    )
    for (const text of [
      '',
      '\0',
      '1'.repeat(100_000),
      '1.'.repeat(100_000),
      '~'.repeat(100_000),
      '1-'.repeat(50_000),
    ]) {
      order.valid(text)
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof order.valid(text) === 'boolean'))
  })

  test(`${order.id} is a total order`, () => {
    const isOrdered = (text: string): boolean => order.valid(text) && circles[order.id]?.test(text) !== true
    const version = versionsLike(rows.flatMap(({ a, b }) => [a, b])).filter(isOrdered)
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        assert.equal(sign(a, a), 0)
        assert.equal(sign(a, b), 0 - sign(b, a))
        if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0, `${a} ≤ ${b} ≤ ${c}`)
        if (sign(a, b) === 0) assert.equal(sign(a, c), sign(b, c), `${a} = ${b}, ${c}`)
      }),
      { numRuns: 2000 },
    )
  })
}

/**
 * Versions that the tool itself does not put into one order, which is nothing that we could mend. Maven's ComparableVersion
 * says 1.F.inal < 1-milestone, 1-milestone < 1 and 1 < 1.F.inal; 1ga-alpha1 < 1, 1 < 1-sp and 1-sp < 1ga-alpha1, as with whatever stands
 * for nothing before a qualifier; and the like of words in front. Pacman's vercmp counts the characters between two runs,
 * unless one version ends in them: 1.0+~rc1 < 1.0., 1.0. < 1.0.1a and 1.0.1a < 1.0+~rc1.
 */
const circles: Readonly<Record<string, RegExp>> = {
  maven: /^[a-z]|\.[^0-9.]|-0+[a-z]|(?:ga|final|release|[-.])(?:\.?0)*-[a-z]/i,
  pacman: /[^a-z0-9:](?:[^a-z0-9]|$)/i,
}

/** Versions of the table, and pieces of them put together anew. */
function versionsLike(versions: string[]): fc.Arbitrary<string> {
  const pieces = [...new Set(versions.flatMap((version) => version.match(/[A-Za-z]+|[0-9]+|[^A-Za-z0-9]/g) ?? []))]
  const real = fc.constantFrom(...versions)
  const edited = fc
    .tuple(real, fc.nat(), fc.nat({ max: 2 }), fc.constantFrom(...pieces))
    .map(
      ([text, at, removed, piece]) =>
        text.slice(0, at % text.length) + piece + text.slice((at % text.length) + removed),
    )
  return fc.oneof(real, edited)
}

function tableOf(id: string): { rows: { a: string; is: string; b: string }[]; invalid: string[] } {
  const lines = readFileSync(`${folder}/testdata/${id}.txt`, 'utf8').split('\n')
  const facts = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(' '))
  return {
    rows: facts.filter(([first]) => first !== '!').map(([a, is, b]) => ({ a: a!, is: is!, b: b! })),
    invalid: facts.filter(([first]) => first === '!').map(([, version]) => version!),
  }
}
