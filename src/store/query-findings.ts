// Findings as people see them: within their scope, with the resources that they concern, and grouped by cause.

import { sql, type RawBuilder } from 'kysely'
import type { Epss } from '../model/advisory.ts'
import type { Finding, FindingKind, FindingState, Suppression } from '../model/finding.ts'
import type { SubLayer, Task } from '../model/layers.ts'
import type { Place } from '../model/scan.ts'
import type { Severity, SeverityCounts } from '../model/severity.ts'
import type { FindingChange } from '../model/history.ts'
import type { Scope } from '../model/team.ts'
import type { Database } from './database.ts'
import { changesOf } from './finding-changes.ts'
import type { MoreOfFinding } from './finding-columns.ts'
import { severityRank, type FindingQuery } from './finding-query.ts'
import { openCounts } from './open-counts.ts'
import { holdsImages, ofSubLayers, openHits } from './open-hits.ts'
import { replacedPackage } from './replaced-packages.ts'
import { within } from './scope.ts'
import { recordset } from './storable.ts'

export interface Named {
  id: string
  name: string
}

/** `resources`: those that it concerns, at most `mostNamed`. */
export type StoredFinding = Finding & {
  state: FindingState
  firstSeen: string
  lastSeen: string
  /** Since when it has been open without a break; absent where it is not. */
  openSince?: string
  /** What became of it after it was found first, oldest first. */
  changes: readonly FindingChange[]
  resources: readonly Named[]
}

/** All findings of one rule, or of one advisory and package. */
export interface FindingGroup {
  key: string
  title: string
  rule: string
  kind: FindingKind
  severity: Severity
  exploited: boolean
  count: number
  resources: readonly Named[]
  first: StoredFinding
}

/** Groups worst first; `total` counts groups and `counts` findings, both over all that the query matches. */
export interface FindingGroups {
  total: number
  counts: SeverityCounts
  groups: readonly FindingGroup[]
}

/** A group or finding names at most so many resources; its page can be asked for the others. */
export const mostNamed = 100

/** Open or excepted ones. */
export async function findings(db: Database, scope: Scope, query: FindingQuery): Promise<FindingGroups> {
  const { rows } = await sql<GroupsRow>`
    with ${openHits(scope, query)}, page as materialized (
      select cause, min(rank) as rank, bool_or(exploited) as exploited, sum(n)::bigint as count from hits group by cause
        order by min(rank), bool_or(exploited) desc, sum(n) desc, cause limit ${query.limit} offset ${query.offset}
    ), ${subjectsOfPage(query)}, firsts as (
      select distinct on (cause) cause, subject, id, engine from shown
        order by cause, rank, exploited desc, score desc nulls last, id
    ), affected as (
      select cause, resource, min(v.name) as name, row_number() over (partition by cause order by resource) as number
        from shown s join visible v using (subject) group by cause, resource
    )
    select
      (select count(distinct cause) from hits) as total,
      (select coalesce(jsonb_object_agg(severity, n), '{}') from (
        select severity, sum(n)::bigint as n from hits group by severity) s) as counts,
      (select coalesce(jsonb_agg(jsonb_build_object('cause', p.cause, 'count', p.count, 'exploited', p.exploited,
          'subject', f.subject, 'id', f.id, 'engine', f.engine, 'resources', a.resources)
          order by p.rank, p.exploited desc, p.count desc, p.cause), '[]')
        from page p join firsts f using (cause) left join (
          select cause, jsonb_agg(jsonb_build_object('id', resource, 'name', name) order by number) as resources
            from affected where number <= ${mostNamed} group by cause) a using (cause)) as groups`.execute(db)
  const { total, counts, groups } = rows[0]!
  return { total, counts: completeCounts(counts), groups: await withFirsts(db, scope, groups) }
}

/** Of the causes of `page` the subjects (`shown`), all or as many as can be named: the first of each set of packages. */
function subjectsOfPage(query: FindingQuery): RawBuilder<unknown> {
  return sql`
    paged as materialized (
      select h.*, w.package_id, w.rule, w.subject_part from hits h join page using (cause)
        left join wanted w using (vulnerability_id)
    ), page_sets as materialized (
      select distinct m.set_id, m.package_id from package_set_members m
        where not m.again and m.package_id in (select package_id from paged where subject is null)
    ), page_images as materialized (
      select set_id, image, named from (
        select s.set_id, s.image, e.named, row_number() over (partition by s.set_id, e.named order by s.image) as number
          from image_package_sets s join seen e on e.subject = s.image
          where s.set_id in (select set_id from page_sets) and ${holdsImages(query)}
      ) i where number <= ${mostNamed} + (select count(*) from own join paged using (vulnerability_id) where paged.subject is null)
    ), shown as materialized (
      select s.cause, s.engine, s.rank, s.exploited, s.score, s.subject,
          coalesce(s.id, s.subject || E'\\n' || s.rule || E'\\n' || s.subject_part) as id
        from (
          select p.cause, p.engine, p.rank, p.exploited, p.score, p.rule, p.subject_part, p.id, c.subject
            from paged p join (
              select s.package_id, i.image as subject, i.named from page_sets s join page_images i using (set_id)
              union all
              select c.package_id, c.subject, e.named from contained_packages c join seen e on e.subject = c.subject
                where c.gone_at is null and ${ofSubLayers(query)}
                  and c.package_id in (select package_id from paged where subject is null)
            ) c using (package_id)
            where p.subject is null and (p.said or c.named)
              and not exists (select from own o where o.vulnerability_id = p.vulnerability_id and o.subject = c.subject)
          union all
          select p.cause, p.engine, p.rank, p.exploited, p.score, p.rule, p.subject_part, p.id, p.subject
            from paged p where p.subject is not null
        ) s
    )`
}

/** Open and excepted ones of a resource, with those of the images that it runs; or of an image. Worst first. */
export async function findingsOf(db: Database, scope: Scope, id: string): Promise<StoredFinding[]> {
  const subjects = await subjectsOf(db, scope, id)
  const { rows } = await sql<FindingRow>`
    select f.* from seen_findings f where f.fixed_at is null and f.subject = any(${subjects}::text[])
      order by ${severityRank}, f.exploited desc, f.score desc nulls last, f.id`.execute(db)
  return withResources(db, scope, rows)
}

/** Known before the view is asked: only then does the planner look into the view for these alone. */
async function subjectsOf(db: Database, scope: Scope, id: string): Promise<string[]> {
  const { rows } = await sql<{ subject: string }>`
    select subject from subjects where subject = ${id} and ${within(scope, 'team')}
    union
    select subject from subjects where resource = ${id} and ${within(scope, 'team')}`.execute(db)
  return rows.map(({ subject }) => subject)
}

/** Open ones. */
export async function countFindings(db: Database, scope: Scope): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with ${openCounts(scope)} select coalesce(sum(n), 0)::bigint as count from counted`.execute(db)
  return rows[0]!.count
}

/** Of one row of the view `seen_findings`. */
export function toFinding(row: Omit<FindingRow, OfHistory>): Finding {
  return {
    id: row.id,
    kind: row.kind,
    resource: row.subject,
    subLayer: row.sub_layer,
    task: row.task,
    rule: row.rule,
    severity: row.severity,
    title: row.title,
    evidence: row.evidence,
    aliases: row.aliases,
    exploited: row.exploited,
    references: row.reference_list,
    ...(row.fix === null ? {} : { fix: row.fix }),
    ...(row.place === null ? {} : { place: row.place }),
    ...(row.package === null ? {} : { package: row.package }),
    ...(row.score === null ? {} : { score: row.score }),
    ...(row.epss === null ? {} : { epss: row.epss }),
    ...(row.suppressed === null ? {} : { suppressed: row.suppressed }),
    ...row.more,
  }
}

type OfHistory = 'engine' | 'first_seen' | 'last_seen' | 'fixed_at' | 'vulnerability_id' | 'key' | 'gone_at'

export interface FindingRow {
  id: string
  engine: string
  kind: FindingKind
  subject: string
  sub_layer: SubLayer
  task: Task
  rule: string
  severity: Severity
  score: number | null
  exploited: boolean
  title: string
  fix: string | null
  package: NonNullable<Finding['package']> | null
  place: Place | null
  evidence: Finding['evidence']
  aliases: readonly string[]
  reference_list: readonly string[]
  epss: Epss | null
  suppressed: Suppression | null
  more: MoreOfFinding
  first_seen: string
  last_seen: string
  fixed_at: string | null
  vulnerability_id: number | null
  key: string | null
  gone_at: string | null
}

export interface GroupsRow {
  total: number
  counts: Partial<SeverityCounts>
  groups: readonly GroupRow[]
}

export interface GroupRow {
  cause: string
  count: number
  exploited: boolean
  subject: string
  id: string
  engine: string
  resources: readonly Named[]
}

export function completeCounts(counts: Partial<SeverityCounts>): SeverityCounts {
  return { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, ...counts }
}

async function withFirsts(db: Database, scope: Scope, groups: readonly GroupRow[]): Promise<FindingGroup[]> {
  const wanted = groups.map(({ subject, id, engine }) => ({ subject, id, engine }))
  const { rows } = await sql<FindingRow>`
    select f.* from ${recordset(wanted, 'subject text, id text, engine text')}
      join lateral (select * from seen_findings s
        where s.subject = r.subject and s.id = r.id and s.engine = r.engine limit 1) f on true`.execute(db)
  const firsts = new Map((await withResources(db, scope, rows)).map((finding) => [finding.id, finding]))
  return groups.flatMap(({ cause: key, count, exploited, resources, id }) => {
    const first = firsts.get(id)
    if (!first) return [] // fixed between the two queries
    const { rule, kind, severity, title, fix } = first
    return [{ key, title: fix ?? title, rule, kind, severity, exploited, count, resources: resources ?? [], first }]
  })
}

export async function withResources(db: Database, scope: Scope, rows: readonly FindingRow[]): Promise<StoredFinding[]> {
  const named = await resourcesOf(db, scope, new Set(rows.map(({ subject }) => subject)))
  const changes = await changesOf(db, rows)
  const found: StoredFinding[] = []
  for (const row of rows) {
    const state = row.fixed_at !== null ? 'fixed' : row.suppressed === null ? 'open' : 'excepted'
    const own = changes.get(row) ?? []
    // The package left the machine, whatever was said of it.
    const left = row.gone_at !== null && row.gone_at === row.fixed_at ? await replacedPackage(db, row) : undefined
    const all = left ? [...own.filter(({ at }) => at < left.at), left] : own
    found.push({
      ...toFinding(row),
      state,
      firstSeen: row.first_seen,
      lastSeen: row.last_seen,
      ...(state === 'open' ? { openSince: openSince(row.first_seen, all) } : {}),
      changes: all.filter(({ at }) => at > row.first_seen),
      resources: named.get(row.subject) ?? [],
    })
  }
  return found
}

/** The begin of the last time that it was open, of changes that end with one. */
function openSince(firstSeen: string, changes: readonly FindingChange[]): string {
  const last = changes.at(-1)
  return last !== undefined && last.at > firstSeen ? last.at : firstSeen
}

async function resourcesOf(db: Database, scope: Scope, subjects: ReadonlySet<string>): Promise<Map<string, Named[]>> {
  const { rows } = await sql<{ subject: string; resources: Named[] }>`
    select subject, jsonb_agg(jsonb_build_object('id', resource, 'name', name) order by resource) as resources
      from (select s.subject, s.resource, s.name,
            row_number() over (partition by s.subject order by s.resource) as number
          from subjects s where ${within(scope, 's.team')} and s.subject = any(${[...subjects]}::text[])) s
      where number <= ${mostNamed} group by subject`.execute(db)
  return new Map(rows.map(({ subject, resources }) => [subject, resources]))
}
