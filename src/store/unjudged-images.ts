// Images of which not every package could be judged, or that were never looked at: kept as rows of their own, for of a large
// estate they are few.

import { sql, type Transaction } from 'kysely'
import type { Scope } from '../model/team.ts'
import type { Database } from './database.ts'
import { within } from './scope.ts'
import type { Tables } from './tables.ts'

/** An image that was read, again or for the first time. */
export async function noteImage(db: Transaction<Tables>, image: string): Promise<void> {
  await sql`
    insert into unjudged_images (image)
    select ${image} where not exists (
      select from newest_evidence where resource = ${image} and task = 'vulnerabilities' and engine = 'plimsoll')
    on conflict do nothing`.execute(db)
}

/** After the newest evidence of these resources was written; what are no images is left out. */
export async function noteEvidence(db: Transaction<Tables>, resources: readonly string[]): Promise<void> {
  await sql`
    with said as materialized (
      select i.id as image, e.depth_done >= e.depth_of as whole
        from newest_evidence n join evidence e on e.seq = n.seq join images i on i.id = n.resource
        where n.resource = any(${[...resources]}::text[]) and n.task = 'vulnerabilities' and n.engine = 'plimsoll'
    ), done as (
      delete from unjudged_images where image in (select image from said where whole)
    )
    insert into unjudged_images (image) select image from said where not whole on conflict do nothing`.execute(db)
}

export async function imagesNotJudged(db: Database, scope: Scope): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from unjudged_images o
      where exists (select from subjects s where s.subject = o.image and ${within(scope, 's.team')})`.execute(db)
  return rows[0]!.count
}
