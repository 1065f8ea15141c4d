// What was loaded of each ecosystem when packages of it were judged, by whoever judged them. Until now it was kept only of those
// that were judged because an index had changed, and not of those that were judged as an image was read.

import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { runStatements } from './statements.ts'

export const judgedEcosystems: Migration = {
  up: (db: Kysely<unknown>) => runStatements(db, statements),
}

const statements = [
  `create table judged_ecosystems (
    ecosystem text primary key,
    loaded text not null
  )`,
  // No index has loaded that: all is judged anew once.
  `insert into judged_ecosystems select distinct ecosystem, 'not known' from package_lookups`,
  `alter table rematches drop column ecosystems`,
]
