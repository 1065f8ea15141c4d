// All that is known now: what coverage is computed from. An estate of 10,000 resources is read within a second, so rows
// come as JSON of one subject each, and what a package's vulnerabilities have in common is read once and shared.

import { sql, type RawBuilder } from 'kysely'
import type { Estate } from '../model/estate.ts'
import type { Evidence } from '../model/evidence.ts'
import { findingId, type Finding } from '../model/finding.ts'
import type { SubLayer } from '../model/layers.ts'
import type { Place } from '../model/scan.ts'
import type { Scope } from '../model/team.ts'
import { packagesResource } from '../model/verdict.ts'
import type { Database } from './database.ts'
import { evidenceOfRow } from './evidence-chain.ts'
import { toFinding, type FindingRow } from './query-findings.ts'
import { knownSources } from './record-source.ts'
import { within } from './scope.ts'

/** Nothing in it is about a resource outside the scope; sources belong to all. */
export async function estate(db: Database, scope: Scope): Promise<Estate> {
  const live = await db
    .selectFrom('resources')
    .select('resource')
    .where('gone_at', 'is', null)
    .where(within(scope, 'team'))
    .orderBy('id')
    .execute()
  const images = await sql<{ id: string; digest: string; aliases: readonly string[] }>`
    select id, digest, index -> 'aliases' as aliases from images where id in (${seenBy(scope)}) order by id`.execute(db)
  const evidence = await db
    .selectFrom('newest_evidence')
    .innerJoin('evidence', 'evidence.seq', 'newest_evidence.seq')
    .selectAll('evidence')
    .where(sql<boolean>`evidence.resource in (${seenBy(scope)})`)
    .orderBy('evidence.seq')
    .execute()
  return {
    sources: await knownSources(db),
    resources: live.map(({ resource }) => resource),
    images: images.rows,
    evidence: withConfirmation(evidence.map(evidenceOfRow), await confirmation(db)),
    findings: [...(await ownFindings(db, scope)), ...(await vulnerabilities(db, scope))],
  }
}

/** The newest proof that all packages of the estate are judged by the index of that time, or why they are not. */
async function confirmation(db: Database): Promise<Evidence | undefined> {
  const row = await db
    .selectFrom('newest_evidence')
    .innerJoin('evidence', 'evidence.seq', 'newest_evidence.seq')
    .selectAll('evidence')
    .where('newest_evidence.resource', '=', packagesResource)
    .executeTakeFirst()
  return row && evidenceOfRow(row)
}

/** An image's own evidence says what of it could be judged; that its verdicts are of today holds for all images at once. */
function withConfirmation(evidence: readonly Evidence[], confirmed: Evidence | undefined): Evidence[] {
  return evidence.map((one) => {
    const { subLayer, task, engine, at, gaps } = one
    if (subLayer !== 'image' || task !== 'vulnerabilities' || engine !== confirmed?.engine) return one
    if (Date.parse(confirmed.at) <= Date.parse(at)) return one
    return { ...one, at: confirmed.at, gaps: [...confirmed.gaps, ...gaps] }
  })
}

/** Ids of resources and images that findings and evidence may be about. */
function seenBy(scope: Scope): RawBuilder<unknown> {
  return sql`select subject from subjects where ${within(scope, 'team')}`
}

async function ownFindings(db: Database, scope: Scope): Promise<Finding[]> {
  const { rows } = await sql<{ found: readonly FindingRow[] }>`
    select json_agg(f) as found from (
      select id, kind, subject, sub_layer, task, rule, severity, score, exploited, title, fix, package, place, evidence,
          aliases, reference_list, epss, suppressed, more
        from findings where fixed_at is null and suppressed is null and subject in (${seenBy(scope)})
    ) f group by f.subject`.execute(db)
  return rows.flatMap(({ found }) => found.map(toFinding))
}

/** What the view `seen_findings` derives, derived here. */
async function vulnerabilities(db: Database, scope: Scope): Promise<Finding[]> {
  const known = await db.selectFrom('vulnerabilities').selectAll().where('fixed_at', 'is', null).execute()
  const byPackage = Map.groupBy(known, ({ package_id }) => package_id)
  const own = await db.selectFrom('subject_exceptions').select(['subject', 'vulnerability_id', 'suppressed']).execute()
  const ofSubject = new Map(own.map((row) => [`${row.vulnerability_id} ${row.subject}`, row]))
  const isOpen = (subject: string, { id, suppressed }: (typeof known)[number]): boolean =>
    (ofSubject.get(`${id} ${subject}`) ?? { suppressed }).suppressed === null
  const { rows } = await sql<ContainedRow>`
    select subject, sub_layer, json_agg(json_build_array(package_id, places)) as contained from contained
      where gone_at is null and subject in (${seenBy(scope)})
        and package_id in (select package_id from vulnerabilities where fixed_at is null)
      group by subject, sub_layer`.execute(db)
  return rows.flatMap(({ subject, sub_layer, contained }) =>
    contained.flatMap(([packageId, places]) =>
      (byPackage.get(packageId) ?? [])
        .filter((one) => isOpen(subject, one))
        .map((vulnerability): Finding => {
          const { rule, subject_part, evidence } = vulnerability
          const id = findingId({ resource: subject, rule, subject: subject_part })
          const place = places[0] ?? null
          const row = {
            ...vulnerability,
            id,
            subject,
            sub_layer,
            place,
            kind: 'vulnerability',
            task: 'vulnerabilities',
          } as const
          return toFinding({
            ...row,
            suppressed: null,
            evidence: 'places' in evidence ? { ...evidence, places } : evidence,
          })
        }),
    ),
  )
}

interface ContainedRow {
  subject: string
  sub_layer: SubLayer
  contained: readonly (readonly [packageId: number, places: readonly Place[]])[]
}
