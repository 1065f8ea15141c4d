// Every feed of the list, on hostile documents; then what each one reads.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { GlobIndex } from '../../lib/glob.ts'
import type { FeedItem } from '../../model/advisory.ts'
import type { Gap } from '../../model/scan.ts'
import type { Feed } from '../feed.ts'
import { kev } from './kev.ts'
import { feeds } from './list.ts'
import { osv } from './osv.ts'

function run(feed: Feed, text: string, path = 'Debian/x.json'): { items: FeedItem[]; gaps: Gap[] } {
  const gaps: Gap[] = []
  const scan = {
    signal: new AbortController().signal,
    gap: (why: string, place?: Gap['place']) => void gaps.push({ why, ...(place ? { place } : {}) }),
  }
  return { items: [...feed.read({ path, text }, scan)], gaps }
}

test('each file of the folder is one feed of the list, under its own name', () => {
  const files = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  const plugins = files.filter((name) => !/^(?:list\.ts|formats)$|\.test\.ts$/.test(name))
  assert.deepEqual(feeds.map(({ id }) => `${id}.ts`).toSorted(), plugins.toSorted())
})

for (const feed of feeds) {
  test(`${feed.id}: a document that is nothing of it is one gap that names the file`, () => {
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '0',
      '{}',
      '\0\u0001',
      '['.repeat(100_000) + ']'.repeat(100_000),
    ]) {
      const { items, gaps } = run(feed, text)
      assert.deepEqual([items.length, gaps.length, gaps[0]?.place?.path], [0, 1, 'Debian/x.json'], text.slice(0, 20))
    }
    fc.assert(fc.property(fc.json(), (text) => run(feed, text).items.length === 0))
  })
}

test('where a feed has its files is an address with TLS, and a path below its folder', () => {
  for (const { remote, files, id } of feeds) {
    const index = new GlobIndex(files.map((glob) => [glob, id] as const))
    for (const { url, path, isList } of remote.files) {
      assert.match(url, /^https:/)
      assert.match(path, /^[\w-]+(?:[./][\w-]+)*$/)
      const document = path.replace(/\.(?:gz|bz2)$/, '').replace(/\.zip$/, '.zip/main/vulns/x.json')
      assert.equal(isList || index.match(`${id}/${document}`)[0] === id, true, path)
    }
  }
})

test('the catalogue of exploited vulnerabilities is known by its name, all other JSON is OSV', () => {
  const index = new GlobIndex(feeds.flatMap((feed) => feed.files.map((glob) => [glob, feed.id] as const)))
  assert.equal(index.match('known_exploited_vulnerabilities.json')[0], 'kev')
  assert.equal(index.match('Debian/all.zip/DSA-1.json')[0], 'osv')
  assert.equal(index.match('SOURCES.md')[0], undefined)
})

test('an OSV record keeps what is used; lists that are null are absent', () => {
  const text = JSON.stringify({
    schema_version: null,
    id: 'X-1',
    modified: '2026-01-01T00:00:00Z',
    aliases: null,
    details: 'long',
    affected: [{ package: { ecosystem: 'npm', name: 'x' }, ranges: null, versions: ['1.0.0'] }],
  })
  const { items, gaps } = run(osv, text)
  assert.deepEqual(gaps, [])
  assert.deepEqual(items, [
    {
      kind: 'advisory',
      advisory: {
        id: 'X-1',
        modified: '2026-01-01T00:00:00Z',
        affected: [{ package: { ecosystem: 'npm', name: 'x' }, versions: ['1.0.0'] }],
      },
    },
  ])
})

test('a line that is broken is a gap with its number, the others are read', () => {
  const good = (id: string): string => JSON.stringify({ id, modified: '2026-01-01T00:00:00Z' })
  const { items, gaps } = run(osv, `${good('A')}\n{"id":\n\n${good('B')}\n{"id":"C"}\n`, 'a.ndjson')
  assert.deepEqual(
    items.map((item) => item.kind === 'advisory' && item.advisory.id),
    ['A', 'B'],
  )
  assert.deepEqual(
    gaps.map(({ place }) => place),
    [
      { path: 'a.ndjson', line: 2 },
      { path: 'a.ndjson', line: 5 },
    ],
  )
})

test('an entry without a cveID is a gap, the others are read', () => {
  const text =
    '{"vulnerabilities":[{"cveID":"CVE-1","dateAdded":"2026-01-01"},{"vendorProject":"x"},{"cveID":"CVE-2"}]}'
  const { items, gaps } = run(kev, text)
  assert.deepEqual(items, [
    { kind: 'exploited', id: 'CVE-1', since: '2026-01-01' },
    { kind: 'exploited', id: 'CVE-2' },
  ])
  assert.equal(gaps.length, 1)
})
