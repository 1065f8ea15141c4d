// Resources and sources as people see them, within their scope.

import { sql } from 'kysely'
import type { Resource } from '../model/resource.ts'
import type { SourceReport } from '../model/source.ts'
import type { Scope } from '../model/team.ts'
import type { Database } from './database.ts'
import { countFindings } from './query-findings.ts'
import { containing, within } from './scope.ts'

export interface ResourceQuery {
  search?: string
  service?: string
  kind?: string
  offset: number
  limit: number
}

export type StoredResource = Resource & { team: string; firstSeen: string; lastSeen: string }

/** Those that are there now, by id. */
export async function resources(
  db: Database,
  scope: Scope,
  { search, service, kind, offset, limit }: ResourceQuery,
): Promise<{ total: number; resources: StoredResource[] }> {
  const matching = selectResources(db, scope)
    .$if(service !== undefined, (query) => query.where('service', '=', service!))
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind!))
    .$if(search !== undefined && search !== '', (query) =>
      query.where(({ or, eb }) =>
        or([eb('name', 'ilike', containing(search!)), eb('id', 'ilike', containing(search!))]),
      ),
    )
  const { total } = await matching.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await matching.select(shown).orderBy('id').offset(offset).limit(limit).execute()
  return { total, resources: rows.map(toResource) }
}

export async function resource(db: Database, scope: Scope, id: string): Promise<StoredResource | undefined> {
  const row = await selectResources(db, scope).select(shown).where('id', '=', id).executeTakeFirst()
  return row && toResource(row)
}

export async function sources(db: Database, scope: Scope): Promise<SourceReport[]> {
  const rows = await db.selectFrom('sources').select('report').where(within(scope, 'team')).orderBy('id').execute()
  return rows.map(({ report }) => report)
}

export async function counts(
  db: Database,
  scope: Scope,
): Promise<{ resources: number; findings: number; images: number; silentSources: number }> {
  const { rows } = await sql<{ resources: number; images: number; silent: number }>`
    select
      (select count(*) from resources where gone_at is null and ${within(scope, 'team')}) as resources,
      (select count(*) from images where id in (
        select subject from subjects where ${within(scope, 'team')})) as images,
      (select count(*) from sources where state <> 'answered' and ${within(scope, 'team')}) as silent`.execute(db)
  const { resources: found, images, silent } = rows[0]!
  return { resources: found, images, silentSources: silent, findings: await countFindings(db, scope) }
}

const shown = ['resource', 'team', 'first_seen', 'last_seen'] as const

function selectResources(db: Database, scope: Scope) {
  return db.selectFrom('resources').where('gone_at', 'is', null).where(within(scope, 'team'))
}

function toResource(row: { resource: Resource; team: string; first_seen: string; last_seen: string }): StoredResource {
  return { ...row.resource, team: row.team, firstSeen: row.first_seen, lastSeen: row.last_seen }
}
