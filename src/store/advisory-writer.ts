// Fills an advisory index, record by record: nothing but the record at hand is in memory.

import type { DatabaseSync } from 'node:sqlite'
import type { Advisory, FeedAge, FeedBegins, FeedItem } from '../model/advisory.ts'
import { isSame, storable } from './advisory-record.ts'
import { advisoryRows } from './advisory-rows.ts'
import { partRows, type Part } from './advisory-parts.ts'
import { tables } from './advisory-schema.ts'
import { toldRows } from './advisory-told.ts'

export interface AdvisoryWriter {
  add(item: FeedItem | FeedBegins): void
  /** Reads a part once more: these items are all that it gives. */
  putBack(part: Pick<Part, 'feed' | 'part'>, replaces: readonly string[], items: Iterable<FeedItem>): void
  /** The parts that were begun. */
  parts(): Iterable<Part>
  /** What begun parts do not give any more is gone; nothing can be added afterwards. */
  finish(): void
}

export interface Written {
  advisories: number
  exploited: number
  /** Records that name neither a package nor a repository: nothing can be looked up in them. */
  unnamed: number
  /** Advisories for each ecosystem with its release. */
  ecosystems: Readonly<Record<string, number>>
  feeds: readonly FeedAge[]
}

export interface Writing {
  /** Records that are dated later are none to tell the age of a feed by. */
  latest: string
  /** The index is one that changes, and the ids that do are to be kept in `temp.touched`. */
  changing: boolean
}

export function advisoryWriter(database: DatabaseSync, { latest, changing }: Writing): AdvisoryWriter {
  const rows = advisoryRows(database, changing)
  const told = toldRows(database, rows)
  const parts = partRows(database)
  const others = otherRows(database)
  let current: Part | undefined

  function addAdvisory(advisory: Advisory, part: Part): void {
    const { modified } = advisory
    if (modified > latest) part.ahead++
    else if (modified > part.newest) part.newest = modified
    const next = storable(advisory)
    if (next.names.length === 0) part.unnamed++
    const { number: partNumber, given, times } = part
    if (!given && rows.insert(next, partNumber) !== undefined) return
    const row = rows.find(next.id)
    if (!row) return void given?.add(rows.insert(next, partNumber)!)
    const { number } = row
    const isFirst = given !== undefined && !given.has(number)
    given?.add(number)
    if (row.several === 0 && row.part === partNumber) {
      if (isFirst) return rows.replace(number, next, partNumber)
      if (isSame(row, next)) return
    }
    if (row.several === 0) {
      told.begin(row)
      const owner = parts.find(row.part)
      if (owner && owner.given?.has(number) !== false) owner.times.set(number, 1)
    }
    times.set(number, told.add(number, partNumber, next, times.get(number) ?? 0))
  }

  function add(item: FeedItem, part: Part): void {
    part.records++
    if (item.kind === 'advisory') return addAdvisory(item.advisory, part)
    part.others++
    others.add(item, part.number)
  }

  /** A part that is read for the first time has nothing to lose. */
  function removeUngiven({ number: part, given, times }: Part): void {
    if (!given) return
    const gone: number[] = []
    for (const number of rows.ofPartAlone(part)) if (!given.has(number)) gone.push(number)
    for (const number of gone) rows.remove(number)
    told.trim(part, (number) => times.get(number) ?? 0)
  }

  return {
    add(item) {
      if (item.kind === 'begin') current = parts.begin(item)
      else add(item, (current ??= parts.begin({ kind: 'begin', feed: '', part: '' })))
    },
    putBack({ feed, part: name }, replaces, items) {
      const part = parts.begin({ kind: 'begin', feed, part: name, replaces })
      parts.again(part)
      for (const item of items) add(item, part)
    },
    parts: parts.read,
    finish() {
      for (const part of parts.read()) {
        removeUngiven(part)
        parts.close(part)
      }
      told.fold()
      rows.recordCounts()
    },
  }
}

/** What feeds tell beside advisories; of each kind there is one feed that does. */
function otherRows(database: DatabaseSync) {
  const exploited = database.prepare('INSERT OR REPLACE INTO exploited (id, since, part) VALUES (?, ?, ?)')
  const epss = database.prepare('INSERT OR REPLACE INTO epss (id, probability, percentile, part) VALUES (?, ?, ?, ?)')
  const ends = database.prepare('INSERT OR REPLACE INTO ends (of, day, part) VALUES (?, ?, ?)')
  return {
    add(item: Exclude<FeedItem, { kind: 'advisory' }>, part: number): void {
      if (item.kind === 'exploited') exploited.run(item.id, item.since ?? null, part)
      else if (item.kind === 'epss') epss.run(item.id, item.probability, item.percentile, part)
      else ends.run(item.of, item.day, part)
    },
  }
}

export function makeTables(database: DatabaseSync): void {
  setUp(database)
  database.exec(tables)
}

/** Kilobytes of pages in memory: more of them made no build faster, for the operating system keeps them as well. */
const cache = 8 * 1024

/** Nobody reads the file before it is whole, and it is made anew when the build dies: no journal needed. */
export function setUp(database: DatabaseSync): void {
  database.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE; PRAGMA cache_size = ${-cache};
  `)
}

export function counts(database: DatabaseSync): Omit<Written, 'feeds'> {
  const number = (select: string): number => Number(database.prepare(select).get()!['n'])
  const rows = database
    .prepare('SELECT ecosystem, sum(advisories) AS n FROM ecosystem_parts GROUP BY ecosystem ORDER BY ecosystem')
    .all()
  return {
    advisories: number('SELECT count(*) AS n FROM advisories'),
    exploited: number('SELECT count(*) AS n FROM exploited'),
    unnamed: number('SELECT coalesce(sum(unnamed), 0) AS n FROM parts'),
    ecosystems: Object.fromEntries(rows.map((row) => [String(row['ecosystem']), Number(row['n'])])),
  }
}
