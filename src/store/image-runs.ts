// Which images a workload ran from when to when. A container that is made anew, as an image is changed under Docker, is
// another resource: it goes on where the one before it stopped when it has its kind, its name and its machine.

import { sql, type RawBuilder } from 'kysely'
import type { ImageRun } from '../model/history.ts'
import type { Scope } from '../model/team.ts'
import type { Database } from './database.ts'
import { within } from './scope.ts'

/** Newest runs that are looked at: a workload that changes each hour has them for a week. */
const mostRuns = 200

/** Rows `a` and `b` of resources are one workload at different times. */
export function isSameWorkload(a: string, b: string): RawBuilder<unknown> {
  const of = (row: string, column: string) => sql.ref(`${row}.${column}`)
  return sql`left(${of(a, 'name')}, 200) = left(${of(b, 'name')}, 200) and ${of(a, 'name')} = ${of(b, 'name')}
    and ${of(a, 'source')} = ${of(b, 'source')} and ${of(a, 'kind')} = ${of(b, 'kind')}
    and ${of(a, 'team')} = ${of(b, 'team')}
    and ${of(a, 'resource')} ->> 'runsOn' is not distinct from ${of(b, 'resource')} ->> 'runsOn'`
}

/** Whether vulnerabilities of the image in the column were ever looked for. */
export function isJudgedImage(image: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (select from newest_evidence e join evidence d on d.seq = e.seq
    where e.resource = ${image} and e.task = 'vulnerabilities' and d.depth_done > 0)`
}

/** A run, and since when the image has been judged. */
export interface StoredRun extends ImageRun {
  judgedAt?: string
}

/** Oldest first. */
export async function imageRuns(db: Database, scope: Scope, resource: string): Promise<StoredRun[]> {
  const { rows } = await sql<RunRow>`
    select u.image as id, coalesce(i.digest, substr(u.image, 7)) as digest, coalesce(i.name, substr(u.image, 7)) as name,
        u.first_seen as from, u.gone_at as to, ${isJudgedImage(sql`u.image`)} as judged, (
          select min(at) from evidence where resource = u.image and sub_layer = 'image' and task = 'vulnerabilities'
            and depth_done > 0) as judged_at
      from resources r join resources s on ${isSameWorkload('r', 's')}
        join image_uses u on u.resource = s.id left join images i on i.id = u.image
      where r.id = ${resource} and r.gone_at is null and ${within(scope, 'r.team')}
      order by u.first_seen desc, u.image limit ${mostRuns}`.execute(db)
  return rows.toReversed().map(({ to, judged, judged_at: judgedAt, ...run }) => ({
    ...run,
    ...(to === null ? {} : { to }),
    ...(judged ? {} : { unjudged: true as const }),
    ...(judgedAt === null ? {} : { judgedAt }),
  }))
}

interface RunRow {
  id: string
  digest: string
  name: string
  from: string
  to: string | null
  judged: boolean
  judged_at: string | null
}
