// The advisory index: a read-only SQLite file, looked up by ecosystem (with its release) and name of the package.

import { randomUUID } from 'node:crypto'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Advisory, AdvisoryLookup, FeedItem } from '../model/advisory.ts'
import type { AdvisoryAge } from '../model/result.ts'
import { schemaVersion } from './advisory-schema.ts'
import { advisoryWriter, counts, type Written } from './advisory-writer.ts'

/** Where an index comes from and when it was built (ISO 8601, UTC). */
export interface About {
  builtAt: string
  /** `starter`, or the folder that it was built from. */
  origin: string
}

export interface AdvisoryIndex extends AdvisoryLookup {
  age(): AdvisoryAge
  contents(): Omit<Written, 'unnamed'>
  close(): void
}

/**
 * Replaces the index in `file` when all items are in it and on disk; until then, and whenever this fails, the one before
 * stays. Several builds at a time do not harm each other: the last to finish counts.
 */
export async function buildAdvisoryIndex(
  items: AsyncIterable<FeedItem>,
  file: string,
  about: () => About,
): Promise<Written> {
  await removeAbandoned(file)
  const unfinished = `${file}.${process.pid}.${randomUUID()}.tmp`
  try {
    const written = await write(items, unfinished, about)
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

/** An index without a file, for a set that is small. */
export async function advisoryIndexInMemory(
  items: AsyncIterable<FeedItem>,
  about: () => About,
): Promise<AdvisoryIndex> {
  const database = new DatabaseSync(':memory:')
  await fill(database, items, about)
  return reader(database)
}

async function fill(database: DatabaseSync, items: AsyncIterable<FeedItem>, about: () => About): Promise<Written> {
  const writer = advisoryWriter(database)
  for await (const item of items) writer.add(item)
  return writer.finish(about())
}

async function write(items: AsyncIterable<FeedItem>, file: string, about: () => About): Promise<Written> {
  const database = new DatabaseSync(file)
  try {
    return await fill(database, items, about)
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
  const contents = counts(database)
  const origin = meta.get('origin') ?? ''
  const exploited = new Set(
    database
      .prepare('SELECT id FROM exploited')
      .all()
      .map(({ id }) => String(id)),
  )
  const estimate = database.prepare('SELECT probability, percentile FROM epss WHERE id = ?')
  const named = database.prepare(
    'SELECT number, record FROM names JOIN advisories ON number = advisory WHERE ecosystem = ? AND name = ? ORDER BY id',
  )
  const find = remembering((ecosystem, name) => named.all(ecosystem, name).map(({ record }) => String(record)))
  return {
    judges(ecosystem) {
      const advisories = contents.ecosystems[ecosystem]
      return advisories === undefined ? undefined : { advisories, starter: origin === 'starter' }
    },
    find,
    exploited: (id) => exploited.has(id),
    epss(id) {
      const row = estimate.get(id)
      return row && { probability: Number(row['probability']), percentile: Number(row['percentile']) }
    },
    age: () => ({ builtAt: meta.get('builtAt') ?? '', origin, advisories: contents.advisories }),
    contents: () => contents,
    close: () => database.close(),
  }
}

function toAdvisory(text: string): Advisory {
  try {
    return JSON.parse(text) as Advisory
  } catch (cause) {
    throw new Error('a record of the advisory index is damaged: make it anew with plimsoll db build', { cause })
  }
}

/** Characters of JSON whose parsed records are kept, most recently used last. */
const remembered = 16 * 2 ** 20

function remembering(records: (ecosystem: string, name: string) => string[]): AdvisoryLookup['find'] {
  const kept = new Map<string, { advisories: readonly Advisory[]; size: number }>()
  let total = 0
  return (ecosystem, name) => {
    const key = `${ecosystem}\n${name}`
    let found = kept.get(key)
    if (found) {
      kept.delete(key)
    } else {
      const texts = records(ecosystem, name)
      const size = texts.reduce((sum, text) => sum + text.length, key.length)
      found = { advisories: texts.map(toAdvisory), size }
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
