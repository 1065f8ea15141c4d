// Changes of a JSON document that leave it JSON: values of other kinds, names that mean something to the engine, depth.

import type { Random } from './random.ts'

type Holder = Record<string, unknown> | unknown[]

const oddValues: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 2 ** 53,
  () => 1e308,
  () => 1.5,
  () => '',
  () => '\0',
  () => '../../..',
  () => 'x'.repeat(5000),
  () => `sha256:${'0'.repeat(64)}`,
  () => '\u{D800}',
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => ({ length: 5 }),
  () => deep(300),
]

const oddNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '0', 'length', 'then']

function deep(levels: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** Undefined when the bytes are no JSON. */
export function changedJson(bytes: Uint8Array, random: Random): Buffer | undefined {
  let document: unknown
  try {
    document = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
  const top: Holder = [document]
  for (let count = random.few(6); count > 0; count--) change(top, random)
  return Buffer.from(JSON.stringify(top[0]) ?? 'null')
}

function change(top: Holder, random: Random): void {
  const { holder, key } = somewhere(top, random)
  const value = (holder as Record<string, unknown>)[key]
  const other = somewhere(top, random)
  switch (random.below(7)) {
    case 0:
      return set(holder, key, random.pick(oddValues)())
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      return
    case 2:
      return set(holder, random.pick(oddNames), value)
    case 3:
      // A copy: what holds itself could not be written.
      return set(holder, key, structuredClone((other.holder as Record<string, unknown>)[other.key]))
    case 4:
      if (Array.isArray(holder))
        for (let times = random.below(50); times > 0; times--) holder.push(structuredClone(value))
      return
    case 5:
      return set(holder, key, random.oneIn(2) ? [value] : { [random.pick(oddNames)]: value })
    default:
      return set(holder, key, changedText(value, random))
  }
}

function changedText(value: unknown, random: Random): unknown {
  if (typeof value !== 'string') return JSON.stringify(value)
  const at = random.below(value.length + 1)
  return (
    value.slice(0, at) +
    random.pick(['', ' ', '@', '/', ':', '-', '.', '\n', '\0', '%', '~', 'é']) +
    value.slice(at + random.below(3))
  )
}

/** `__proto__` as a name like any other, as JSON has it. */
function set(holder: Holder, key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d+$/.test(key)) return void holder.push(value)
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

function somewhere(top: Holder, random: Random): { holder: Holder; key: string } {
  let holder = top
  for (;;) {
    const keys = Object.keys(holder)
    if (keys.length === 0) return { holder, key: '0' }
    const key = random.pick(keys)
    const value = (holder as Record<string, unknown>)[key]
    if (typeof value !== 'object' || value === null || random.oneIn(4)) return { holder, key }
    holder = value as Holder
  }
}
