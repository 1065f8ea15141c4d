// The parts of feeds of which something has changed, read into an index that has the others already.

import type { DatabaseSync } from 'node:sqlite'
import type { FeedBegins, FeedItem } from '../model/advisory.ts'
import { isAccepted, keepBack, recordChanges, recordKept } from './advisory-history.ts'
import { advisoryWriter } from './advisory-writer.ts'

/** A part of a feed as it is now. */
export interface FeedPart extends FeedBegins {
  asOf: string
  madeOf: string
  read(): AsyncIterable<FeedItem | FeedBegins>
}

export interface Updating {
  builtAt: string
  accepted: readonly string[]
  latest: string
}

interface PartState {
  feed: string
  part: string
  made_of: string | null
  kept: string | null
  /** JSON. */
  replaces: string
}

/** `parts` are all that there are; the index as it was is attached as `former`. Whether anything was read. */
export async function changeParts(
  database: DatabaseSync,
  parts: readonly FeedPart[],
  { builtAt, accepted, latest }: Updating,
): Promise<boolean> {
  const known = database
    .prepare('SELECT feed, part, made_of, kept, replaces FROM main.parts')
    .all() as unknown as PartState[]
  const before = new Map(known.map((state) => [keyOf(state), state]))
  const now = new Set(parts.map(keyOf))
  const changed = parts.filter((part) => {
    const state = before.get(keyOf(part))
    return state?.made_of !== part.madeOf || (state.kept !== null && isAccepted(part, accepted))
  })
  const gone = known.filter((state) => !now.has(keyOf(state)) && !isKeptAsGone(state, accepted))
  database.exec('BEGIN')
  renewAges(database, parts)
  if (changed.length + gone.length > 0) {
    const writer = advisoryWriter(database, { latest, changing: true })
    for (const { feed, part, replaces } of gone) {
      writer.add({ kind: 'begin', feed, part, replaces: JSON.parse(replaces) as string[] })
    }
    for (const { read, ...begins } of changed) {
      writer.add(begins)
      for await (const item of read()) writer.add(item)
    }
    const kept = keepBack(database, writer, { accepted, ofAll: false })
    writer.finish()
    recordKept(database, kept)
    removeParts(database, gone)
    recordChanges(database, { touched: true })
    database.prepare("UPDATE main.meta SET value = ? WHERE key = 'builtAt'").run(builtAt)
  }
  database.exec('COMMIT')
  return changed.length + gone.length > 0
}

/** Of which nothing could be read before either. */
function isKeptAsGone(state: PartState, accepted: readonly string[]): boolean {
  return state.kept !== null && state.made_of === null && !isAccepted(state, accepted)
}

/** What was kept back stays as old as it is. */
function renewAges(database: DatabaseSync, parts: readonly FeedPart[]): void {
  const renew = database.prepare(
    'UPDATE main.parts SET as_of = iif(kept IS NULL, ?, as_of), problem = ? WHERE feed = ? AND part = ?',
  )
  for (const { feed, part, asOf, problem = null } of parts) renew.run(asOf, problem, feed, part)
}

function removeParts(database: DatabaseSync, gone: readonly PartState[]): void {
  const remove = database.prepare('DELETE FROM main.parts WHERE feed = ? AND part = ? AND kept IS NULL')
  for (const { feed, part } of gone) remove.run(feed, part)
}

function keyOf({ feed, part }: { feed: string; part: string }): string {
  return `${feed}\n${part}`
}
