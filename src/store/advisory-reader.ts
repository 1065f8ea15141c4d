// The advisory index as it is read: looked up by ecosystem (with its release) and name of the package.

import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { Advisory, AdvisoryLookup, FeedAge } from '../model/advisory.ts'
import { comparableName } from '../model/package-name.ts'
import type { AdvisoryAge } from '../model/result.ts'
import { agesByEcosystem, feedAges } from './advisory-parts.ts'
import { readExcerpts } from './advisory-excerpt.ts'
import { schemaVersion } from './advisory-schema.ts'
import { counts, type Written } from './advisory-writer.ts'

export interface AdvisoryIndex extends AdvisoryLookup {
  age(): AdvisoryAge
  contents(): Written
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

/** Throws when the file is not an index of this version. */
export function openAdvisoryIndex(file: string): AdvisoryIndex {
  let database
  try {
    // Nobody writes in this file while it is there: without it, SQLite locks the file for each look-up and asks what is new.
    const url = pathToFileURL(resolve(file))
    url.searchParams.set('immutable', '1')
    database = new DatabaseSync(url, { readOnly: true })
    const version = database.prepare('PRAGMA user_version').get()!['user_version']
    if (version !== schemaVersion) throw new Error(`it has version ${version}, not ${schemaVersion}`)
    return indexReader(database)
  } catch (error) {
    database?.close()
    const reason = (error as Error).message
    throw new Error(`${file} is no advisory index (${reason}): make it anew with plimsoll db build`, { cause: error })
  }
}

/** Of a database that holds one. */
export function indexReader(database: DatabaseSync): AdvisoryIndex {
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
  const agesOf = agesByEcosystem(database)
  // One text for all, that is read at once. Not in an order here: SQLite would copy each record once more to sort them.
  const named = database.prepare(
    `SELECT '[' || group_concat(head || ',' || entries) || ']' AS said
     FROM names CROSS JOIN heads ON number = advisory WHERE ecosystem = ? AND name = ?`,
  )
  const find = remembering((ecosystem, name) => named.get(ecosystem, name)?.['said'] as string | null)
  const judged = new Map<string, readonly FeedAge[]>()
  const feedsOf = (ecosystem: string): readonly FeedAge[] => {
    const known = judged.get(ecosystem) ?? agesOf(ecosystem)
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
      // FIRST estimates nothing else, and most names of a vulnerability are none.
      const row = id.startsWith('CVE-') ? estimate.get(id) : undefined
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

function toAdvisories(said: string, ecosystem: string, name: string): readonly Advisory[] {
  try {
    return readExcerpts(said, ecosystem, name).toSorted(byId)
  } catch (cause) {
    throw new Error('a record of the advisory index is damaged: make it anew with plimsoll db build', { cause })
  }
}

function byId(one: Advisory, other: Advisory): number {
  return one.id < other.id ? -1 : 1
}

const none: readonly Advisory[] = []

/** Characters of JSON whose parsed records are kept, most recently used last. */
const remembered = 16 * 2 ** 20

function remembering(read: (ecosystem: string, name: string) => string | null): AdvisoryLookup['find'] {
  const kept = new Map<string, { advisories: readonly Advisory[]; size: number }>()
  let total = 0
  const forgetOldest = (): void => {
    for (const [oldest, { size }] of kept) {
      if (total <= remembered) return
      kept.delete(oldest)
      total -= size
    }
  }
  return (ecosystem, name) => {
    const key = `${ecosystem}\n${name}`
    let found = kept.get(key)
    if (found) {
      kept.delete(key)
    } else {
      const said = read(ecosystem, name)
      const advisories = said === null ? none : toAdvisories(said, ecosystem, name)
      found = { advisories, size: key.length + (said?.length ?? 0) }
      total += found.size
    }
    kept.set(key, found)
    if (total > remembered) forgetOldest()
    return found.advisories
  }
}
