import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { Advisory, FeedItem } from '../model/advisory.ts'
import { advisoryIndexInMemory, buildAdvisoryIndex, NothingToIndex, openAdvisoryIndex } from './advisory-index.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-index-'))
after(() => rmSync(folder, { recursive: true }))

const about = { builtAt: '2026-11-21T00:00:00Z', origin: '/feeds' }

function advisory(id: string, packages: readonly [string, string][], more: Partial<Advisory> = {}): FeedItem {
  const affected = packages.map(([ecosystem, name]) => ({ package: { ecosystem, name }, versions: ['1'] }))
  return { kind: 'advisory', advisory: { id, modified: '2026-01-01T00:00:00Z', affected, ...more } }
}

async function* from(...items: FeedItem[]): AsyncGenerator<FeedItem> {
  yield* items
}

test('records are found by ecosystem with its release and by name, also in several places', async () => {
  const file = join(folder, 'found.sqlite')
  const items = [
    advisory('B', [
      ['Debian:11', 'openssl'],
      ['Debian:12', 'openssl'],
    ]),
    advisory('A', [
      ['Debian:11', 'openssl'],
      ['Debian:11', 'openssl'],
    ]),
    advisory('N', [['npm', 'openssl']]),
    { kind: 'exploited', id: 'CVE-1', since: '2026-01-01' } as const,
    { kind: 'epss', id: 'CVE-1', probability: 0.5, percentile: 0.99 } as const,
  ]
  const written = await buildAdvisoryIndex(from(...items), file, () => about)
  assert.deepEqual(written, {
    advisories: 3,
    exploited: 1,
    unnamed: 0,
    ecosystems: { 'Debian:11': 2, 'Debian:12': 1, npm: 1 },
  })
  const index = openAdvisoryIndex(file)
  const ids = (ecosystem: string, name: string): string[] => index.find(ecosystem, name).map(({ id }) => id)
  assert.deepEqual(ids('Debian:11', 'openssl'), ['A', 'B'])
  assert.deepEqual(ids('Debian:11', 'openssl'), ['A', 'B'], 'again, from memory')
  assert.deepEqual(ids('Debian:12', 'openssl'), ['B'])
  assert.deepEqual(ids('Debian:13', 'openssl'), [])
  assert.deepEqual(index.judges('Debian:12'), { advisories: 1, starter: false })
  assert.equal(index.judges('Debian:13'), undefined)
  assert.deepEqual([index.exploited('CVE-1'), index.exploited('CVE-2')], [true, false])
  assert.deepEqual([index.epss('CVE-1'), index.epss('CVE-2')], [{ probability: 0.5, percentile: 0.99 }, undefined])
  assert.deepEqual(index.age(), { ...about, advisories: 3 })
  index.close()
})

test('the same id is one record: the newer one, or both together when they are equally old', async () => {
  const old = { modified: '0001-01-01T00:00:00Z' }
  const items = [
    advisory('SAME', [['npm', 'a']]),
    advisory('SAME', [['npm', 'a']]),
    advisory('NEWER', [['npm', 'gone']], old),
    advisory('NEWER', [['npm', 'b']]),
    advisory('OLDER', [['npm', 'c']]),
    advisory('OLDER', [['npm', 'gone']], old),
    advisory('BOTH', [['npm', 'd']]),
    advisory('BOTH', [['Maven', 'd']]),
  ]
  const index = await advisoryIndexInMemory(from(...items), () => about)
  const found = ['a', 'b', 'c', 'd', 'gone'].map((name) => index.find('npm', name).map(({ id }) => id))
  assert.deepEqual(found, [['SAME'], ['NEWER'], ['OLDER'], ['BOTH'], []])
  assert.deepEqual(index.find('Maven', 'd')[0]?.affected?.length, 2)
  assert.equal(index.age().advisories, 4)
  index.close()
})

test('records that name no package are counted', async () => {
  const written = await buildAdvisoryIndex(
    from(advisory('GIT', []), advisory('A', [['npm', 'a']])),
    join(folder, 'git.sqlite'),
    () => about,
  )
  assert.equal(written.unnamed, 1)
})

test('a build that fails or finds nothing leaves the index before it, and nothing else', async () => {
  const place = mkdtempSync(join(folder, 'kept-'))
  const file = join(place, 'advisories.sqlite')
  await buildAdvisoryIndex(from(advisory('A', [['npm', 'a']])), file, () => about)
  async function* broken(): AsyncGenerator<FeedItem> {
    yield advisory('B', [['npm', 'a']])
    throw new Error('the feed broke off')
  }
  await assert.rejects(
    buildAdvisoryIndex(broken(), file, () => about),
    /broke off/,
  )
  await assert.rejects(
    buildAdvisoryIndex(from(), file, () => about),
    NothingToIndex,
  )
  const index = openAdvisoryIndex(file)
  assert.deepEqual(
    index.find('npm', 'a').map(({ id }) => id),
    ['A'],
  )
  index.close()
  assert.deepEqual(readdirSync(place), ['advisories.sqlite'])
})

test('builds at the same time do not harm each other', async () => {
  const place = mkdtempSync(join(folder, 'together-'))
  const file = join(place, 'advisories.sqlite')
  const build = (id: string): Promise<unknown> =>
    buildAdvisoryIndex(from(advisory(id, [['npm', 'a']])), file, () => about)
  await Promise.all(['A', 'B', 'C', 'D'].map(build))
  const index = openAdvisoryIndex(file)
  assert.equal(index.find('npm', 'a').length, 1)
  index.close()
  assert.deepEqual(readdirSync(place), ['advisories.sqlite'])
})

test('what is no index of this version is an error that says what to do', () => {
  for (const content of ['', 'x', 'SQLite format 3\0' + 'x'.repeat(5000)]) {
    const file = join(folder, 'bad.sqlite')
    writeFileSync(file, content)
    assert.throws(
      () => openAdvisoryIndex(file),
      /bad\.sqlite is no advisory index .*: make it anew with plimsoll db build/,
    )
    assert.equal(statSync(file).size, content.length, 'it is left as it is')
  }
})

test('a record that was damaged is an error that says what to do', async () => {
  const file = join(folder, 'damaged.sqlite')
  await buildAdvisoryIndex(from(advisory('A', [['Debian:12', 'bash']])), file, () => about)
  const database = new DatabaseSync(file)
  database.exec("UPDATE advisories SET record = '{ cut'")
  database.close()
  const index = openAdvisoryIndex(file)
  assert.throws(() => index.find('Debian:12', 'bash'), /damaged: make it anew with plimsoll db build/)
  index.close()
})
