import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentEncoded } from './percent.ts'

for (const [text, encoded] of [
  ['azAZ09-._~', 'azAZ09-._~'],
  ['a b/c:d', 'a%20b%2Fc%3Ad'],
  ["!'()*", '%21%27%28%29%2A'],
  ["it's a/b:c*", 'it%27s%20a%2Fb%3Ac%2A'],
  ['é', '%C3%A9'],
  ['\ud800', '%EF%BF%BD'],
] as const) {
  test(`percent-encoded: ${JSON.stringify(text)}`, () => assert.equal(percentEncoded(text), encoded))
}
