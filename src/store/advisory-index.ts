// The advisory index: a read-only SQLite file, looked up by ecosystem (with its release) and name of the package.

import { randomUUID } from 'node:crypto'
import { copyFile, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Advisory, AdvisoryLookup, FeedAge, FeedBegins, FeedItem } from '../model/advisory.ts'
import { comparableName } from '../model/package-name.ts'
import type { AdvisoryAge } from '../model/result.ts'
import { keepBack, recordChanges } from './advisory-history.ts'
import { schemaVersion } from './advisory-schema.ts'
import { advisoryWriter, counts, makeTables, summarize, type Written } from './advisory-writer.ts'

/** Where an index comes from and when it was built (ISO 8601, UTC). */
export interface About {
  builtAt: string
  /** `starter`, or the folder that it was built from. */
  origin: string
}

export interface AdvisoryIndex extends AdvisoryLookup {
  age(): AdvisoryAge
  contents(): Omit<Written, 'unnamed'>
  /** Of this very index; an index that is built over it knows it. */
  readonly generation: string
  /**
   * The packages of which some advisory says something else than in that generation, or is new or gone; undefined when that
   * is not known and everything may have changed. What is known to be exploited, and how likely that is, does not count.
   */
  changedSince(generation: string): Iterable<{ ecosystem: string; name: string }> | undefined
  /** Days on which support ends, by ecosystem with its release or product. */
  ends(): ReadonlyMap<string, string>
  close(): void
}

export type FeedItems = AsyncIterable<FeedItem | FeedBegins>

/**
 * Replaces the index in `file` when all items are in it and on disk; until then, and whenever this fails, the one before
 * stays. Several builds at a time do not harm each other: the last to finish counts. A part of a feed that comes from the
 * same origin as before and has lost nine tenths of its records keeps its former state, unless it is `accepted`.
 */
export async function buildAdvisoryIndex(
  items: FeedItems,
  file: string,
  about: () => About,
  accepted: readonly string[] = [],
): Promise<Written> {
  await removeAbandoned(file)
  const unfinished = `${file}.${process.pid}.${randomUUID()}.tmp`
  try {
    const written = await write(items, unfinished, { about, former: isIndex(file) ? file : undefined, accepted })
    if (written.advisories === 0) throw new NothingToIndex()
    await toDisk(unfinished)
    await rename(unfinished, file)
    await toDisk(dirname(file))
    return written
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** There was not one advisory: an index of it would only hide the one before. */
export class NothingToIndex extends Error {
  constructor() {
    super('no advisory could be read')
  }
}

/** Throws when the file is not an index of this version. */
export function openAdvisoryIndex(file: string): AdvisoryIndex {
  let database
  try {
    database = new DatabaseSync(file, { readOnly: true })
    const version = database.prepare('PRAGMA user_version').get()!['user_version']
    if (version !== schemaVersion) throw new Error(`it has version ${version}, not ${schemaVersion}`)
    return reader(database)
  } catch (error) {
    database?.close()
    const reason = (error as Error).message
    throw new Error(`${file} is no advisory index (${reason}): make it anew with plimsoll db build`, { cause: error })
  }
}

/** What a look for new data found of a feed: that what is there is the newest, or why nobody knows. */
export type Renewal = { feed: string } & ({ asOf: string } | { problem: string })

/**
 * The same index with what is known of the age of its feeds: for a day on which none of them has changed. What was kept back
 * stays as old as it is.
 */
export async function renewAdvisoryIndex(file: string, renewals: readonly Renewal[]): Promise<void> {
  await removeAbandoned(file)
  const unfinished = `${file}.${process.pid}.${randomUUID()}.tmp`
  try {
    await copyFile(file, unfinished)
    const database = new DatabaseSync(unfinished, { defensive: false })
    try {
      database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;')
      const renew = database.prepare('UPDATE parts SET as_of = ? WHERE feed = ? AND problem IS NULL')
      const fail = database.prepare('UPDATE parts SET problem = coalesce(problem, ?) WHERE feed = ?')
      for (const one of renewals) {
        if ('asOf' in one) renew.run(one.asOf, one.feed)
        else fail.run(one.problem, one.feed)
      }
    } finally {
      database.close()
    }
    await toDisk(unfinished)
    await rename(unfinished, file)
    await toDisk(dirname(file))
  } finally {
    await rm(unfinished, { force: true })
  }
}

function isIndex(file: string): boolean {
  try {
    openAdvisoryIndex(file).close()
    return true
  } catch {
    return false
  }
}

/** An index without a file, for a set that is small. */
export async function advisoryIndexInMemory(items: FeedItems, about: () => About): Promise<AdvisoryIndex> {
  const database = new DatabaseSync(':memory:')
  await fill(database, items, { about, former: undefined, accepted: [] })
  return reader(database)
}

interface Filling {
  about: () => About
  /** The path of the index that this one takes the place of. */
  former: string | undefined
  accepted: readonly string[]
}

async function fill(database: DatabaseSync, items: FeedItems, { about, former, accepted }: Filling): Promise<Written> {
  makeTables(database)
  if (former !== undefined) database.prepare('ATTACH DATABASE ? AS before').run(former)
  database.exec('BEGIN')
  const writer = advisoryWriter(database, dayAfter())
  for await (const item of items) writer.add(item)
  const { unnamed } = writer.finish()
  const { builtAt, origin } = about()
  if (former !== undefined && originOf(database) === origin) keepBack(database, accepted)
  summarize(database)
  recordChanges(database, former !== undefined)
  const setMeta = database.prepare('INSERT INTO main.meta (key, value) VALUES (?, ?)')
  for (const [key, value] of Object.entries({ builtAt, origin })) setMeta.run(key, value)
  database.exec('COMMIT')
  return { unnamed, ...counts(database), feeds: feedAges(database) }
}

function originOf(database: DatabaseSync): unknown {
  return database.prepare("SELECT value FROM before.meta WHERE key = 'origin'").get()?.['value']
}

/** Clocks differ by hours, not by more than a day. */
function dayAfter(): string {
  return new Date(Date.now() + 86_400_000).toISOString()
}

async function write(items: FeedItems, file: string, filling: Filling): Promise<Written> {
  // Or SQLite would keep a journal all the same, for files that somebody else might read.
  const database = new DatabaseSync(file, { defensive: false })
  try {
    return await fill(database, items, filling)
  } finally {
    database.close()
  }
}

async function toDisk(path: string): Promise<void> {
  const handle = await open(path)
  await handle.sync().finally(() => handle.close())
}

/** What builds left behind that were killed. */
async function removeAbandoned(file: string): Promise<void> {
  const folder = dirname(file)
  const prefix = `${basename(file)}.`
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue
    const pid = Number(name.slice(prefix.length).split('.', 1)[0])
    if (!isRunning(pid)) await rm(join(folder, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function reader(database: DatabaseSync): AdvisoryIndex {
  const meta = new Map(
    database
      .prepare('SELECT key, value FROM meta')
      .all()
      .map(({ key, value }) => [key, String(value)]),
  )
  const contents = { ...counts(database), feeds: feedAges(database) }
  const origin = meta.get('origin') ?? ''
  const exploited = new Set(
    database
      .prepare('SELECT id FROM exploited')
      .all()
      .map(({ id }) => String(id)),
  )
  const estimate = database.prepare('SELECT probability, percentile FROM epss WHERE id = ?')
  const partsOf = database.prepare(
    `${selectAges} JOIN ecosystem_parts e ON e.part = parts.number WHERE ecosystem = ? ORDER BY feed, parts.part`,
  )
  const named = database.prepare(
    'SELECT modified, record FROM names JOIN advisories ON number = advisory WHERE ecosystem = ? AND name = ? ORDER BY id',
  )
  const find = remembering((ecosystem, name) => named.all(ecosystem, name) as unknown as StoredRecord[])
  const judged = new Map<string, readonly FeedAge[]>()
  const feedsOf = (ecosystem: string): readonly FeedAge[] => {
    const known = judged.get(ecosystem) ?? partsOf.all(ecosystem).map(toFeedAge)
    judged.set(ecosystem, known)
    return known
  }
  return {
    judges(ecosystem) {
      const advisories = contents.ecosystems[ecosystem]
      if (advisories === undefined) return undefined
      const feeds = feedsOf(ecosystem)
      return { advisories, starter: origin === 'starter', ...(feeds.length > 0 ? { feeds } : {}) }
    },
    find: (ecosystem, name) => find(ecosystem, comparableName(ecosystem, name)),
    exploited: (id) => exploited.has(id),
    epss(id) {
      const row = estimate.get(id)
      return row && { probability: Number(row['probability']), percentile: Number(row['percentile']) }
    },
    age: () => ({ builtAt: meta.get('builtAt') ?? '', origin, advisories: contents.advisories }),
    contents: () => contents,
    ends: () =>
      new Map(
        database
          .prepare('SELECT of, day FROM ends')
          .all()
          .map((row) => [String(row['of']), String(row['day'])]),
      ),
    ...history(database),
    close: () => database.close(),
  }
}

function history(database: DatabaseSync): Pick<AdvisoryIndex, 'generation' | 'changedSince'> {
  const newest = database.prepare('SELECT id FROM generations ORDER BY number DESC LIMIT 1').get()
  const known = database.prepare('SELECT number FROM generations WHERE id = ?')
  const since = database.prepare('SELECT DISTINCT ecosystem, name FROM changes WHERE generation > ?')
  return {
    generation: String(newest?.['id'] ?? ''),
    changedSince(generation) {
      const from = known.get(generation)
      return from && changed(since.iterate(Number(from['number'])))
    },
  }
}

function* changed(rows: Iterable<Record<string, unknown>>): Generator<{ ecosystem: string; name: string }> {
  for (const { ecosystem, name } of rows) yield { ecosystem: String(ecosystem), name: String(name) }
}

const selectAges = 'SELECT feed, parts.part AS part, as_of, newest, records, problem FROM parts'

function feedAges(database: DatabaseSync): FeedAge[] {
  return database.prepare(`${selectAges} ORDER BY feed, part`).all().map(toFeedAge)
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

interface StoredRecord {
  modified: string
  record: string
}

function toAdvisory({ modified, record }: StoredRecord): Advisory {
  try {
    return { ...(JSON.parse(record) as Advisory), modified }
  } catch (cause) {
    throw new Error('a record of the advisory index is damaged: make it anew with plimsoll db build', { cause })
  }
}

/** Characters of JSON whose parsed records are kept, most recently used last. */
const remembered = 16 * 2 ** 20

function remembering(records: (ecosystem: string, name: string) => StoredRecord[]): AdvisoryLookup['find'] {
  const kept = new Map<string, { advisories: readonly Advisory[]; size: number }>()
  let total = 0
  return (ecosystem, name) => {
    const key = `${ecosystem}\n${name}`
    let found = kept.get(key)
    if (found) {
      kept.delete(key)
    } else {
      const stored = records(ecosystem, name)
      const size = stored.reduce((sum, { record }) => sum + record.length, key.length)
      found = { advisories: stored.map(toAdvisory), size }
      total += size
    }
    kept.set(key, found)
    for (const [oldest, { size }] of kept) {
      if (total <= remembered) break
      kept.delete(oldest)
      total -= size
    }
    return found.advisories
  }
}
