import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { KnownException } from '../model/exception.ts'
import { exceptionsPage, type ExceptionsQuery } from './exceptions-page.ts'

const exception = (key: string, more: Partial<KnownException> = {}): KnownException => ({
  key,
  kind: 'ignore',
  file: '.trivyignore',
  names: [],
  packages: [],
  products: [],
  ended: false,
  firstRead: '2026-11-20T00:00:00Z',
  ...more,
})

const known = [
  exception('rule', { line: 12, names: ['CVE-2026-0007'], reason: 'Switched off' }),
  exception('old', { names: ['CVE-2026-0008'], ended: true }),
  exception('vex', { kind: 'vex', file: 'vex/a.json', author: 'Supplier', products: ['pkg:npm/a@1'], packages: ['a'] }),
]
const found = (query: Partial<ExceptionsQuery>): [number, ...string[]] => {
  const { total, exceptions } = exceptionsPage(known, { offset: 0, limit: 10, ...query })
  return [total, ...exceptions.map(({ key }) => key)]
}

test('exceptions are found by what they are about, who says so and why', () => {
  deepEqual(found({}), [3, 'rule', 'old', 'vex'])
  for (const search of ['cve-2026-0007', 'switched', '.TRIVYIGNORE:12']) deepEqual(found({ search }), [1, 'rule'])
  for (const search of ['supplier', 'pkg:npm/a', 'vex/']) deepEqual(found({ search }), [1, 'vex'])
  deepEqual(found({ search: 'nothing' }), [0])
})

test('by state, and a page at a time', () => {
  deepEqual(found({ state: 'ended' }), [1, 'old'])
  deepEqual(found({ state: 'active', limit: 1 }), [2, 'rule'])
  deepEqual(found({ state: 'active', offset: 1 }), [2, 'vex'])
})
