import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { z } from 'zod'
import {
  array,
  boolean,
  count,
  either,
  nullish,
  number,
  object,
  optional,
  record,
  text,
  textThat,
  unknown,
} from './shape.ts'

const ours = object({
  name: text({ least: 1, most: 5 }),
  size: optional(count),
  ratio: optional(number),
  tags: nullish(array(text(), 3)),
  labels: optional(record(text())),
  kind: optional(textThat((word) => word.startsWith('a'), 'begins with another letter')),
  command: optional(either(text(), array(text()))),
  wanted: optional(boolean),
  rest: optional(unknown),
})

/** The same in zod, where null stays null. */
const theirs = z.object({
  name: z.string().min(1).max(5),
  size: z.int().min(0).optional(),
  ratio: z.number().optional(),
  tags: z.array(z.string()).max(3).nullish(),
  labels: z.record(z.string(), z.string()).optional(),
  kind: z.string().startsWith('a').optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  wanted: z.boolean().optional(),
  rest: z.unknown().optional(),
})

test('takes and refuses what zod does, and gives the same', () => {
  const anything = fc.jsonValue({ maxDepth: 2 })
  const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
    fc.oneof({ arbitrary, weight: 19 }, { arbitrary: anything, weight: 1 })
  const near = fc.record(
    {
      name: mostly(fc.string({ maxLength: 7 })),
      size: mostly(fc.integer()),
      ratio: mostly(fc.double({ noNaN: true, noDefaultInfinity: true })),
      tags: mostly(fc.array(fc.string(), { maxLength: 4 })),
      labels: mostly(
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          fc.string(),
        ),
      ),
      kind: mostly(fc.constantFrom('a', 'ab', 'b')),
      command: mostly(fc.oneof(fc.string(), fc.array(fc.string()))),
      wanted: mostly(fc.boolean()),
      more: anything,
    },
    { requiredKeys: ['name'] },
  )
  let taken = 0
  fc.assert(
    fc.property(fc.oneof(near, anything), (value) => {
      const [a, b] = [ours.safeParse(value), theirs.safeParse(value)]
      assert.equal(a.success, b.success)
      if (!b.success) return
      taken++
      const { tags, ...others } = b.data
      assert.deepEqual({ ...a.data }, { ...others, ...(tags ? { tags } : {}) })
    }),
    { numRuns: 5000 },
  )
  assert.ok(taken > 100)
})

test('names the place and what is wrong there', () => {
  const shape = object({ layers: array(object({ digest: textThat((word) => word !== 'x', 'is no digest') })) })
  assert.deepEqual(
    shape
      .safeParse({ layers: [{ digest: 'y' }, { digest: 'x' }] })
      .error?.issues.map(({ path, message }) => ({ path, message })),
    [{ path: ['layers', 1, 'digest'], message: 'is no digest' }],
  )
})

test('keys are data and nothing else', () => {
  const value: unknown = JSON.parse('{"__proto__": "a", "constructor": "b"}')
  assert.deepEqual(Object.entries(record(text()).safeParse(value).data ?? {}), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
  assert.equal(object({ toString: text() }).safeParse({}).success, false)
})
