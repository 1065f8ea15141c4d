// The parts of feeds in an advisory index: how old each is, how much it gave, and what is wrong with it.

import type { DatabaseSync } from 'node:sqlite'
import { NumberSet } from '../lib/number-set.ts'
import type { FeedAge, FeedBegins } from '../model/advisory.ts'

/** A part of a feed while it is read. */
export interface Part {
  readonly number: number
  readonly feed: string
  readonly part: string
  records: number
  /** Of its records those that are no advisories. */
  others: number
  /** Advisories that name no package. */
  unnamed: number
  newest: string
  /** Records that are dated later than now. */
  ahead: number
  /** A file of it could not be read to its end. */
  unread: boolean
  /** Of a part that was there before: the numbers of the advisories that it has given again. */
  given: NumberSet | undefined
  /** How often it has given an advisory, where there are several of its id. */
  times: Map<number, number>
}

/** As it stands in an index. */
export interface PartRow {
  number: number
  feed: string
  part: string
  records: number
  /** JSON. */
  replaces: string
}

export interface Parts {
  /** The part that is read now; a first time, or once more. */
  begin(begins: FeedBegins): Part
  /** Reads it once more: what it does not give this time is gone. */
  again(part: Part): void
  /** Those that are read in this run. */
  read(): Iterable<Part>
  find(number: number): Part | undefined
  /** Writes what was counted. */
  close(part: Part): void
}

/** Earlier times are made up: Go's records all have 0001-01-01. */
const firstYear = '1980'

export function partRows(database: DatabaseSync): Parts {
  const known = database.prepare('SELECT number, others FROM main.parts WHERE feed = ? AND part = ?')
  const insert = database.prepare(
    'INSERT INTO parts (feed, part, as_of, problem, replaces, made_of) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const update = database.prepare(
    'UPDATE parts SET as_of = ?, problem = ?, replaces = ?, made_of = ?, kept = NULL WHERE number = ?',
  )
  const renew = database.prepare("UPDATE parts SET as_of = max(coalesce(as_of, ''), ?) WHERE number = ?")
  const forgetFiles = database.prepare('UPDATE parts SET made_of = NULL WHERE number = ?')
  const close = database.prepare(
    'UPDATE parts SET records = ?, others = ?, unnamed = ?, newest = ?, ahead = ? WHERE number = ?',
  )
  const read = new Map<string, Part>()
  const byNumber = new Map<number, Part>()

  function first({ feed, part, asOf, problem, replaces = [], madeOf }: FeedBegins): Part {
    const before = known.get(feed, part) as { number: number; others: number } | undefined
    const about = [asOf ?? null, problem ?? null, JSON.stringify(replaces), madeOf ?? null] as const
    if (before) update.run(...about, before.number)
    const number = before?.number ?? Number(insert.run(feed, part, ...about).lastInsertRowid)
    const begun: Part = {
      number,
      feed,
      part,
      ...nothing(),
      given: before && new NumberSet(),
      times: new Map(),
      unread: false,
    }
    if (before && before.others > 0) removeOthers(database, number)
    byNumber.set(number, begun)
    return begun
  }

  return {
    begin(begins) {
      const key = `${begins.feed}\n${begins.part}`
      const begun = read.get(key)
      // Of many files it is the newest one that tells when they were fetched.
      if (begun && begins.asOf !== undefined) renew.run(begins.asOf, begun.number)
      const part = begun ?? first(begins)
      if (begins.unread) {
        part.unread = true
        forgetFiles.run(part.number)
      }
      read.set(key, part)
      return part
    },
    again(part) {
      if (part.others > 0) removeOthers(database, part.number)
      Object.assign(part, nothing(), { given: new NumberSet(), times: new Map() })
    },
    read: () => read.values(),
    find: (number) => byNumber.get(number),
    close({ number, records, others, unnamed, newest, ahead }) {
      close.run(records, others, unnamed, newest < firstYear ? null : newest, ahead, number)
    },
  }
}

function nothing(): Pick<Part, 'records' | 'others' | 'unnamed' | 'newest' | 'ahead'> {
  return { records: 0, others: 0, unnamed: 0, newest: '', ahead: 0 }
}

function removeOthers(database: DatabaseSync, part: number): void {
  for (const table of ['exploited', 'epss', 'ends']) database.prepare(`DELETE FROM ${table} WHERE part = ?`).run(part)
}

const skewed = "iif(ahead = 0, NULL, ahead || ' of its records are dated in the future: check the clock')"
const selectAges = `SELECT feed, parts.part AS part, as_of, newest, records, coalesce(kept, problem, ${skewed}) AS problem
  FROM parts`

export function feedAges(database: DatabaseSync): FeedAge[] {
  return database.prepare(`${selectAges} ORDER BY feed, part`).all().map(toFeedAge)
}

/** The ages of the parts that speak of an ecosystem. */
export function agesByEcosystem(database: DatabaseSync): (ecosystem: string) => FeedAge[] {
  const ages = database.prepare(
    `${selectAges} JOIN ecosystem_parts e ON e.part = parts.number WHERE ecosystem = ? ORDER BY feed, parts.part`,
  )
  return (ecosystem) => ages.all(ecosystem).map(toFeedAge)
}

function toFeedAge(row: Record<string, unknown>): FeedAge {
  const { feed, part, as_of: asOf, newest, records, problem } = row
  return {
    feed: String(feed),
    part: String(part),
    records: Number(records),
    ...(asOf === null ? {} : { asOf: String(asOf) }),
    ...(newest === null ? {} : { newest: String(newest) }),
    ...(problem === null ? {} : { problem: String(problem) }),
  }
}
