// Fills an advisory index, record by record: nothing but the record at hand is in memory.

import type { DatabaseSync } from 'node:sqlite'
import type { Advisory, FeedItem } from '../model/advisory.ts'
import { tables } from './advisory-schema.ts'

export interface AdvisoryWriter {
  add(item: FeedItem): void
  /** Counts, and closes the transaction; nothing can be added afterwards. */
  finish(about: { builtAt: string; origin: string }): Written
}

export interface Written {
  advisories: number
  exploited: number
  /** Records that name no package, e.g. of commits alone: nothing can be looked up in them. */
  unnamed: number
  /** Advisories for each ecosystem with its release. */
  ecosystems: Readonly<Record<string, number>>
}

export function advisoryWriter(database: DatabaseSync): AdvisoryWriter {
  // Nobody reads the file before it is whole, and it is made anew when the build dies: no journal needed.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;')
  database.exec(tables)
  database.exec('BEGIN')
  const insert = database.prepare(
    'INSERT INTO advisories (id, modified, record) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const addName = database.prepare('INSERT OR IGNORE INTO names (ecosystem, name, advisory) VALUES (?, ?, ?)')
  const stored = database.prepare('SELECT number, record FROM advisories WHERE id = ?')
  const replace = database.prepare('UPDATE advisories SET modified = ?, record = ? WHERE number = ?')
  const forget = database.prepare('DELETE FROM names WHERE ecosystem = ? AND name = ? AND advisory = ?')
  const addExploited = database.prepare('INSERT OR REPLACE INTO exploited (id, since) VALUES (?, ?)')
  const addEpss = database.prepare('INSERT OR REPLACE INTO epss (id, probability, percentile) VALUES (?, ?, ?)')
  let unnamed = 0

  function addAdvisory(advisory: Advisory): void {
    const record = JSON.stringify(advisory)
    const { changes, lastInsertRowid } = insert.run(advisory.id, advisory.modified, record)
    if (changes === 0) return foldInto(advisory, record)
    const names = packagesOf(advisory)
    if (names.length === 0) unnamed++
    for (const { ecosystem, name } of names) addName.run(ecosystem, name, lastInsertRowid)
  }

  /** A bucket holds one record under each ecosystem that it names: the same id is the same record. */
  function foldInto(advisory: Advisory, record: string): void {
    const before = stored.get(advisory.id) as { number: number; record: string }
    if (before.record === record) return
    const earlier = JSON.parse(before.record) as Advisory
    const folded = fold(earlier, advisory)
    for (const { ecosystem, name } of packagesOf(earlier)) forget.run(ecosystem, name, before.number)
    for (const { ecosystem, name } of packagesOf(folded)) addName.run(ecosystem, name, before.number)
    replace.run(folded.modified, JSON.stringify(folded), before.number)
  }

  return {
    add(item) {
      if (item.kind === 'advisory') addAdvisory(item.advisory)
      else if (item.kind === 'exploited') addExploited.run(item.id, item.since ?? null)
      else addEpss.run(item.id, item.probability, item.percentile)
    },
    finish(about) {
      database.exec(
        'INSERT INTO ecosystems SELECT ecosystem, count(DISTINCT advisory) FROM names GROUP BY ecosystem ORDER BY ecosystem',
      )
      const setMeta = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)')
      for (const [key, value] of Object.entries(about)) setMeta.run(key, value)
      database.exec('COMMIT')
      return { unnamed, ...counts(database) }
    },
  }
}

export function counts(database: DatabaseSync): Omit<Written, 'unnamed'> {
  const count = (table: string): number => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n'])
  const rows = database.prepare('SELECT ecosystem, advisories FROM ecosystems ORDER BY ecosystem').all()
  const ecosystems = Object.fromEntries(rows.map((row) => [String(row['ecosystem']), Number(row['advisories'])]))
  return { advisories: count('advisories'), exploited: count('exploited'), ecosystems }
}

function packagesOf(advisory: Advisory): { ecosystem: string; name: string }[] {
  return (advisory.affected ?? []).flatMap((entry) => entry.package ?? [])
}

/** The newer one; of two equally old ones with different content nothing is lost. Times may be made up: 0001-01-01. */
function fold(one: Advisory, other: Advisory): Advisory {
  if (one.modified !== other.modified) return one.modified > other.modified ? one : other
  const affected = new Map(
    [...(one.affected ?? []), ...(other.affected ?? [])].map((entry) => [JSON.stringify(entry), entry]),
  )
  return { ...one, affected: [...affected.values()] }
}
