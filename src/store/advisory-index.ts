// Makes the advisory index: anew from all feeds, or from the one before it and what has changed. Either way a file of its own
// takes the place of the former one when it is whole: nobody ever sees half an index.

import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { FeedBegins, FeedItem } from '../model/advisory.ts'
import { beginGenerations, keepBack, recordChanges, recordKept, takeOverChanges } from './advisory-history.ts'
import { feedAges } from './advisory-parts.ts'
import { indexReader, openAdvisoryIndex, type AdvisoryIndex } from './advisory-reader.ts'
import { changeParts, type FeedPart } from './advisory-changes.ts'
import { advisoryWriter, counts, makeTables, setUp, type Written } from './advisory-writer.ts'

/** Where an index comes from and when it was built (ISO 8601, UTC). */
export interface About {
  builtAt: string
  /** `starter`, or the folder that it was built from. */
  origin: string
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
  return inPlaceOf(file, async (unfinished) => {
    const former = isIndex(file) ? file : undefined
    const written = await inDatabase(unfinished, (database) => fill(database, items, { about, former, accepted }))
    if (written.advisories === 0) throw new NothingToIndex()
    return written
  })
}

/**
 * The same as building it anew from all the parts, at the cost of those that are made of other files than in the index before:
 * only they are read, and only what differs is written. Undefined where there are none: then nothing but their age is new.
 */
export async function updateAdvisoryIndex(
  parts: readonly FeedPart[],
  file: string,
  { builtAt, accepted = [] }: { builtAt: string; accepted?: readonly string[] },
): Promise<Written | undefined> {
  return inPlaceOf(file, async (unfinished) => {
    for (;;) {
      // Shared with the former file where the file system can do that.
      await copyFile(file, unfinished, constants.COPYFILE_FICLONE)
      const written = await inDatabase(unfinished, async (database) => {
        if (!attachFormer(database, file)) return 'overtaken'
        const isChanged = await changeParts(database, parts, { builtAt, accepted, latest: dayAfter() })
        return isChanged ? toWritten(database) : undefined
      })
      if (written === 'overtaken') continue
      if (written?.advisories === 0) throw new NothingToIndex()
      return written
    }
  })
}

/** There was not one advisory: an index of it would only hide the one before. */
export class NothingToIndex extends Error {
  constructor() {
    super('no advisory could be read')
  }
}

/** An index without a file, for a set that is small. */
export async function advisoryIndexInMemory(items: FeedItems, about: () => About): Promise<AdvisoryIndex> {
  const database = new DatabaseSync(':memory:')
  await fill(database, items, { about, former: undefined, accepted: [] })
  return indexReader(database)
}

async function inPlaceOf<T>(file: string, make: (unfinished: string) => Promise<T>): Promise<T> {
  await removeAbandoned(file)
  const unfinished = `${file}.${process.pid}.${randomUUID()}.tmp`
  try {
    const made = await make(unfinished)
    await toDisk(unfinished)
    await rename(unfinished, file)
    await toDisk(dirname(file))
    return made
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function inDatabase<T>(file: string, work: (database: DatabaseSync) => Promise<T>): Promise<T> {
  // Or SQLite would keep a journal all the same, for files that somebody else might read.
  const database = new DatabaseSync(file, { defensive: false })
  try {
    setUp(database)
    return await work(database)
  } finally {
    database.close()
  }
}

interface Filling {
  about: () => About
  /** The path of the index that this one takes the place of. */
  former: string | undefined
  accepted: readonly string[]
}

async function fill(database: DatabaseSync, items: FeedItems, { about, former, accepted }: Filling): Promise<Written> {
  makeTables(database)
  if (former !== undefined) database.prepare('ATTACH DATABASE ? AS former').run(former)
  database.exec('BEGIN')
  const writer = advisoryWriter(database, { latest: dayAfter(), changing: false })
  for await (const item of items) writer.add(item)
  const { builtAt, origin } = about()
  const isNext = former !== undefined && originOf(database) === origin
  const kept = isNext ? keepBack(database, writer, { accepted, ofAll: true }) : []
  writer.finish()
  recordKept(database, kept)
  if (former === undefined) beginGenerations(database)
  else {
    takeOverChanges(database)
    recordChanges(database, { touched: false })
  }
  const setMeta = database.prepare('INSERT INTO main.meta (key, value) VALUES (?, ?)')
  for (const [key, value] of Object.entries({ builtAt, origin })) setMeta.run(key, value)
  database.exec('COMMIT')
  return toWritten(database)
}

/** False when it is another one than was copied. */
function attachFormer(database: DatabaseSync, file: string): boolean {
  database.prepare('ATTACH DATABASE ? AS former').run(file)
  const [one, other] = ['main', 'former'].map(
    (name) => database.prepare(`SELECT id FROM ${name}.generations ORDER BY number DESC LIMIT 1`).get()?.['id'],
  )
  return one === other
}

function toWritten(database: DatabaseSync): Written {
  return { ...counts(database), feeds: feedAges(database) }
}

function originOf(database: DatabaseSync): unknown {
  return database.prepare("SELECT value FROM former.meta WHERE key = 'origin'").get()?.['value']
}

function isIndex(file: string): boolean {
  try {
    openAdvisoryIndex(file).close()
    return true
  } catch {
    return false
  }
}

/** Clocks differ by hours, not by more than a day. */
function dayAfter(): string {
  return new Date(Date.now() + 86_400_000).toISOString()
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
