// Names by which people ask who is affected: of packages however they are written, and of announcements of several vulnerabilities.

import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const askedNames: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}

const statements = [
  `create index packages_by_spelling on packages (left(regexp_replace(lower(name), '[-_.]+', '-', 'g'), 200))`,
  `create index vulnerabilities_by_announcement on vulnerabilities using gin ((more -> 'says') jsonb_path_ops)
    where more ? 'says'`,
]
