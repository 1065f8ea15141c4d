// What several parts say under one id, or one part several times, in an index that is being written: a bucket holds one
// record under each ecosystem that it names, and feeds know of each other's vulnerabilities.

import type { DatabaseSync } from 'node:sqlite'
import { foldAll, isSame, storable, stored, type Dated, type Storable } from './advisory-record.ts'
import type { AdvisoryRow, AdvisoryRows } from './advisory-rows.ts'

export interface Told {
  /** What only one part has said until now is what it said first. */
  begin(row: AdvisoryRow): void
  /** The part says it once more, after `times` times; returns how often it has said something of this id that differs. */
  add(number: number, part: number, advisory: Storable, times: number): number
  /** Takes back what a part said, after the first `times` times. */
  trim(part: number, times: (number: number) => number): void
  /** Makes of all that is said what is found. */
  fold(): void
}

interface ToldRow {
  advisory: number
  part: number
  nth: number
  modified: string
  record: string | null
}

/** Parts are read in any order, and fold in that of their names. */
const inOrder = `SELECT told.part AS part, feed, replaces, nth, modified, record
  FROM told JOIN parts ON number = told.part WHERE advisory = ? ORDER BY feed, parts.part, nth`

export function toldRows(database: DatabaseSync, rows: AdvisoryRows): Told {
  const all = database.prepare(inOrder)
  const ofPart = database.prepare(
    `SELECT told.modified AS modified, coalesce(told.record, advisories.record) AS record FROM told
     JOIN advisories ON number = advisory WHERE advisory = ? AND told.part = ? AND nth <= ? ORDER BY nth`,
  )
  const put = database.prepare(
    'INSERT OR REPLACE INTO told (advisory, part, nth, modified, record) VALUES (?, ?, ?, ?, ?)',
  )
  const said = database.prepare('SELECT advisory, nth FROM told WHERE part = ?')
  const forget = database.prepare('DELETE FROM told WHERE advisory = ? AND part = ? AND nth = ?')
  const setRecord = database.prepare('UPDATE told SET record = ? WHERE advisory = ? AND part = ? AND nth = ?')
  /** Advisories of which something else is said than what they were folded from. */
  const differing = new Set<number>()

  function foldOne(number: number): void {
    const found = all.all(number) as unknown as (ToldRow & { feed: string; replaces: string })[]
    const record = rows.recordAt(number)
    const sayings = found.map((one) => ({
      ...one,
      replaces: JSON.parse(one.replaces) as string[],
      text: one.record ?? record,
      advisory: stored(one.modified, one.record ?? record),
    }))
    const [first, ...others] = sayings
    if (!first) return rows.remove(number)
    const { advisory, from } = foldAll([first, ...others])
    const next = storable(advisory)
    rows.replace(number, next, from.part)
    if (others.length === 0) {
      forget.run(number, first.part, first.nth)
      rows.setSeveral(number, 0)
      return
    }
    for (const one of sayings) {
      const kept = one.text === next.record ? null : one.text
      if (kept !== one.record) setRecord.run(kept, number, one.part, one.nth)
    }
  }

  return {
    begin({ number, part, modified }) {
      put.run(number, part, 0, modified, null)
      rows.setSeveral(number, 1)
    },
    add(number, part, advisory, times) {
      const before = ofPart.all(number, part, times) as unknown as Dated[]
      if (before.slice(0, times).some((one) => isSame(one, advisory))) return times
      if (!before[times] || !isSame(before[times], advisory)) {
        put.run(number, part, times, advisory.modified, advisory.record)
        differing.add(number)
      }
      return times + 1
    },
    trim(part, times) {
      const gone: { advisory: number; nth: number }[] = []
      for (const row of said.iterate(part)) {
        const { advisory, nth } = row as unknown as ToldRow
        if (nth >= times(advisory)) gone.push({ advisory, nth })
      }
      for (const { advisory, nth } of gone) {
        forget.run(advisory, part, nth)
        differing.add(advisory)
      }
    },
    fold() {
      for (const number of differing) foldOne(number)
      differing.clear()
    },
  }
}
