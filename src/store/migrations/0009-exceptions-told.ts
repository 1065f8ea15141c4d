// What an exception says beside what is shown of it, so that one that only has another time or version is weighed again.

import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const exceptionsTold: Migration = {
  async up(db: Kysely<unknown>) {
    // Of none is it known: all are weighed anew once.
    await sql`alter table exceptions add column told text not null default ''`.execute(db)
  },
}
