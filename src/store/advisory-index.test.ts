import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { Advisory, FeedBegins, FeedItem } from '../model/advisory.ts'
import { advisoryIndexInMemory, buildAdvisoryIndex, NothingToIndex } from './advisory-index.ts'
import { openAdvisoryIndex } from './advisory-reader.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-index-'))
after(() => rmSync(folder, { recursive: true }))

const about = { builtAt: '2026-11-21T00:00:00Z', origin: '/feeds' }

function advisory(id: string, packages: readonly [string, string][], more: Partial<Advisory> = {}): FeedItem {
  const affected = packages.map(([ecosystem, name]) => ({ package: { ecosystem, name }, versions: ['1'] }))
  return { kind: 'advisory', advisory: { id, modified: '2026-01-01T00:00:00Z', affected, ...more } }
}

async function* from(...items: (FeedItem | FeedBegins)[]): AsyncGenerator<FeedItem | FeedBegins> {
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
    feeds: [{ feed: '', part: '', records: 5, newest: '2026-01-01T00:00:00Z' }],
  })
  const index = openAdvisoryIndex(file)
  const ids = (ecosystem: string, name: string): string[] => index.find(ecosystem, name).map(({ id }) => id)
  assert.deepEqual(ids('Debian:11', 'openssl'), ['A', 'B'])
  assert.deepEqual(ids('Debian:11', 'openssl'), ['A', 'B'], 'again, from memory')
  assert.deepEqual(ids('Debian:12', 'openssl'), ['B'])
  assert.deepEqual(ids('Debian:13', 'openssl'), [])
  assert.deepEqual(index.judges('Debian:12'), {
    advisories: 1,
    starter: false,
    feeds: [{ feed: '', part: '', records: 5, newest: '2026-01-01T00:00:00Z' }],
  })
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
  const entries = ['npm', 'Maven'].map((ecosystem) => index.find(ecosystem, 'd')[0]?.affected)
  assert.deepEqual(
    entries.map((of) => of?.map(({ package: named }) => named)),
    [[{ ecosystem: 'npm', name: 'd' }], [{ ecosystem: 'Maven', name: 'd' }]],
    'each with what is said of the package',
  )
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
  for (const damage of [
    "heads SET head = '{ cut'",
    "heads SET head = '1'",
    "names SET entries = '[] ]'; UPDATE heads SET head = '{}'",
  ]) {
    database.exec(`UPDATE ${damage}`)
    const index = openAdvisoryIndex(file)
    assert.throws(() => index.find('Debian:12', 'bash'), /damaged: make it anew with plimsoll db build/)
    index.close()
  }
  database.close()
})

test('an index of the version before is refused, and built over', async () => {
  const file = join(folder, 'before.sqlite')
  await buildAdvisoryIndex(from(advisory('A', [['npm', 'a']])), file, () => about)
  const database = new DatabaseSync(file)
  database.exec('PRAGMA user_version = 5; DROP TABLE heads')
  database.close()
  assert.throws(
    () => openAdvisoryIndex(file),
    /before\.sqlite is no advisory index \(it has version 5, not 6\): make it anew with plimsoll db build/,
  )
  await buildAdvisoryIndex(from(advisory('A', [['npm', 'a']])), file, () => about)
  const index = openAdvisoryIndex(file)
  assert.equal(index.find('npm', 'a').length, 1)
  index.close()
})

const begin = (feed: string, part = '', more: Partial<FeedBegins> = {}): FeedBegins => ({
  kind: 'begin',
  feed,
  part,
  ...more,
})

test('each part of a feed has its age, and an ecosystem those that speak of it', async () => {
  const index = await advisoryIndexInMemory(
    from(
      begin('osv', 'npm', { asOf: '2026-11-01T00:00:00Z' }),
      advisory('A', [['npm', 'a']], { modified: '0001-01-01T00:00:00Z' }),
      begin('osv', 'Debian', { problem: 'it could not be fetched' }),
      advisory('B', [['Debian:12', 'b']], { modified: '2026-02-02T00:00:00Z' }),
      advisory('LATER', [['Debian:12', 'b']], { modified: '2999-01-01T00:00:00Z' }),
      begin('kev'),
      { kind: 'exploited', id: 'CVE-1' },
      begin('end-of-life'),
      { kind: 'end-of-life', of: 'Debian:12', day: '2026-07-11' },
      begin('osv', 'npm'),
      advisory('C', [['npm', 'a']], { modified: '2999-01-01T00:00:00Z' }),
    ),
    () => about,
  )
  const npm = {
    feed: 'osv',
    part: 'npm',
    asOf: '2026-11-01T00:00:00Z',
    records: 2,
    problem: '1 of its records are dated in the future: check the clock',
  }
  const debian = { feed: 'osv', part: 'Debian', records: 2, newest: '2026-02-02T00:00:00Z' }
  assert.deepEqual(index.contents().feeds, [
    { feed: 'end-of-life', part: '', records: 1 },
    { feed: 'kev', part: '', records: 1 },
    { ...debian, problem: 'it could not be fetched' },
    npm,
  ])
  assert.deepEqual(index.judges('npm')?.feeds, [npm])
  assert.deepEqual([...index.ends()], [['Debian:12', '2026-07-11']])
  index.close()
})

test('a feed that knows better replaces what another says under the same id, in any order', async () => {
  const better = advisory('SAME', [['Debian:12', 'better']], { modified: '0001-01-01T00:00:00Z' })
  const other = advisory('SAME', [['Debian:12', 'other']])
  const tracker = begin('debian-tracker', '', { replaces: ['osv'] })
  for (const items of [
    [tracker, better, begin('osv'), other],
    [begin('osv'), other, tracker, better],
  ]) {
    const index = await advisoryIndexInMemory(from(...items), () => about)
    const found = ['better', 'other'].map((name) => index.find('Debian:12', name).length)
    assert.deepEqual(found, [1, 0])
    index.close()
  }
})

test('a record that names no package takes nothing from one of the same id that does', async () => {
  const items = [advisory('A', [['npm', 'a']]), advisory('A', [], { modified: '2026-06-01T00:00:00Z' })]
  for (const order of [items, items.toReversed()]) {
    const index = await advisoryIndexInMemory(from(...order), () => about)
    assert.equal(index.find('npm', 'a').length, 1)
    index.close()
  }
})

test('an index built over another tells what changed by what records say, whatever their times are', async () => {
  const file = join(mkdtempSync(join(folder, 'history-')), 'advisories.sqlite')
  const build = async (...items: (FeedItem | FeedBegins)[]): Promise<string> => {
    await buildAdvisoryIndex(from(...items), file, () => about)
    const index = openAdvisoryIndex(file)
    index.close()
    return index.generation
  }
  const changes = (since: string): string[] | undefined => {
    const index = openAdvisoryIndex(file)
    const found = index.changedSince(since)
    const names = found && [...found].map(({ ecosystem, name }) => `${ecosystem} ${name}`).toSorted()
    index.close()
    return names
  }
  const untold = { modified: '0001-01-01T00:00:00Z' }
  const first = await build(
    advisory('SAME', [['Go', 'same']], untold),
    advisory(
      'CHANGED',
      [
        ['Go', 'changed'],
        ['Go', 'no more'],
      ],
      untold,
    ),
    advisory('GONE', [['Go', 'gone']], untold),
  )
  assert.deepEqual(changes(first), [])
  const second = await build(
    advisory('SAME', [['Go', 'same']], { modified: '2026-05-05T00:00:00Z' }),
    advisory(
      'CHANGED',
      [
        ['Go', 'changed'],
        ['Go', 'also'],
      ],
      untold,
    ),
    advisory('NEW', [['Go', 'new']], untold),
    { kind: 'exploited', id: 'SAME' },
    { kind: 'epss', id: 'SAME', probability: 1, percentile: 1 },
  )
  assert.deepEqual(changes(first), ['Go also', 'Go changed', 'Go gone', 'Go new', 'Go no more'])
  assert.deepEqual(changes(second), [])
  const third = await build(advisory('SAME', [['Go', 'same']], { withdrawn: '2026-06-06T00:00:00Z' }))
  assert.deepEqual(changes(second), ['Go also', 'Go changed', 'Go new', 'Go same'])
  assert.equal(changes(first)?.length, 6)
  assert.equal(changes('of another index'), undefined)
  writeFileSync(file, 'damaged')
  await build(advisory('SAME', [['Go', 'same']]))
  assert.equal(changes(third), undefined, 'built over nothing that can be read')
})

test('a part of a feed that shrinks by nine tenths keeps its former state, until that is accepted', async () => {
  const file = join(mkdtempSync(join(folder, 'shrunk-')), 'advisories.sqlite')
  const many = (part: string, count: number): (FeedItem | FeedBegins)[] => [
    begin('osv', part, { asOf: '2026-11-01T00:00:00Z' }),
    ...Array.from({ length: count }, (_, number) => advisory(`${part}-${number}`, [[part, `p${number}`]])),
  ]
  const exploited = Array.from({ length: 30 }, (_, n) => ({ kind: 'exploited', id: `CVE-${n}` }) as const)
  const build = (items: (FeedItem | FeedBegins)[], accepted: string[] = [], origin = about.origin) =>
    buildAdvisoryIndex(from(...items), file, () => ({ ...about, origin }), accepted)
  await build([...many('npm', 100), ...many('Go', 100), ...many('Hex', 5), begin('kev'), ...exploited])
  const kept = await build([...many('npm', 10), ...many('Go', 11), begin('kev')])
  assert.deepEqual(
    [kept.ecosystems['npm'], kept.ecosystems['Go'], kept.ecosystems['Hex'], kept.exploited],
    [100, 11, undefined, 30],
  )
  assert.deepEqual(
    kept.feeds.map(({ part, problem }) => [part, problem?.split(';')[0]]),
    [
      ['', 'nothing of it could be read, so its former state is kept'],
      ['Go', undefined],
      ['npm', 'it shrank from 100 records to 10, so its former state is kept'],
    ],
  )
  const index = openAdvisoryIndex(file)
  assert.equal(index.find('npm', 'p99').length, 1)
  assert.ok(index.exploited('CVE-29'))
  index.close()
  const accepted = await build([...many('npm', 10), ...many('Go', 11)], ['osv/npm', 'kev'])
  assert.deepEqual([accepted.ecosystems['npm'], accepted.exploited], [10, 0])
  await build(many('npm', 100))
  const elsewhere = await build(many('npm', 1), [], '/other/feeds')
  assert.equal(elsewhere.ecosystems['npm'], 1, 'another folder is another choice')
})
