// A new index beside the one that it takes the place of, which is attached as `former`: what changed, and what is kept because
// the new state of a feed cannot be right.

import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { gitEcosystem, type FeedItem } from '../model/advisory.ts'
import { packagesOf, stored } from './advisory-record.ts'
import type { Part, PartRow } from './advisory-parts.ts'
import type { AdvisoryWriter } from './advisory-writer.ts'

/** Fewer records come and go as they like. */
const alwaysFine = 20
const shrinksTo = 0.1

/** A part of a feed whose former state was put in place of what is left of it. */
interface Kept {
  former: PartRow
  why: string
}

/**
 * Puts the former records of each part of a feed in place of what is left, where it lost nine tenths or more, or lost some because
 * a file of it breaks off. `ofAll`: also of
 * those that were not begun, for nothing of them could be read.
 */
export function keepBack(
  database: DatabaseSync,
  writer: AdvisoryWriter,
  { accepted, ofAll }: { accepted: readonly string[]; ofAll: boolean },
): Kept[] {
  const rows = database.prepare('SELECT number, feed, part, records, replaces FROM former.parts').all()
  const read = new Map(Array.from(writer.parts(), (part) => [keyOf(part), part]))
  const kept: Kept[] = []
  for (const former of rows as unknown as PartRow[]) {
    const part = read.get(keyOf(former))
    const why = part || ofAll ? whyKept(former, part) : undefined
    if (why === undefined || isAccepted(former, accepted)) continue
    kept.push({ former, why: `${why}; plimsoll db … --accept-shrunk ${nameOf(former)} takes it as it is` })
    writer.putBack(former, JSON.parse(former.replaces) as string[], formerItems(database, former.number))
  }
  return kept
}

function whyKept({ records }: PartRow, part: Part | undefined): string | undefined {
  const { records: left, unread } = part ?? { records: 0, unread: false }
  const isLost = unread ? left < records : records >= alwaysFine && left <= records * shrinksTo
  if (!isLost) return undefined
  const how = unread
    ? `a file of it breaks off (${left} of ${records} records)`
    : `it shrank from ${records} records to ${left}`
  return `${left === 0 ? 'nothing of it could be read' : how}, so its former state is kept`
}

/** A part that was kept back stays as old as it is. */
export function recordKept(database: DatabaseSync, kept: readonly Kept[]): void {
  for (const { former, why } of kept) {
    database
      .prepare(
        `UPDATE main.parts SET kept = ?, (as_of, newest, records, unnamed, ahead) =
           (SELECT as_of, newest, records, unnamed, ahead FROM former.parts WHERE number = ?) WHERE feed = ? AND part = ?`,
      )
      .run(why, former.number, former.feed, former.part)
  }
}

function keyOf({ feed, part }: Pick<PartRow, 'feed' | 'part'>): string {
  return `${feed}\n${part}`
}

export function isAccepted(part: Pick<PartRow, 'feed' | 'part'>, accepted: readonly string[]): boolean {
  return accepted.includes(part.feed) || accepted.includes(nameOf(part))
}

function nameOf({ feed, part }: Pick<PartRow, 'feed' | 'part'>): string {
  return part === '' ? feed : `${feed}/${part}`
}

function* formerItems(database: DatabaseSync, part: number): Generator<FeedItem> {
  const rows = (select: string) => database.prepare(select).iterate(part) as Iterable<Record<string, string>>
  for (const { modified, record } of rows(
    `SELECT modified, record FROM former.advisories WHERE part = ? AND several = 0`,
  )) {
    yield { kind: 'advisory', advisory: stored(modified!, record!) }
  }
  for (const { modified, record } of rows(
    `SELECT t.modified AS modified, coalesce(t.record, a.record) AS record
     FROM former.told t JOIN former.advisories a ON a.number = t.advisory WHERE t.part = ? ORDER BY t.advisory, nth`,
  )) {
    yield { kind: 'advisory', advisory: stored(modified!, record!) }
  }
  for (const { id, since } of rows('SELECT id, since FROM former.exploited WHERE part = ?')) {
    yield { kind: 'exploited', id: id!, ...(since ? { since } : {}) }
  }
  for (const { id, probability, percentile } of rows(
    'SELECT id, probability, percentile FROM former.epss WHERE part = ?',
  )) {
    yield { kind: 'epss', id: id!, probability: Number(probability), percentile: Number(percentile) }
  }
  for (const { of, day } of rows('SELECT "of", day FROM former.ends WHERE part = ?')) {
    yield { kind: 'end-of-life', of: of!, day: day! }
  }
}

/** Rows of changes that an index carries along, over all generations; those who are further behind begin anew. */
const mostChanges = 1_000_000
const mostGenerations = 400

/** The first generation, of an index that was made from no other. */
export function beginGenerations(database: DatabaseSync): void {
  database.prepare('INSERT INTO main.generations (number, id) VALUES (1, ?)').run(randomUUID())
}

/** What the former index tells of those before it. */
export function takeOverChanges(database: DatabaseSync): void {
  database.exec(`
    INSERT INTO main.generations SELECT number, id FROM former.generations;
    INSERT INTO main.changes SELECT generation, ecosystem, name FROM former.changes;
  `)
}

/** A generation of its own, with what it changed since the former one; `touched`: nothing but `temp.touched` can have. */
export function recordChanges(database: DatabaseSync, { touched }: { touched: boolean }): void {
  database
    .prepare('INSERT INTO main.generations (number, id) SELECT max(number) + 1, ? FROM main.generations')
    .run(randomUUID())
  for (const [one, other] of [
    ['main', 'former'],
    ['former', 'main'],
  ] as const) {
    const differs = `record IS NOT (SELECT record FROM ${other}.advisories WHERE id = a.id)`
    if (touched) recordNames(database, `${one}.advisories a WHERE id IN (SELECT id FROM temp.touched) AND ${differs}`)
    else recordAllNames(database, `${one}.names`, `${one}.advisories a WHERE ${differs}`)
  }
  recordTimes(database)
  forgetOld(database)
}

/** What a list of tags leaves out is judged by when the record was changed last, so that there a new time says something else. */
function recordTimes(database: DatabaseSync): void {
  database
    .prepare(
      `INSERT OR IGNORE INTO main.changes SELECT (SELECT max(number) FROM main.generations), n.ecosystem, n.name
       FROM main.names n JOIN main.advisories a ON a.number = n.advisory JOIN former.advisories f ON f.id = a.id
       WHERE n.ecosystem = ? AND f.modified <> a.modified`,
    )
    .run(gitEcosystem)
}

const addChange = 'INSERT OR IGNORE INTO main.changes SELECT max(number)'

/** Costs what has changed. */
function recordNames(database: DatabaseSync, differing: string): void {
  const add = database.prepare(`${addChange}, ?, ? FROM main.generations`)
  for (const { record } of database.prepare(`SELECT record FROM ${differing}`).iterate()) {
    for (const { ecosystem, name } of packagesOf(stored('', String(record)))) add.run(ecosystem, name)
  }
}

/** Costs as much as there are names. */
function recordAllNames(database: DatabaseSync, names: string, differing: string): void {
  database.exec(`
    CREATE TEMP TABLE differs (number INTEGER PRIMARY KEY);
    INSERT INTO temp.differs SELECT number FROM ${differing};
    INSERT OR IGNORE INTO main.changes SELECT (SELECT max(number) FROM main.generations), ecosystem, name
      FROM ${names} WHERE advisory IN (SELECT number FROM temp.differs);
    DROP TABLE temp.differs`)
}

function forgetOld(database: DatabaseSync): void {
  const rows = database
    .prepare(
      `SELECT number, (SELECT count(*) FROM main.changes WHERE generation = number) AS size
       FROM main.generations ORDER BY number DESC`,
    )
    .all() as { number: number; size: number }[]
  let total = 0
  const oldest = rows.find(({ size }, index) => (total += size) > mostChanges || index >= mostGenerations)
  if (!oldest) return
  // Whoever stands at the generation before the oldest kept one can still be told; at an earlier one not.
  database.prepare('DELETE FROM main.changes WHERE generation <= ?').run(oldest.number)
  database.prepare('DELETE FROM main.generations WHERE number < ?').run(oldest.number)
}
