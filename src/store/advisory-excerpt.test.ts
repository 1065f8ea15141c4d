import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Advisory, Affected } from '../model/advisory.ts'
import { entriesText, headOf, readExcerpts } from './advisory-excerpt.ts'

const upTo = (fixed: string): Affected['ranges'] => [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }]
const named = { package: { ecosystem: 'PyPI', name: 'a-b' } }

/** What is read of a record that has these entries of a package. */
function readAgain(entries: Affected[], more: Partial<Advisory> = {}): unknown {
  const advisory: Advisory = { id: 'A', modified: '2026-01-01T00:00:00Z', ...more, affected: entries }
  const [read, ...others] = readExcerpts(`[${headOf(advisory)},${entriesText(entries, 'a-b')}]`, 'PyPI', 'a-b')
  assert.deepEqual(others, [])
  return JSON.parse(JSON.stringify(read))
}

test('entries are read as they were, whatever is in them', () => {
  const entries: Affected[] = [
    { ...named, ranges: upTo('1.0') },
    { ...named, ranges: upTo('0') },
    { ...named, ranges: [] },
    { ...named },
    { ...named, ranges: upTo('1.0'), versions: ['0.1', '0.9'] },
    { ...named, ranges: upTo('1.0'), versions: [] },
    { ...named, versions: ['1 beta', '1'] },
    { ...named, ranges: [...upTo('1.0')!, ...upTo('2.0')!] },
    { ...named, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0' }] }] },
    {
      ...named,
      ranges: [{ type: 'GIT', repo: 'https://example.org/a', events: [{ introduced: '0' }, { fixed: 'abc' }] }],
    },
    { ...named, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '1' }, { fixed: '2' }] }] },
    { ...named, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2', limit: '3' }] }] },
    { ...named, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0', limit: '3' }, { fixed: '2' }] }] },
    { ...named, ranges: [{ type: 'ECOSYSTEM', events: [{ fixed: '2' }, { introduced: '0' }] }] },
    { ...named, ranges: [{ type: 'ECOSYSTEM', repo: 'r', events: [{ introduced: '0' }, { fixed: '2' }] }] },
    { ...named, ranges: upTo('1.0'), severity: [{ type: 'CVSS_V3', score: 's' }] },
    { ...named, ranges: upTo('1.0'), database_specific: { fix_state: 'deferred' }, ecosystem_specific: {} },
    { package: { ecosystem: 'PyPI', name: 'A_b' }, ranges: upTo('1.0') },
    { package: { ecosystem: 'PyPI', name: 'a-b', purl: 'pkg:rpm/x/a?rpmmod=nodejs:18' }, ranges: upTo('1.0') },
  ]
  const more = { aliases: ['CVE-1'], summary: 'A "title"', severity: [{ type: 'CVSS_V3', score: 's' }] }
  const expected = { id: 'A', modified: '2026-01-01T00:00:00Z', ...more, affected: entries }
  assert.deepEqual(readAgain(entries, more), expected)
  for (const entry of entries) assert.deepEqual(readAgain([entry], more), { ...expected, affected: [entry] })
})

test('a purl is left out that tells no more than the name', () => {
  const entry = { package: { ...named.package, purl: 'pkg:pypi/a-b' }, ranges: upTo('1.0') }
  const expected = { id: 'A', modified: '2026-01-01T00:00:00Z', affected: [{ ...named, ranges: upTo('1.0') }] }
  assert.deepEqual(readAgain([entry]), expected)
})
