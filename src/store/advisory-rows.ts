// The advisories of an index that is being written, with the names under which they are found.

import type { DatabaseSync } from 'node:sqlite'
import { isSame, packagesOf, stored, type PackageName, type Storable } from './advisory-record.ts'

export interface AdvisoryRow {
  number: number
  modified: string
  /** Number of the part whose record it is. */
  part: number
  /** 1: it is folded from what several say. */
  several: 0 | 1
  record: string
}

export interface AdvisoryRows {
  find(id: string): AdvisoryRow | undefined
  /** Its number; undefined when there is one of this id. */
  insert(advisory: Storable, part: number): number | undefined
  /** Writes what differs, and nothing where nothing does. */
  replace(number: number, advisory: Storable, part: number): void
  remove(number: number): void
  recordAt(number: number): string
  setSeveral(number: number, several: 0 | 1): void
  /** Numbers of those that only this part speaks of. */
  ofPartAlone(part: number): Iterable<number>
  /** Writes how many advisories of each part speak of each ecosystem. */
  recordCounts(): void
}

/** `changing`: the index is one that changes, and the ids that do are to be kept in `temp.touched`. */
export function advisoryRows(database: DatabaseSync, changing: boolean): AdvisoryRows {
  if (changing) database.exec('CREATE TEMP TABLE touched (id TEXT PRIMARY KEY) WITHOUT ROWID')
  const selected = 'SELECT number, modified, part, several, record'
  const byId = database.prepare(`${selected} FROM advisories WHERE id = ?`)
  const byNumber = database.prepare(`${selected}, id FROM advisories WHERE number = ?`)
  const alone = database.prepare('SELECT number FROM advisories WHERE part = ? AND several = 0')
  const add = database.prepare(
    'INSERT INTO advisories (id, modified, part, record) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const update = database.prepare('UPDATE advisories SET modified = ?, part = ?, record = ? WHERE number = ?')
  const setTime = database.prepare('UPDATE advisories SET modified = ?, part = ? WHERE number = ?')
  const setSeveral = database.prepare('UPDATE advisories SET several = ? WHERE number = ?')
  const forget = database.prepare('DELETE FROM advisories WHERE number = ?')
  const setHead = database.prepare('INSERT OR REPLACE INTO heads (number, head) VALUES (?, ?)')
  const forgetHead = database.prepare('DELETE FROM heads WHERE number = ?')
  const addName = database.prepare('INSERT INTO names (ecosystem, name, advisory, entries) VALUES (?, ?, ?, ?)')
  const forgetName = database.prepare('DELETE FROM names WHERE ecosystem = ? AND name = ? AND advisory = ?')
  const touch = changing ? database.prepare('INSERT OR IGNORE INTO temp.touched VALUES (?)') : undefined
  const counts = ecosystemCounts(database)

  const rowAt = (number: number): AdvisoryRow & { id: string } =>
    byNumber.get(number) as unknown as AdvisoryRow & { id: string }

  function rename(number: number, before: readonly PackageName[], now: Storable['names']): void {
    for (const { ecosystem, name } of before) forgetName.run(ecosystem, name, number)
    for (const { ecosystem, name, entries } of now) addName.run(ecosystem, name, number, entries)
  }

  return {
    find: (id) => byId.get(id) as AdvisoryRow | undefined,
    insert({ id, modified, record, head, names }, part) {
      const { changes, lastInsertRowid } = add.run(id, modified, part, record)
      if (changes === 0) return undefined
      const number = Number(lastInsertRowid)
      setHead.run(number, head)
      rename(number, [], names)
      counts.add(names, part, 1)
      touch?.run(id)
      return number
    },
    replace(number, next, part) {
      const before = rowAt(number)
      if (before.part === part && isSame(before, next)) return
      const names = packagesOf(stored('', before.record))
      counts.add(names, before.part, -1)
      counts.add(next.names, part, 1)
      setHead.run(number, next.head)
      if (before.record === next.record) {
        setTime.run(next.modified, part, number)
        return
      }
      update.run(next.modified, part, next.record, number)
      rename(number, names, next.names)
      touch?.run(before.id)
    },
    remove(number) {
      const { id, part, record } = rowAt(number)
      const names = packagesOf(stored('', record))
      rename(number, names, [])
      counts.add(names, part, -1)
      forgetHead.run(number)
      forget.run(number)
      touch?.run(id)
    },
    recordAt: (number) => rowAt(number).record,
    setSeveral: (number, several) => void setSeveral.run(several, number),
    *ofPartAlone(part) {
      for (const { number } of alone.iterate(part)) yield Number(number)
    },
    recordCounts: counts.record,
  }
}

function ecosystemCounts(database: DatabaseSync) {
  const differences = new Map<number, Map<string, number>>()
  return {
    add(names: readonly PackageName[], part: number, one: 1 | -1): void {
      const ofPart = differences.get(part) ?? new Map<string, number>()
      differences.set(part, ofPart)
      const ecosystems = names.length < 2 ? names : new Map(names.map((name) => [name.ecosystem, name])).values()
      for (const { ecosystem } of ecosystems) ofPart.set(ecosystem, (ofPart.get(ecosystem) ?? 0) + one)
    },
    record(): void {
      const write = database.prepare(
        `INSERT INTO ecosystem_parts (ecosystem, part, advisories) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET advisories = advisories + excluded.advisories`,
      )
      for (const [part, ofPart] of differences) {
        for (const [ecosystem, difference] of ofPart) if (difference !== 0) write.run(ecosystem, part, difference)
      }
      database.exec('DELETE FROM ecosystem_parts WHERE advisories = 0')
      differences.clear()
    },
  }
}
