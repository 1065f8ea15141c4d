// One SQL on two engines: PGlite in a folder of ours, or any PostgreSQL from version 15 on.

import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { migrations } from './migrations/list.ts'
import type { Tables } from './tables.ts'

export type Database = Kysely<Tables>

// Both engines give a bigint and a timestamptz differently; here both are what the model holds.
// https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat
const int8 = 20
const timestamptz = 1184
const parsers: Readonly<Record<number, (text: string) => unknown>> = { [int8]: Number, [timestamptz]: isoTime }

/** Opens PGlite on the folder, which is made when it is not there. */
export async function openEmbedded(folder: string): Promise<{ db: Database; pglite: PGlite }> {
  const pglite = await PGlite.create({ dataDir: folder, parsers })
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) })
  await migrate(db)
  return { db, pglite }
}

/** `url`: `postgres://person:password@machine:5432/name`. The password never gets into an error. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 8, types: { getTypeParser } })
  pool.on('error', () => {}) // an idle connection that breaks is replaced; the next query says what is wrong
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await refuseOldVersion(db)
    await migrate(db)
  } catch (error) {
    await db.destroy()
    // oxlint-disable-next-line preserve-caught-error -- the cause can hold the address with its password
    throw new Error(`could not open the database ${withoutPassword(url)}: ${messageOf(error)}`)
  }
  return db
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  if (error instanceof Error) return error.message
  // The file system inside PGlite throws objects of its own: `{ name: 'ErrnoError', errno: 20 }`.
  return typeof error === 'object' ? JSON.stringify(error) : String(error)
}

async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

async function refuseOldVersion(db: Database): Promise<void> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(db)
  const version = rows[0]?.version ?? '0'
  if (Number.parseInt(version, 10) < 15) throw new Error(`it is PostgreSQL ${version}; 15 or newer is needed`)
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return parsers[oid] ?? pg.types.getTypeParser(oid, format as 'text')
}

/** Whole seconds are written without a fraction, as the clock gives them. */
function isoTime(text: string): string {
  return new Date(text).toISOString().replace('.000Z', 'Z')
}

/** An unescaped `/`, `?` or `#` in a password makes the rest of it a path or a query, which the `@` after it gives away. */
export function withoutPassword(url: string): string {
  const parsed = URL.parse(url)
  const rest = parsed ? parsed.pathname + parsed.search + parsed.hash : '@'
  if (!parsed || rest.includes('@') || !/^(?:\/|$)/.test(parsed.pathname)) {
    return '(its address is not shown: write / ? # @ in a password as %2F %3F %23 %40)'
  }
  return `${parsed.hostname}:${parsed.port || '5432'}${parsed.pathname}`
}
