// A new index beside the one that it takes the place of: what changed, and what is kept because the new state of a feed
// cannot be right.

import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/** Fewer records come and go as they like. */
const alwaysFine = 20
const shrinksTo = 0.1

interface PartRow {
  number: number
  feed: string
  part: string
  records: number
}

/** Of the index that is attached as `before`: puts the former records of each part of a feed that lost nine tenths or more in place of what is left, and says so in its problem. */
export function keepBack(database: DatabaseSync, accepted: readonly string[]): void {
  const former = database.prepare('SELECT number, feed, part, records FROM before.parts').all() as unknown as PartRow[]
  const present = database.prepare('SELECT number, records FROM main.parts WHERE feed = ? AND part = ?')
  for (const { number, feed, part, records } of former) {
    const now = present.get(feed, part) as { number: number; records: number } | undefined
    const left = now?.records ?? 0
    const name = part === '' ? feed : `${feed}/${part}`
    const fine = records < alwaysFine || left > records * shrinksTo
    if (fine || accepted.includes(feed) || accepted.includes(name)) continue
    const why = left === 0 ? 'nothing of it could be read' : `it shrank from ${records} records to ${left}`
    const problem = `${why}, so its former state is kept; plimsoll db … --accept-shrunk ${name} takes it as it is`
    restore(database, number, now?.number, problem)
  }
}

function restore(database: DatabaseSync, from: number, old: number | undefined, problem: string): void {
  if (old !== undefined) {
    database.prepare('DELETE FROM names WHERE advisory IN (SELECT number FROM advisories WHERE part = ?)').run(old)
    for (const table of ['advisories', 'exploited', 'epss', 'ends']) {
      database.prepare(`DELETE FROM main.${table} WHERE part = ?`).run(old)
    }
    database.prepare('DELETE FROM main.parts WHERE number = ?').run(old)
  }
  const { lastInsertRowid: to } = database
    .prepare(
      `INSERT INTO main.parts (feed, part, as_of, newest, records, problem)
       SELECT feed, part, as_of, newest, records, ? FROM before.parts WHERE number = ?`,
    )
    .run(problem, from)
  const copy = (table: string, columns: string): void =>
    void database
      .prepare(
        `INSERT OR IGNORE INTO main.${table} (${columns}, part) SELECT ${columns}, ? FROM before.${table} WHERE part = ?`,
      )
      .run(to, from)
  copy('advisories', 'id, modified, content, record')
  copy('exploited', 'id, since')
  copy('epss', 'id, probability, percentile')
  copy('ends', 'of, day')
  database
    .prepare(
      `INSERT OR IGNORE INTO main.names SELECT n.ecosystem, n.name, a.number
       FROM before.advisories b JOIN before.names n ON n.advisory = b.number JOIN main.advisories a ON a.id = b.id
       WHERE b.part = ? AND a.part = ?`,
    )
    .run(from, to)
}

/** Rows of changes that an index carries along, over all generations; those who are further behind begin anew. */
const mostChanges = 1_000_000
const mostGenerations = 400

/** A generation of its own for this index, with what it changed; `hasFormer`: since the one attached as `before`. */
export function recordChanges(database: DatabaseSync, hasFormer: boolean): void {
  if (!hasFormer) {
    database.prepare('INSERT INTO generations (number, id) VALUES (1, ?)').run(randomUUID())
    return
  }
  database.exec(`
    INSERT INTO main.generations SELECT number, id FROM before.generations;
    INSERT INTO main.changes SELECT generation, ecosystem, name FROM before.changes;
    CREATE TEMP TABLE differs (number INTEGER PRIMARY KEY);
    INSERT INTO temp.differs SELECT a.number FROM main.advisories a LEFT JOIN before.advisories b ON b.id = a.id
      WHERE b.content IS NOT a.content;
    CREATE TEMP TABLE differed (number INTEGER PRIMARY KEY);
    INSERT INTO temp.differed SELECT b.number FROM before.advisories b LEFT JOIN main.advisories a ON a.id = b.id
      WHERE a.content IS NOT b.content;
  `)
  database
    .prepare('INSERT INTO main.generations (number, id) SELECT max(number) + 1, ? FROM before.generations')
    .run(randomUUID())
  for (const [names, numbers] of [
    ['main.names', 'temp.differs'],
    ['before.names', 'temp.differed'],
  ]) {
    database.exec(`
      INSERT OR IGNORE INTO main.changes SELECT (SELECT max(number) FROM main.generations), ecosystem, name
      FROM ${names} WHERE advisory IN (SELECT number FROM ${numbers})`)
  }
  database.exec('DROP TABLE temp.differs; DROP TABLE temp.differed')
  forgetOld(database)
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
