import { sql, type Kysely } from 'kysely'

/** One after the other: each may need what those before it made. */
export async function runStatements(db: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
