// An index that is brought to its feeds step by step is the same as one that is built from all of them.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { FeedBegins, FeedItem } from '../model/advisory.ts'
import { randomFrom } from '../testing/osv-records.ts'
import type { FeedPart } from './advisory-changes.ts'
import { buildAdvisoryIndex, NothingToIndex, updateAdvisoryIndex } from './advisory-index.ts'
import { openAdvisoryIndex } from './advisory-reader.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-changes-'))
after(() => rmSync(folder, { recursive: true }))

const about = { builtAt: '2026-11-21T00:00:00Z', origin: 'update' }

/** All that an index holds, without the numbers that it gives to its rows. */
const contents: Readonly<Record<string, string>> = {
  advisories: `SELECT id, modified, several, record, feed, parts.part FROM advisories a
    JOIN parts ON parts.number = a.part ORDER BY id`,
  told: `SELECT a.id, parts.feed, parts.part, nth, t.modified, t.record FROM told t
    JOIN parts ON parts.number = t.part JOIN advisories a ON a.number = advisory ORDER BY id, feed, parts.part, nth`,
  heads: 'SELECT id, head FROM heads LEFT JOIN advisories USING (number) ORDER BY id',
  names: `SELECT ecosystem, name, id, entries FROM names JOIN advisories ON number = advisory
    ORDER BY ecosystem, name, id`,
  exploited: 'SELECT e.id, since, feed FROM exploited e JOIN parts ON number = e.part ORDER BY e.id',
  epss: 'SELECT e.id, probability, percentile, feed FROM epss e JOIN parts ON number = e.part ORDER BY e.id',
  ends: 'SELECT "of", day, feed FROM ends e JOIN parts ON number = e.part ORDER BY "of"',
  parts: `SELECT feed, part, as_of, newest, records, others, unnamed, ahead, problem, kept, replaces, made_of FROM parts
    ORDER BY feed, part`,
  ecosystems: `SELECT ecosystem, feed, parts.part, advisories FROM ecosystem_parts e JOIN parts ON number = e.part
    ORDER BY ecosystem, feed, parts.part`,
  meta: 'SELECT key, value FROM meta ORDER BY key',
}

function held(file: string): Record<string, unknown> {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return Object.fromEntries(Object.entries(contents).map(([name, select]) => [name, database.prepare(select).all()]))
  } finally {
    database.close()
  }
}

interface Fetched {
  begins: Pick<FeedBegins, 'feed' | 'part' | 'replaces' | 'problem'>
  items: readonly FeedItem[]
  asOf: string
}

function partOf({ begins, items, asOf }: Fetched, read: (items: readonly FeedItem[]) => void = () => {}): FeedPart {
  const madeOf = createHash('sha256').update(JSON.stringify(items)).digest('hex')
  return {
    kind: 'begin',
    ...begins,
    asOf,
    madeOf,
    async *read() {
      read(items)
      yield* items
    },
  }
}

async function* all(parts: readonly FeedPart[]): AsyncGenerator<FeedItem | FeedBegins> {
  for (const { read, ...begins } of parts) {
    yield begins
    yield* read()
  }
}

const places: readonly Fetched['begins'][] = [
  { feed: 'debian-tracker', part: '', replaces: ['osv'] },
  { feed: 'kev', part: '' },
  { feed: 'osv', part: 'Debian' },
  { feed: 'osv', part: 'Maven' },
  { feed: 'osv', part: 'npm' },
]

type Random = (below: number) => number

/** Few ids, names and times, so that parts often speak of the same. */
function advisory(random: Random): FeedItem {
  const affected = Array.from({ length: random(3) }, () => ({
    package: { ecosystem: ['npm', 'Maven', 'Debian:12'][random(3)]!, name: `p${random(12)}` },
    versions: [String(random(3))],
  }))
  const modified = ['0001-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-02-02T00:00:00Z', '2999-01-01T00:00:00Z']
  return { kind: 'advisory', advisory: { id: `A-${random(60)}`, modified: modified[random(4)]!, affected } }
}

function itemsOf({ feed }: Fetched['begins'], random: Random): FeedItem[] {
  // Now and then nearly nothing is left.
  const count = random(6) === 0 ? random(3) : 15 + random(40)
  if (feed !== 'kev') return Array.from({ length: count }, () => advisory(random))
  return Array.from({ length: count }, (_, n) => {
    const id = `CVE-${random(50)}`
    if (n % 3 === 0) return { kind: 'exploited', id }
    if (n % 3 === 1) return { kind: 'epss', id, probability: random(10) / 10, percentile: random(10) / 10 }
    return { kind: 'end-of-life', of: `Debian:${random(5)}`, day: `2026-0${1 + random(9)}-01` }
  })
}

/** Of some parts everything is new, of some a little, some are not there any more, and most stay as they are. */
function dayAfter(before: readonly Fetched[], day: number, random: Random): Fetched[] {
  const asOf = `2026-11-${String(day + 1).padStart(2, '0')}T00:00:00Z`
  return places.flatMap((begins) => {
    const known = before.find((one) => one.begins.feed === begins.feed && one.begins.part === begins.part)
    const chance = random(10)
    if (chance === 0) return []
    if (!known || chance < 3) return [{ begins, items: itemsOf(begins, random), asOf }]
    const problem = random(8) === 0 ? { problem: 'it answered 500' } : {}
    if (chance > 6) return [{ ...known, begins: { ...begins, ...problem }, asOf }]
    const items = known.items.filter(() => random(10) > 0)
    return [{ begins, items: begins.feed === 'kev' ? items : [...items, advisory(random)], asOf }]
  })
}

test('an index updated in steps is the one that is built from scratch, in all that it holds and says', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = randomFrom(seed)
    const [stepped, whole] = [join(folder, `stepped-${seed}.sqlite`), join(folder, `whole-${seed}.sqlite`)]
    let fetched: readonly Fetched[] = places.map((begins) => ({
      begins,
      items: itemsOf(begins, random),
      asOf: about.builtAt,
    }))
    for (const file of [stepped, whole])
      await buildAdvisoryIndex(all(fetched.map((one) => partOf(one))), file, () => about)
    let generations: [string, string] = [generationOf(stepped), generationOf(whole)]
    for (let day = 0; day < 8; day++) {
      fetched = dayAfter(fetched, day, random)
      const parts = fetched.map((one) => partOf(one))
      const accepted = random(4) === 0 ? ['osv'] : []
      await updateAdvisoryIndex(parts, stepped, { builtAt: about.builtAt, accepted })
      await buildAdvisoryIndex(all(parts), whole, () => about, accepted)
      const where = `seed ${seed}, day ${day}`
      assert.deepEqual(held(stepped), held(whole), where)
      const changes = [stepped, whole].map((file, n) => changedIn(file, generations[n]!))
      assert.deepEqual(changes[0], changes[1], where)
      generations = [generationOf(stepped), generationOf(whole)]
    }
  }
})

function generationOf(file: string): string {
  const index = openAdvisoryIndex(file)
  index.close()
  return index.generation
}

function changedIn(file: string, since: string): string[] {
  const index = openAdvisoryIndex(file)
  const names = [...(index.changedSince(since) ?? ['everything'])].map((name) => JSON.stringify(name))
  index.close()
  return names.toSorted()
}

function many(part: string, count: number, version = '1'): Fetched {
  const items = Array.from({ length: count }, (_, n): FeedItem => {
    const affected = [{ package: { ecosystem: part, name: `p${n}` }, versions: [n === 0 ? version : '1'] }]
    return { kind: 'advisory', advisory: { id: `${part}-${n}`, modified: '0001-01-01T00:00:00Z', affected } }
  })
  return { begins: { feed: 'osv', part }, items, asOf: '2026-11-21T00:00:00Z' }
}

async function built(...fetched: readonly Fetched[]): Promise<string> {
  const file = join(mkdtempSync(join(folder, 'built-')), 'advisories.sqlite')
  await buildAdvisoryIndex(all(fetched.map((one) => partOf(one))), file, () => about)
  return file
}

test('a part that is made of the same files is not read again; where all are, only their age is new', async () => {
  const file = await built(many('npm', 30), many('Go', 30))
  const first = generationOf(file)
  const read: unknown[] = []
  const later = { asOf: '2026-11-22T00:00:00Z' }
  const parts = [many('npm', 30, '2'), many('Go', 30)].map((one) =>
    partOf({ ...one, ...later }, () => read.push(one.begins.part)),
  )
  const written = await updateAdvisoryIndex(parts, file, { builtAt: '2026-11-22T00:00:01Z' })
  assert.deepEqual(read, ['npm'])
  assert.deepEqual(written?.ecosystems, { Go: 30, npm: 30 })
  assert.deepEqual(changedIn(file, first), ['{"ecosystem":"npm","name":"p0"}'])

  const second = generationOf(file)
  const again = parts.map((part) => ({ ...part, asOf: '2026-11-23T00:00:00Z', problem: 'it answered 500' }))
  assert.equal(await updateAdvisoryIndex(again, file, { builtAt: '2026-11-23T00:00:01Z' }), undefined)
  const index = openAdvisoryIndex(file)
  assert.deepEqual([index.generation, index.age().builtAt], [second, '2026-11-22T00:00:01Z'])
  assert.deepEqual(index.contents().feeds[0], {
    feed: 'osv',
    part: 'Go',
    records: 30,
    asOf: '2026-11-23T00:00:00Z',
    problem: 'it answered 500',
  })
  index.close()
})

test('an update that fails, or leaves nothing, keeps the index before it, and nothing else', async () => {
  const file = await built(many('npm', 5))
  const before = [statSync(file).ino, generationOf(file)]
  async function* broken(): AsyncGenerator<FeedItem> {
    yield* many('npm', 3, '2').items
    throw new Error('the archive broke off')
  }
  const [part] = [partOf(many('npm', 5, '2'))]
  await assert.rejects(updateAdvisoryIndex([{ ...part!, read: broken }], file, about), /broke off/)
  await assert.rejects(updateAdvisoryIndex([], file, about), NothingToIndex)
  assert.deepEqual([statSync(file).ino, generationOf(file)], before)
  assert.deepEqual(readdirSync(join(file, '..')), ['advisories.sqlite'])
})

test('a part of which a file breaks off keeps what it had, until the file is whole', async () => {
  const [file, anew] = [await built(many('npm', 60), many('Go', 5)), await built(many('npm', 60), many('Go', 5))]
  const brokenOff = (part: string, count: number): FeedPart => {
    const fetched = { ...many(part, count), asOf: '2026-11-22T00:00:00Z' }
    const whole = partOf(fetched)
    return {
      ...whole,
      async *read() {
        yield* whole.read()
        yield { kind: 'begin', feed: 'osv', part, unread: true }
      },
    }
  }
  const half = [brokenOff('npm', 30), brokenOff('Go', 0)]
  for (let time = 0; time < 2; time++) await updateAdvisoryIndex(half, file, about)
  await buildAdvisoryIndex(all(half), anew, () => about)
  for (const one of [file, anew]) {
    const index = openAdvisoryIndex(one)
    assert.deepEqual(index.contents().ecosystems, { Go: 5, npm: 60 })
    assert.deepEqual(
      index.contents().feeds.map(({ asOf, problem = '' }) => [asOf, problem.split(';', 1)[0]]),
      ['nothing of it could be read', 'a file of it breaks off (30 of 60 records)'].map((why) => [
        '2026-11-21T00:00:00Z',
        `${why}, so its former state is kept`,
      ]),
    )
    index.close()
    await updateAdvisoryIndex([partOf(many('npm', 61)), partOf(many('Go', 2))], one, about)
    const next = openAdvisoryIndex(one)
    assert.deepEqual(next.contents().ecosystems, { Go: 2, npm: 61 })
    assert.ok(next.contents().feeds.every(({ problem }) => problem === undefined))
    next.close()
  }
})

test('updates and builds at the same time do not harm each other', async () => {
  const file = await built(many('npm', 30), many('Go', 30))
  const versions = ['2', '3', '4', '5']
  await Promise.all(
    versions.map(async (version) => {
      const parts = [many('npm', 30, version), many('Go', 30)].map((one) => partOf(one))
      if (version === '3') await buildAdvisoryIndex(all(parts), file, () => about)
      else await updateAdvisoryIndex(parts, file, about)
    }),
  )
  const index = openAdvisoryIndex(file)
  const [found] = index.find('npm', 'p0')
  assert.ok(versions.some((version) => found?.affected?.[0]?.versions?.includes(version)))
  assert.deepEqual(index.contents().ecosystems, { Go: 30, npm: 30 })
  index.close()
  assert.deepEqual(readdirSync(join(file, '..')), ['advisories.sqlite'])
})
