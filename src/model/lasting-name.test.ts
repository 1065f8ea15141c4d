import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { isNamedIn, lastingNames } from './lasting-name.ts'

const base = {
  kind: 'vulnerability',
  rule: 'DEBIAN-CVE-2024-0001',
  aliases: ['CVE-2024-0001'],
  evidence: {},
  place: { path: 'var/lib/dpkg/status', line: 3, layer: 'sha256:a' },
  package: { ecosystem: 'Debian', name: 'openssl' },
} as const
type Named = Parameters<typeof lastingNames>[0]
const isKnown = (before: Named, now: Named) => isNamedIn(new Set(lastingNames(before)), now)

test('a rebuilt image, and an upgrade to a version that is vulnerable still, change no name', () => {
  const rebuilt = { ...base, place: { path: 'elsewhere', line: 9, layer: 'sha256:b' }, evidence: { version: '2' } }
  deepEqual(lastingNames(rebuilt), lastingNames(base))
})

test('another package, ecosystem or vulnerability is new', () => {
  equal(isKnown(base, { ...base, package: { ecosystem: 'Debian', name: 'libssl3' } }), false)
  equal(isKnown(base, { ...base, package: { ecosystem: 'npm', name: 'openssl' } }), false)
  equal(isKnown(base, { ...base, rule: 'DEBIAN-CVE-2024-0002', aliases: ['CVE-2024-0002'] }), false)
})

test('the same vulnerability under another record is known by its CVE', () => {
  equal(isKnown(base, { ...base, rule: 'DSA-1', aliases: ['CVE-2024-0001'] }), true)
  equal(isKnown(base, { ...base, rule: 'GHSA-1', aliases: [] }), false)
})

test('one record for several CVEs is known only when all of them are, or it is itself', () => {
  const several = { ...base, rule: 'RHSA-1', aliases: ['CVE-2024-0001', 'CVE-2024-0002'] }
  equal(isKnown(base, several), false)
  equal(isKnown(several, base), true)
  equal(isKnown(several, { ...several, aliases: ['CVE-2024-0003'] }), true)
})

test('settings by their rule, what is out of support without its version, secrets by place and fingerprint', () => {
  const rule = (evidence: object) =>
    lastingNames({ ...base, kind: 'rule', rule: 'out-of-support', evidence: { ...evidence } })
  deepEqual(rule({ subject: 'pkg:generic/python@3.7.1' }), rule({ subject: 'pkg:generic/python@3.7.9' }))
  deepEqual(rule({ subject: 'pkg:npm/@a/b@1' }), rule({ subject: 'pkg:npm/@a/b@2' }))
  notDeepEqual(rule({ subject: 'Debian:10' }), rule({ subject: 'Debian:11' }))
  const secret = (fingerprint: string, line: number) => {
    const place = { path: 'a', line }
    return lastingNames({ ...base, kind: 'secret', evidence: { fingerprint }, place })
  }
  deepEqual(secret('x', 1), secret('x', 2))
  notDeepEqual(secret('x', 1), secret('y', 1))
})
