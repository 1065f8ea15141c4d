// Names by which people ask who is affected: of packages however they are written, and of announcements of several vulnerabilities.

import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { runStatements } from './statements.ts'

export const askedNames: Migration = {
  up: (db: Kysely<unknown>) => runStatements(db, statements),
}

const statements = [
  `create index packages_by_spelling on packages (left(regexp_replace(lower(name), '[-_.]+', '-', 'g'), 200))`,
  `create index vulnerabilities_by_announcement on vulnerabilities using gin ((more -> 'says') jsonb_path_ops)
    where more ? 'says'`,
]
