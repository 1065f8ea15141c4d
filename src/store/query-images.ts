// Images as people see them: those that the workloads of their scope run, and those of their teams that nothing runs.

import { sql } from 'kysely'
import type { Depth } from '../model/evidence.ts'
import type { ImageIndex } from '../model/image.ts'
import type { Gap } from '../model/scan.ts'
import type { SeverityCounts } from '../model/severity.ts'
import type { Scope } from '../model/team.ts'
import { storedBase } from './base-images.ts'
import type { Database } from './database.ts'
import { completeCounts, findingsOf, type Named, type StoredFinding } from './query-findings.ts'
import { packagesOf } from './record-image.ts'
import { containing, within } from './scope.ts'

export interface ImageQuery {
  search?: string
  offset: number
  limit: number
}

export interface ImageSummary {
  id: string
  digest: string
  aliases: readonly string[]
  distribution?: string
  /** Bytes. */
  size: number
  layers: number
  packages: number
  /** How many resources run it. */
  usedBy: number
  /** Open ones; null where vulnerabilities were never looked for. */
  findings: SeverityCounts | null
  /** Packages judged of those found, as the newest evidence says; null likewise. */
  judged: Judged | null
}

type Judged = Pick<Depth, 'done' | 'of'>

export interface ImageDetail {
  id: string
  image: ImageIndex
  findings: readonly StoredFinding[]
  /** Packages judged of those found; null where vulnerabilities were never looked for. */
  judged: Depth | null
  /** What of it could not be read, and why packages could not be judged. */
  gaps: readonly Gap[]
  usedBy: readonly Named[]
}

/** Those that most resources run first. */
export async function images(
  db: Database,
  scope: Scope,
  { search, offset, limit }: ImageQuery,
): Promise<{ total: number; images: ImageSummary[] }> {
  const text = containing(search ?? '')
  const { rows } = await sql<SummaryRow>`
    with used as materialized (
      select subject, count(*) filter (where resource <> subject) as used_by from subjects
        where ${within(scope, 'team')} group by subject
    ), matching as materialized (
      select i.*, u.used_by from images i join used u on u.subject = i.id
        where i.digest ilike ${text} or i.distribution ilike ${text} or i.index ->> 'aliases' ilike ${text}
    ), page as materialized (select * from matching order by used_by desc, id limit ${limit} offset ${offset})
    select t.total, p.id, p.digest, p.index -> 'aliases' as aliases, p.distribution, p.size, p.layer_count,
        p.package_count, p.used_by, ${judgedOf} as judged, (
          select jsonb_object_agg(severity, n) from (select f.severity, count(*) as n from seen_findings f
            where f.subject = p.id and f.fixed_at is null and f.suppressed is null group by f.severity) s) as findings
      from (select count(*) as total from matching) t left join page p on true
      order by p.used_by desc, p.id`.execute(db)
  const found = rows.filter((row) => row.id !== null)
  return { total: rows[0]?.total ?? 0, images: found.map(toSummary) }
}

export async function imageDetail(db: Database, scope: Scope, id: string): Promise<ImageDetail | undefined> {
  const { rows: uses } = await sql<Named>`
    select resource as id, name from subjects where subject = ${id} and ${within(scope, 'team')} order by resource`.execute(
    db,
  )
  const row = await db.selectFrom('images').select('index').where('id', '=', id).executeTakeFirst()
  if (!row || uses.length === 0) return undefined
  const { unjudged = [], ...index } = row.index
  const layers = index.layers.map(({ digest }) => digest)
  const newest = await newestJudgement(db, id)
  const base = await storedBase(db, layers)
  return {
    id,
    image: { ...index, packages: [...(await packagesOf(db, id)), ...unjudged], ...(base ? { base } : {}) },
    findings: await findingsOf(db, scope, id),
    judged: newest?.depth ?? null,
    gaps: distinct([...(newest?.gaps ?? []), ...index.gaps]),
    usedBy: uses.filter((use) => use.id !== id),
  }
}

interface SummaryRow {
  total: number
  id: string
  digest: string
  aliases: readonly string[]
  distribution: string | null
  size: number
  layer_count: number
  package_count: number
  used_by: number
  judged: Judged | null
  findings: Partial<SeverityCounts> | null
}

const judgedOf = sql<Judged | null>`(select jsonb_build_object('done', e.depth_done, 'of', e.depth_of)
  from newest_evidence n join evidence e on e.seq = n.seq
  where n.resource = p.id and n.task = 'vulnerabilities' order by n.at desc limit 1)`

function toSummary(row: SummaryRow): ImageSummary {
  return {
    id: row.id,
    digest: row.digest,
    aliases: row.aliases,
    size: row.size,
    layers: row.layer_count,
    packages: row.package_count,
    usedBy: row.used_by,
    findings: row.judged ? completeCounts(row.findings ?? {}) : null,
    judged: row.judged,
    ...(row.distribution === null ? {} : { distribution: row.distribution }),
  }
}

/** What could not be read is told of the image, and again by whoever judged it. */
function distinct(gaps: readonly Gap[]): Gap[] {
  return [
    ...new Map(
      gaps.map((gap) => [JSON.stringify([gap.why, gap.place?.path, gap.place?.layer, gap.place?.line]), gap]),
    ).values(),
  ]
}

async function newestJudgement(db: Database, id: string): Promise<{ depth: Depth; gaps: readonly Gap[] } | undefined> {
  const row = await db
    .selectFrom('newest_evidence')
    .innerJoin('evidence', 'evidence.seq', 'newest_evidence.seq')
    .select(['depth_done', 'depth_of', 'depth_unit', 'gaps'])
    .where('newest_evidence.resource', '=', id)
    .where('newest_evidence.task', '=', 'vulnerabilities')
    .orderBy('newest_evidence.at', 'desc')
    .executeTakeFirst()
  if (!row) return undefined
  return { depth: { done: row.depth_done, of: row.depth_of, unit: row.depth_unit }, gaps: row.gaps }
}
