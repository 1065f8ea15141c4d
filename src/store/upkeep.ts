// PGlite has no autovacuum: without statistics its planner takes every table for a tiny one, and a query that should
// take a tenth of a second takes a minute. So the store itself runs VACUUM ANALYZE, as PostgreSQL's would.
// https://www.postgresql.org/docs/15/routine-vacuuming.html

import { sql } from 'kysely'
import type { Database } from './database.ts'

const first = 1_000
const atMost = 100_000

/** To be told how many rows a call wrote, roughly; does the upkeep when enough have been written. */
export function upkeepOf(db: Database): (rows: number) => Promise<void> {
  let written = 0
  let due = first
  return async (rows) => {
    written += rows
    if (written < due) return
    written = 0
    due = Math.min(due * 2, atMost)
    await sql`vacuum analyze`.execute(db)
  }
}
