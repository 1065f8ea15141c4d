// Fills an advisory index, record by record: nothing but the record at hand is in memory.

import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Advisory, FeedAge, FeedBegins, FeedItem } from '../model/advisory.ts'
import { comparableName } from '../model/package-name.ts'
import { tables } from './advisory-schema.ts'

export interface AdvisoryWriter {
  add(item: FeedItem | FeedBegins): void
  /** Counts what is in it; nothing can be added afterwards. */
  finish(): { unnamed: number }
}

export interface Written {
  advisories: number
  exploited: number
  /** Records that name no package, e.g. of commits alone: nothing can be looked up in them. */
  unnamed: number
  /** Advisories for each ecosystem with its release. */
  ecosystems: Readonly<Record<string, number>>
  feeds: readonly FeedAge[]
}

/** A part of a feed while it is read. */
interface Part {
  number: number
  feed: string
  replaces: readonly string[]
  records: number
  newest: string
  /** Records that are dated later than now. */
  ahead: number
}

/** `latest`: records that are dated later are none to tell the age of a feed by. */
export function advisoryWriter(database: DatabaseSync, latest: string): AdvisoryWriter {
  const insert = database.prepare(
    'INSERT INTO advisories (id, modified, part, content, record) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const addName = database.prepare('INSERT OR IGNORE INTO names (ecosystem, name, advisory) VALUES (?, ?, ?)')
  const stored = database.prepare('SELECT number, modified, part, record FROM advisories WHERE id = ?')
  const replace = database.prepare(
    'UPDATE advisories SET modified = ?, part = ?, content = ?, record = ? WHERE number = ?',
  )
  const forget = database.prepare('DELETE FROM names WHERE ecosystem = ? AND name = ? AND advisory = ?')
  const addExploited = database.prepare('INSERT OR REPLACE INTO exploited (id, since, part) VALUES (?, ?, ?)')
  const addEpss = database.prepare(
    'INSERT OR REPLACE INTO epss (id, probability, percentile, part) VALUES (?, ?, ?, ?)',
  )
  const addEnd = database.prepare('INSERT OR REPLACE INTO ends (of, day, part) VALUES (?, ?, ?)')
  const addPart = database.prepare('INSERT INTO parts (feed, part, as_of, problem) VALUES (?, ?, ?, ?)')
  const renewPart = database.prepare("UPDATE parts SET as_of = max(coalesce(as_of, ''), ?) WHERE number = ?")
  const finishPart = database.prepare(
    'UPDATE parts SET records = ?, newest = ?, problem = coalesce(problem, ?) WHERE number = ?',
  )
  const parts = new Map<string, Part>()
  let current = partOf({ kind: 'begin', feed: '', part: '' })
  let unnamed = 0

  function partOf({ feed, part, asOf, problem, replaces = [] }: FeedBegins): Part {
    const key = `${feed}\n${part}`
    const known = parts.get(key)
    if (known) {
      // Of many files it is the newest one that tells when they were fetched.
      if (asOf !== undefined) renewPart.run(asOf, known.number)
      return known
    }
    const { lastInsertRowid } = addPart.run(feed, part, asOf ?? null, problem ?? null)
    const begun = { number: Number(lastInsertRowid), feed, replaces, records: 0, newest: '', ahead: 0 }
    parts.set(key, begun)
    return begun
  }

  function addAdvisory(advisory: Advisory): void {
    const { modified } = advisory
    if (modified > latest) current.ahead++
    else if (modified > current.newest) current.newest = modified
    const { record, content } = storable(advisory)
    const { changes, lastInsertRowid } = insert.run(advisory.id, modified, current.number, content, record)
    if (changes === 0) return foldInto(advisory, record)
    const names = packagesOf(advisory)
    if (names.length === 0) unnamed++
    for (const { ecosystem, name } of names) addName.run(ecosystem, name, lastInsertRowid)
  }

  /** A bucket holds one record under each ecosystem that it names: the same id is the same record. */
  function foldInto(advisory: Advisory, record: string): void {
    const before = stored.get(advisory.id) as { number: number; modified: string; part: number; record: string }
    const { number, modified, part } = before
    if (before.record === record && modified === advisory.modified) return
    const earlier = { ...(JSON.parse(before.record) as Advisory), modified }
    const owner = [...parts.values()].find((one) => one.number === part)!
    const rank = owner === current ? 0 : ranked(owner, current)
    const folded = rank === 0 ? fold(earlier, advisory) : rank > 0 ? earlier : advisory
    for (const { ecosystem, name } of packagesOf(earlier)) forget.run(ecosystem, name, number)
    for (const { ecosystem, name } of packagesOf(folded)) addName.run(ecosystem, name, number)
    const next = storable(folded)
    replace.run(folded.modified, folded === advisory ? current.number : part, next.content, next.record, number)
  }

  return {
    add(item) {
      if (item.kind === 'begin') {
        current = partOf(item)
        return
      }
      current.records++
      if (item.kind === 'advisory') addAdvisory(item.advisory)
      else if (item.kind === 'exploited') addExploited.run(item.id, item.since ?? null, current.number)
      else if (item.kind === 'epss') addEpss.run(item.id, item.probability, item.percentile, current.number)
      else addEnd.run(item.of, item.day, current.number)
    },
    finish() {
      for (const { number, records, newest, ahead } of parts.values()) {
        const skewed = ahead === 0 ? null : `${ahead} of its records are dated in the future: check the clock`
        finishPart.run(records, newest < firstYear ? null : newest, skewed, number)
      }
      // What nobody named a feed of, unless there was something.
      database.exec("DELETE FROM parts WHERE feed = '' AND records = 0")
      return { unnamed }
    },
  }
}

/** Earlier times are made up: Go's records all have 0001-01-01. */
const firstYear = '1980'

export function makeTables(database: DatabaseSync): void {
  // Nobody reads the file before it is whole, and it is made anew when the build dies: no journal needed.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;')
  database.exec(tables)
}

/** What is looked up in place of counting: which ecosystems there are, and whose they are. */
export function summarize(database: DatabaseSync): void {
  database.exec(`
    INSERT INTO ecosystems SELECT ecosystem, count(DISTINCT advisory) FROM names GROUP BY ecosystem ORDER BY ecosystem;
    INSERT INTO ecosystem_parts SELECT DISTINCT ecosystem, part FROM names JOIN advisories ON number = advisory;
  `)
}

export function counts(database: DatabaseSync): Omit<Written, 'unnamed' | 'feeds'> {
  const count = (table: string): number => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n'])
  const rows = database.prepare('SELECT ecosystem, advisories FROM ecosystems ORDER BY ecosystem').all()
  const ecosystems = Object.fromEntries(rows.map((row) => [String(row['ecosystem']), Number(row['advisories'])]))
  return { advisories: count('advisories'), exploited: count('exploited'), ecosystems }
}

function packagesOf(advisory: Advisory): { ecosystem: string; name: string }[] {
  return (advisory.affected ?? []).flatMap(({ package: named }) =>
    named ? [{ ecosystem: named.ecosystem, name: comparableName(named.ecosystem, named.name) }] : [],
  )
}

/** Its time stands beside it: a record that only has a new time has not changed. */
function storable(advisory: Advisory): { record: string; content: Uint8Array } {
  const record = JSON.stringify({ ...advisory, modified: undefined })
  return { record, content: hash('sha256', record, 'buffer').subarray(0, 16) }
}

/** Positive when the first one's records replace those of the other, negative the other way round. */
function ranked(one: Part, other: Part): number {
  return Number(one.replaces.includes(other.feed)) - Number(other.replaces.includes(one.feed))
}

/** The newer one; of two equally old ones with different content nothing is lost. Times may be made up: 0001-01-01. */
function fold(one: Advisory, other: Advisory): Advisory {
  // A record that names no package never hides one that does.
  const [fewer, more] = [one, other].toSorted((a, b) => (a.affected?.length ?? 0) - (b.affected?.length ?? 0))
  if ((fewer!.affected?.length ?? 0) === 0) return more!
  if (one.modified !== other.modified) return one.modified > other.modified ? one : other
  const affected = new Map(
    [...(one.affected ?? []), ...(other.affected ?? [])].map((entry) => [JSON.stringify(entry), entry]),
  )
  return { ...one, affected: [...affected.values()] }
}
