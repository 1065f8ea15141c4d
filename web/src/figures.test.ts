import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, bytes, counted, shortDigest, utc } from './figures.ts'

const now = Date.parse('2026-11-21T12:00:00Z')

test('times are relative, and a clock that is ahead says now', () => {
  const cases: [string, string][] = [
    ['2026-11-21T12:00:30Z', 'now'],
    ['2026-11-21T11:59:01Z', 'now'],
    ['2026-11-21T11:56:00Z', '4 min ago'],
    ['2026-11-21T09:00:00Z', '3 h ago'],
    ['2026-11-20T09:00:00Z', 'yesterday'],
    ['2026-10-11T12:00:00Z', '41 days ago'],
    ['not a time', 'at an unknown time'],
  ]
  for (const [at, words] of cases) assert.equal(ago(at, now), words)
  assert.equal(utc('2026-11-21T09:14:33Z'), '2026-11-21 09:14 UTC')
  assert.equal(utc('not a time'), 'not a time')
})

test('sizes are decimal, as registries show them', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [310_000, '310 kB'],
    [1_500_000, '1.5 MB'],
    [291_000_000, '291 MB'],
    [2_400_000_000, '2.4 GB'],
  ]
  for (const [size, words] of cases) assert.equal(bytes(size), words)
})

test('counts carry their noun', () => {
  assert.equal(counted(1, 'service'), '1 service')
  assert.equal(counted(4537, 'service'), '4,537 services')
})

test('digests within a text are shortened, the rest stays', () => {
  const hex = `9f2c07d1${'0'.repeat(52)}e841`
  assert.equal(shortDigest(`sha256:${hex}`), 'sha256:9f2c07d1…e841')
  assert.equal(shortDigest(`shop/api@sha256:${hex}`), 'shop/api@sha256:9f2c07d1…e841')
  assert.equal(shortDigest('nginx:1.27'), 'nginx:1.27')
})
