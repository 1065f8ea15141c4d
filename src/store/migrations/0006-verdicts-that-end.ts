// Until when the verdicts on an image's signatures hold: certificates expire, and revocation lists have to be renewed.

import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { runStatements } from './statements.ts'

export const verdictsThatEnd: Migration = {
  up: (db: Kysely<unknown>) => runStatements(db, statements),
}

const statements = [
  `alter table image_origins add column good_until timestamptz`,
  `create index image_origins_by_end on image_origins (good_until)`,
  // Until now nobody noted when a certificate ends: those of Notation are judged anew.
  `update image_origins o set trust = 'unknown' from images i
    where i.id = o.image and jsonb_path_exists(i.index, '$.origin.signatures[*] ? (@.kind == "notation")')`,
]
