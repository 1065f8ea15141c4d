import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPassword } from './database.ts'

test('a database is named by machine, port and name', () => {
  assert.equal(withoutPassword('postgres://me:secret@db-1/estate?sslmode=require'), 'db-1:5432/estate')
  assert.equal(withoutPassword('postgres://me:sec%2Fret@db-1:6432/estate'), 'db-1:6432/estate')
  assert.equal(withoutPassword('postgresql://db-1'), 'db-1:5432')
  assert.equal(withoutPassword('postgres:///estate?host=/run/postgresql'), ':5432/estate')
})

// Each but the first two is an address for URL.parse, which takes a part of the password for something else.
const slips = [
  'postgres://me:sec/99@db-1/estate',
  'me:99@db-1',
  'postgres://me:99/sec@db-1/estate',
  'postgres://me:99?sec@db-1/estate',
  'postgres://me:99#sec@db-1/estate',
  'postgres:me:sec99@db-1/estate',
  'postgres:me:sec99',
]
for (const url of slips) {
  test(`nothing of ${url} is shown`, () => assert.doesNotMatch(withoutPassword(url), /sec|99/))
}
