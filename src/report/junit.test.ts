import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { parseXml, type XmlElement } from '../lib/xml.ts'
import type { Result } from '../model/result.ts'
import { junit } from './junit.ts'
import { decided, empty, hostile, real, unknownSystem } from './testing.ts'

function suitesOf(result: Result): XmlElement[] {
  return parseXml([...junit.render(result)].join('')).children
}

/** `failure`, `skipped` or nothing, behind the name of each test. */
function told(suite: XmlElement | undefined): string[] {
  return (suite?.children ?? []).map(({ attributes, children: [outcome] }) => {
    return [attributes.get('name'), outcome?.name, outcome?.attributes.get('message')].filter(Boolean).join(' | ')
  })
}

test('each open finding is a failed test, and what could not be done is skipped', () => {
  const [vulnerabilities, settings, gaps] = suitesOf(real)
  deepEqual(told(vulnerabilities), [
    'CVE-2024-0001 (high) | failure | Memory is used after it was freed. Upgrade libssl3 (source package openssl) to 3.0.15-1~deb12u1',
    'DEBIAN-CVE-2024-0002 (critical) | failure | DEBIAN-CVE-2024-0002 in libssl3 3.0.11-1~deb12u1',
    'GHSA-aaaa-bbbb-cccc (not rated) | failure | GHSA-aaaa-bbbb-cccc in @scope/part 1.2.3',
  ])
  deepEqual(told(settings), [
    'image-runs-as-root (medium) | failure | The image starts as root. Set USER in the Dockerfile',
  ])
  equal(gaps?.attributes.get('skipped'), '2')
})

test('nothing found passes only where somebody looked', () => {
  const clean: Result = { ...real, findings: [] }
  deepEqual(told(suitesOf(clean)[0]), ['nothing found: 3 of 3 packages judged'])
  for (const result of [empty, unknownSystem]) match(told(suitesOf(result)[0])[0] ?? '', /^not judged \| skipped \| /)
})

test('what is suppressed is skipped, with whose word that is', () => {
  const skipped = told(suitesOf(decided)[0]).find((text) => text.includes('skipped'))
  equal(skipped, 'CVE-2024-0004 (critical) | skipped | The code is never called (app.openvex.json (Maker))')
})

test('counts are those of the tests, whatever the names hold', () => {
  for (const result of [real, decided, hostile]) {
    for (const { attributes, children } of suitesOf(result)) {
      const count = (name: string): number => children.filter(({ children: [one] }) => one?.name === name).length
      deepEqual([attributes.get('tests'), attributes.get('failures'), attributes.get('skipped')].map(Number), [
        children.length,
        count('failure'),
        count('skipped'),
      ])
    }
  }
})
