// The images of which not every package was judged, so that they can be counted without going through all that were.

import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { runStatements } from './statements.ts'

export const unjudgedImages: Migration = {
  up: (db: Kysely<unknown>) => runStatements(db, statements),
}

const statements = [
  `create table unjudged_images (image text primary key references images)`,
  `insert into unjudged_images
    select i.id from images i
      left join newest_evidence n on n.resource = i.id and n.task = 'vulnerabilities' and n.engine = 'plimsoll'
      left join evidence e on e.seq = n.seq
      where e.seq is null or e.depth_done < e.depth_of`,
]
