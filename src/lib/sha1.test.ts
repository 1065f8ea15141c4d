import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { assert as assertProperty, property, uint8Array } from 'fast-check'
import { sha1, uuidOfName } from './sha1.ts'

test('the same digest as OpenSSL for every message', () => {
  assertProperty(
    property(uint8Array({ maxLength: 300 }), (message) => {
      assert.equal(Buffer.from(sha1(message)).toString('hex'), createHash('sha1').update(message).digest('hex'))
    }),
    { numRuns: 300 },
  )
})

test('the same UUID as uuid.uuid5(uuid.NAMESPACE_DNS, …) of Python', () => {
  const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
  assert.equal(uuidOfName(dns, 'python.org'), '886313e1-3b8a-5372-9b90-0c9aee199e5d')
  assert.equal(uuidOfName(dns, 'Größe'), 'e1aa1205-d4e2-5710-a677-5c65f6628640')
})
