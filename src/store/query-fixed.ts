// Findings that are fixed, by cause: by what was said of a package, by a package that left a machine, and by an image that
// took the place of another. Those of images are of the newest changes of image alone: the history of a workload has all.

import { sql, type RawBuilder } from 'kysely'
import type { FindingChange } from '../model/history.ts'
import type { Scope } from '../model/team.ts'
import type { Database } from './database.ts'
import { isJudgedImage, isSameWorkload } from './image-runs.ts'
import {
  completeCounts,
  mostNamed,
  withResources,
  type FindingGroup,
  type FindingGroups,
  type FindingRow,
  type Named,
} from './query-findings.ts'
import { cause, matching, severityRank, visibleFor, type FindingQuery } from './finding-query.ts'
import { all, within } from './scope.ts'

const mostChanges = 500

export async function fixedFindings(db: Database, scope: Scope, query: FindingQuery): Promise<FindingGroups> {
  const { service, resource, offset, limit } = query
  const { rows } = await sql<Row>`
    with visible as materialized (
      select subject, resource, name from subjects where ${visibleFor(scope, query)}
    ), ended as materialized (
      select u.resource, u.image, u.gone_at from image_uses u
        join resources r on r.id = u.resource and ${within(scope, 'r.team')}
        where u.gone_at is not null order by u.gone_at desc limit ${mostChanges}
    ), replaced as materialized (
      select distinct on (live.id, e.image) live.id as resource, live.name, e.image as subject, e.gone_at as ended,
          n.image as by, n.first_seen as at
        from ended e join resources o on o.id = e.resource
        join lateral (
          select r.id, r.name, r.service, r.team from resources r where r.gone_at is null and ${isSameWorkload('r', 'o')}
            order by r.first_seen desc limit 1) live on true
        cross join lateral (
          select w.image, w.first_seen from resources r join image_uses w on w.resource = r.id
            where ${isSameWorkload('r', 'o')} and w.first_seen >= e.gone_at and w.image <> e.image
              and ${isJudgedImage(sql`w.image`)} order by w.first_seen, w.image limit 1) n
        where ${all([
          service !== undefined && sql`live.service = ${service}`,
          resource !== undefined && sql`(live.id = ${resource} or e.image = ${resource})`,
        ])}
        order by live.id, e.image, e.gone_at desc
    ), closed as (
      select f.id, f.engine, f.subject, v.resource, v.name, f.severity, f.exploited, f.score, ${severityRank} as rank,
          ${cause} as cause, null::timestamptz as at, null::text as by
        from visible v join seen_findings f on f.subject = v.subject where ${matching(query)}
    ), still as materialized (
      select distinct p.resource, ${cause} as cause
        from (select distinct resource from replaced) p join resource_images u on u.resource = p.resource
          join ${vulnerabilitiesOf(sql`u.image`)} where f.fixed_at is null
    ), unjudged as materialized (
      select distinct n.image, p.ecosystem, p.name from (select distinct by as image from replaced) n
        join image_package_sets i on i.image = n.image join package_set_members m on m.set_id = i.set_id and not m.again
        join packages p on p.id = m.package_id where not p.judged
    ), by_image as (
      select f.* from (
        select p.subject || E'\\n' || f.rule || E'\\n' || f.subject_part as id, f.engine, p.subject, p.resource, p.name,
            f.severity, f.exploited, f.score, ${severityRank} as rank, ${cause} as cause, p.at, p.by, f.rule, f.title,
            f.package, f.aliases, f.suppressed, 'vulnerability' as kind, 'vulnerabilities' as task, 'image' as sub_layer
          from replaced p join ${vulnerabilitiesOf(sql`p.subject`)}
          where f.first_seen <= p.ended and (f.fixed_at is null or f.fixed_at > p.ended)
      ) f where ${matching({ ...query, state: 'any' })}
        and not exists (select from still s where s.resource = f.resource and s.cause = f.cause)
        and not exists (select from unjudged u where u.image = f.by and u.ecosystem = f.package ->> 'ecosystem'
          and u.name = f.package ->> 'name')
    ), hits as materialized (
      select * from closed union all
      select id, engine, subject, resource, name, severity, exploited, score, rank, cause, at, by from by_image
    ), page as materialized (
      select cause, min(rank) as rank, bool_or(exploited) as exploited, count(distinct (subject, id)) as count
        from hits group by cause
        order by min(rank), bool_or(exploited) desc, count(distinct (subject, id)) desc, cause limit ${limit} offset ${offset}
    ), firsts as (
      select distinct on (cause) cause, h.subject, h.id, h.engine, h.at, h.by, h.resource, h.name
        from hits h join page using (cause)
        order by cause, h.rank, h.exploited desc, h.score desc nulls last, h.at desc nulls last, h.id
    ), affected as (
      select cause, resource, min(name) as name, row_number() over (partition by cause order by resource) as number
        from hits join page using (cause) group by cause, resource
    )
    select (select count(distinct cause) from hits) as total,
      (select coalesce(jsonb_object_agg(severity, n), '{}') from (
        select severity, count(distinct (subject, id)) as n from hits group by severity) s) as counts,
      (select coalesce(jsonb_agg(jsonb_build_object('cause', p.cause, 'count', p.count, 'exploited', p.exploited,
          'at', f.at, 'by', f.by, 'byName', i.name, 'byDigest', i.digest, 'resource', f.resource, 'name', f.name,
          'first', (select to_jsonb(s) from seen_findings s
            where s.subject = f.subject and s.id = f.id and s.engine = f.engine limit 1),
          'resources', (select jsonb_agg(jsonb_build_object('id', a.resource, 'name', a.name) order by a.number)
            from affected a where a.cause = p.cause and a.number <= ${mostNamed}))
          order by p.rank, p.exploited desc, p.count desc, p.cause), '[]')
        from page p join firsts f using (cause) left join images i on i.id = f.by) as groups`.execute(db)
  const { total, counts, groups } = rows[0]!
  return { total, counts: completeCounts(counts), groups: await toGroups(db, scope, groups) }
}

/** Rows `f`, of the tables themselves: the view would be asked for each of many images. */
function vulnerabilitiesOf(image: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`image_package_sets i on i.image = ${image}
    join package_set_members m on m.set_id = i.set_id and not m.again
    join vulnerabilities f on f.package_id = m.package_id`
}

interface Row {
  total: number
  counts: FindingGroups['counts']
  groups: readonly Hit[]
}

interface Hit {
  cause: string
  count: number
  exploited: boolean
  /** When which image took the place of the one that had it; null where that did not fix it. */
  at: string | null
  by: string | null
  byName: string | null
  byDigest: string | null
  resource: string
  name: string
  first: FindingRow
  resources: readonly Named[]
}

async function toGroups(db: Database, scope: Scope, hits: readonly Hit[]): Promise<FindingGroup[]> {
  // Times within JSON are PostgreSQL's own.
  const rows = hits.map(({ first }) => ({
    ...first,
    first_seen: isoTime(first.first_seen),
    last_seen: isoTime(first.last_seen),
    fixed_at: first.fixed_at && isoTime(first.fixed_at),
    gone_at: first.gone_at && isoTime(first.gone_at),
  }))
  const found = await withResources(db, scope, rows)
  return hits.map((hit, index) => {
    const { cause: key, count, exploited, resources, resource, name } = hit
    const replaced = replacement(hit)
    const { openSince: _openSince, ...own } = found[index]!
    const first = replaced
      ? {
          ...own,
          state: 'fixed' as const,
          changes: [...own.changes.filter(({ at }) => at < replaced.at), replaced],
          resources: [{ id: resource, name }],
        }
      : own
    const { rule, kind, severity, title, fix } = first
    return { key, title: fix ?? title, rule, kind, severity, exploited, count, resources, first }
  })
}

function replacement({ at, by, byName, byDigest }: Hit): FindingChange | undefined {
  if (at === null || by === null) return undefined
  const digest = byDigest ?? by.slice('image/'.length)
  const name = byName ?? digest
  const why = `fixed by digest ${digest}${name === digest ? '' : ` (${name})`}`
  return { at: isoTime(at), state: 'fixed', cause: 'image replaced', why, image: { id: by, digest, name } }
}

function isoTime(text: string): string {
  return new Date(text).toISOString().replace('.000Z', 'Z')
}
