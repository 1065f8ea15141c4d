// What a source reported: it and its resources. Those that an answering source no longer reports are gone, not deleted.

import { sql, type Transaction } from 'kysely'
import { digestOf, type Resource } from '../model/resource.ts'
import type { SourceReport } from '../model/source.ts'
import { defaultTeam } from '../model/team.ts'
import type { Database } from './database.ts'
import { json, keyOf, recordset, storableText } from './storable.ts'
import type { Tables } from './tables.ts'

/** What an index takes. */
const longestId = 1024

export async function recordSource(db: Database, report: SourceReport, resources: readonly Resource[]): Promise<void> {
  if (report.state === 'absent') return // an offer, nothing that was seen
  const taken = resources.filter(({ id }) => id.length <= longestId)
  const tooLong = resources.length - taken.length
  const gaps = tooLong > 0 ? [{ why: `${tooLong} resources with an id longer than ${longestId} characters` }] : []
  await db.transaction().execute(async (transaction) => {
    await saveReport(transaction, { ...report, gaps: [...report.gaps, ...gaps] })
    if (report.state === 'answered') await replaceResources(transaction, report, taken)
  })
}

export async function knownSources(db: Database): Promise<SourceReport[]> {
  const rows = await db.selectFrom('sources').select('report').orderBy('id').execute()
  return rows.map(({ report }) => report)
}

/** A source that is silent keeps the time when it last answered, and what it said then. */
async function saveReport(db: Transaction<Tables>, report: SourceReport): Promise<void> {
  const before = await db
    .selectFrom('sources')
    .select(['answered_at', 'report'])
    .where('id', '=', report.id)
    .forUpdate()
    .executeTakeFirst()
  const answered = report.state === 'answered'
  const answeredAt = answered ? report.askedAt : (before?.answered_at ?? null)
  const values = {
    state: report.state,
    report: json({
      ...report,
      resources: answered ? report.resources : (before?.report.resources ?? 0),
      ...(answeredAt === null ? {} : { answeredAt }),
    }),
    asked_at: report.askedAt,
    answered_at: answeredAt,
  }
  await db
    .insertInto('sources')
    .values({ id: report.id, team: defaultTeam, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
}

/** A new resource belongs to its source's team; one that was moved to another stays there. */
async function replaceResources(
  db: Transaction<Tables>,
  { id: source, askedAt }: SourceReport,
  resources: readonly Resource[],
): Promise<void> {
  const byId = new Map(resources.map((resource) => [storableText(resource.id), resource]))
  const rows = [...byId].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, resource]) => ({ id, resource }))
  await sql`
    insert into resources (id, team, source, service, kind, name, resource, first_seen, last_seen)
    select r.id, s.team, s.id, r.resource ->> 'service', r.resource ->> 'kind', r.resource ->> 'name', r.resource,
        ${askedAt}::timestamptz, ${askedAt}::timestamptz
      from ${recordset(rows, 'id text, resource jsonb')} join sources s on s.id = ${source}
    on conflict (id) do update set source = excluded.source, service = excluded.service, kind = excluded.kind,
      name = excluded.name, resource = excluded.resource, last_seen = excluded.last_seen, gone_at = null`.execute(db)
  await sql`
    update resources set gone_at = ${askedAt}::timestamptz
    where source = ${source} and gone_at is null
      and id not in (select r.id from ${recordset(rows, 'id text')})`.execute(db)
  await replaceImageUses(db, [...byId.values()])
  await rememberImageUses(db, source, askedAt)
}

async function replaceImageUses(db: Transaction<Tables>, resources: readonly Resource[]): Promise<void> {
  const uses = resources.flatMap(({ id, runs }) =>
    (runs?.images ?? []).map(({ reference, image }, position) => {
      const key = image === undefined ? undefined : keyOf(digestOf(image))
      return { resource: id, position, reference, image, key }
    }),
  )
  const ids = resources.map(({ id }) => ({ id }))
  await sql`
    delete from resource_images where resource in (select r.id from ${recordset(ids, 'id text')})`.execute(db)
  await sql`
    insert into resource_images (resource, position, reference, image)
    select r.resource, r.position, r.reference, coalesce(a.image, r.image)
      from ${recordset(uses, 'resource text, position int, reference text, image text, key text')}
      left join image_aliases a on a.key = r.key`.execute(db)
}

/** Which image each resource of the source ran from when to when: what a change of image fixed is read from it. */
async function rememberImageUses(db: Transaction<Tables>, source: string, at: string): Promise<void> {
  await sql`
    insert into image_uses (resource, image, first_seen)
    select distinct u.resource, u.image, ${at}::timestamptz
      from resource_images u join resources r on r.id = u.resource
      where r.source = ${source} and r.gone_at is null and u.image is not null and not exists (
        select from image_uses h where h.resource = u.resource and h.image = u.image and h.gone_at is null)
      order by 1, 2
    on conflict (resource, image, first_seen) do update set gone_at = null`.execute(db)
  await sql`
    update image_uses h set gone_at = ${at}::timestamptz from resources r
    where r.id = h.resource and r.source = ${source} and h.gone_at is null
      and (r.gone_at is not null or not exists (
        select from resource_images u where u.resource = h.resource and u.image = h.image))`.execute(db)
}
