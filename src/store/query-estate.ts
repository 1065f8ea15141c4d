// All that is known now: what coverage is computed from.

import { sql, type RawBuilder } from 'kysely'
import type { Estate, OpenFindings } from '../model/estate.ts'
import type { Evidence } from '../model/evidence.ts'
import type { SubLayer } from '../model/layers.ts'
import type { Resource } from '../model/resource.ts'
import type { Scope } from '../model/team.ts'
import { packagesResource } from '../model/verdict.ts'
import type { Database } from './database.ts'
import { evidenceOfRow } from './evidence-chain.ts'
import { openCounts } from './open-counts.ts'
import { completeCounts } from './query-findings.ts'
import { knownSources } from './record-source.ts'
import { within } from './scope.ts'

/** Nothing in it is about a resource outside the scope; sources belong to all. */
export async function estate(db: Database, scope: Scope): Promise<Estate> {
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
    resources: await liveResources(db, scope),
    images: images.rows,
    evidence: withConfirmation(evidence.map(evidenceOfRow), await confirmation(db)),
    open: await openFindings(db, scope),
  }
}

export async function liveResources(db: Database, scope: Scope): Promise<readonly Resource[]> {
  const live = await db
    .selectFrom('resources')
    .select('resource')
    .where('gone_at', 'is', null)
    .where(within(scope, 'team'))
    .orderBy('id')
    .execute()
  return live.map(({ resource }) => resource)
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

async function openFindings(db: Database, scope: Scope): Promise<OpenFindings[]> {
  const { rows } = await sql<Omit<OpenFindings, 'subLayer'> & { sub_layer: SubLayer }>`
    with ${openCounts(scope)}
    select subject as resource, sub_layer, task, jsonb_object_agg(severity, n) as counts from (
      select subject, sub_layer, task, severity, sum(n)::bigint as n from counted group by subject, sub_layer, task, severity
    ) c where n > 0 group by subject, sub_layer, task order by subject, sub_layer, task`.execute(db)
  return rows.map(({ sub_layer: subLayer, counts, ...row }) => ({ ...row, subLayer, counts: completeCounts(counts) }))
}
