// Open or excepted findings without their subjects: of a vulnerability how many images and machines have it. They are counted by
// the sets of packages that images share, so that the cost follows what is distinct in the estate, and not its images times
// their packages. The view `seen_findings` says the same, a row for each.

import { sql, type RawBuilder } from 'kysely'
import { subLayersOf, type SubLayer } from '../model/layers.ts'
import type { Scope } from '../model/team.ts'
import { cause, matching, mentions, searched, severityRank, visibleFor, type FindingQuery } from './finding-query.ts'
import { all } from './scope.ts'

export type HitQuery = Omit<FindingQuery, 'offset' | 'limit'>

/**
 * The parts of a `with`. `visible`: subjects with the resources that they concern; `seen`: the subjects alone. `own`: what is said of
 * a vulnerability for one subject, in place of what is said of it everywhere. `hits`: of how many subjects (`n`) something is so:
 *
 * - a vulnerability, of all that contain its package but for those in `own`: `subject` is null. Where only the names of subjects are
 *   like what is searched for, and `said` is false, only those count;
 * - a vulnerability of one subject, by `own`;
 * - another finding, by `subject` and `id`.
 */
export function openHits(scope: Scope, query: HitQuery): RawBuilder<unknown> {
  const isExcepted = query.state === 'excepted'
  const text = searched(query.search)
  const named = text === undefined ? sql`true` : sql`subject ilike ${text}`
  const said = text === undefined ? sql`true` : mentions(text)
  const saidBy = text === undefined ? sql`true` : sql`coalesce(suppressed ->> 'by' ilike ${text}, false)`
  return sql`
    visible as materialized (
      select subject, resource, name from subjects where ${visibleFor(scope, query)}
    ), seen as materialized (
      select distinct subject, ${named} as named from visible
    ), in_sets as materialized (
      select s.set_id, count(*) as n, count(*) filter (where e.named) as named
        from image_package_sets s join seen e on e.subject = s.image where ${holdsImages(query)} group by s.set_id
    ), in_packages as materialized (
      select package_id, sum(n)::bigint as n, sum(named)::bigint as named from (
        select m.package_id, s.n, s.named from in_sets s join package_set_members m on m.set_id = s.set_id and not m.again
        union all
        select c.package_id, 1, e.named::int from contained_packages c join seen e on e.subject = c.subject
          where c.gone_at is null and ${ofSubLayers(query)}
      ) p group by package_id
    ), wanted as materialized (
      select f.id as vulnerability_id, f.package_id, f.engine, f.rule, f.subject_part, f.severity, f.exploited, f.score,
          f.suppressed, ${severityRank} as rank, ${cause} as cause, ${said} as said, ${saidBy} as said_by
        from vulnerabilities f where f.fixed_at is null and ${ofVulnerabilities(query)}
    ), own as materialized (
      select x.vulnerability_id, x.subject, x.suppressed, e.named
        from subject_exceptions x join seen e on e.subject = x.subject
        join wanted w on w.vulnerability_id = x.vulnerability_id
        cross join lateral (
          select from contained c where c.subject = x.subject and c.package_id = w.package_id
            and c.gone_at is null and ${ofSubLayers(query)} limit 1) c
    ), own_counts as materialized (
      select vulnerability_id, count(*) as n, count(*) filter (where named) as named from own group by vulnerability_id
    ), hits as materialized (
      select * from (
        select w.cause, w.engine, w.severity, w.exploited, w.score, w.rank, w.vulnerability_id, null as subject, null as id,
            w.said or w.said_by as said, case when w.said or w.said_by then p.n - coalesce(o.n, 0)
              else p.named - coalesce(o.named, 0) end as n
          from wanted w join in_packages p using (package_id) left join own_counts o using (vulnerability_id)
          where (w.suppressed is not null) = ${isExcepted}
      ) everywhere where n > 0
      union all
      select w.cause, w.engine, w.severity, w.exploited, w.score, w.rank, w.vulnerability_id, o.subject, null, true, 1
        from (select *, ${saidBy} as said_by from own) o join wanted w using (vulnerability_id)
        where (o.suppressed is not null) = ${isExcepted} and (w.said or o.named or o.said_by)
      union all
      select ${cause}, f.engine, f.severity, f.exploited, f.score, ${severityRank}, null, f.subject, f.id, true, 1
        from findings f join seen e on e.subject = f.subject where ${matching(query)}
    )`
}

/** Whether what images contain is asked for. */
export function holdsImages({ layer }: HitQuery): RawBuilder<unknown> {
  const wanted: readonly SubLayer[] | undefined = layer && subLayersOf[layer]
  return wanted === undefined || wanted.includes('image') ? sql`true` : sql`false`
}

/** Of a row `c` of what a subject contains. */
export function ofSubLayers({ layer }: HitQuery): RawBuilder<unknown> {
  return layer === undefined ? sql`true` : sql`c.sub_layer = any(${[...subLayersOf[layer]]}::text[])`
}

function ofVulnerabilities({ severity, task, kind }: HitQuery): RawBuilder<unknown> {
  return all([
    severity !== undefined && sql`f.severity = ${severity}`,
    task !== undefined && task !== 'vulnerabilities' && sql`false`,
    kind !== undefined && kind !== 'vulnerability' && sql`false`,
  ])
}
