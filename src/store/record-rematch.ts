// The record of each time that the estate was judged by another index, and the evidence that comes of it.

import { sql, type Transaction } from 'kysely'
import type { Evidence } from '../model/evidence.ts'
import { packagesResource, type Rematched } from '../model/verdict.ts'
import type { Database } from './database.ts'
import { appendAll, evidenceOfRow, lockChain, saysTheSame } from './evidence-chain.ts'
import { judgedEcosystems, replaceEcosystems } from './judged-ecosystems.ts'
import { recordset } from './storable.ts'
import type { Tables } from './tables.ts'
import { noteEvidence } from './unjudged-images.ts'

/** Packages that were judged, and verdicts that came and went. */
export interface Counted {
  packages: number
  opened: number
  closed: number
}

/** The index that judged the estate last. */
export async function lastRematch(db: Database): Promise<Rematched | undefined> {
  const last = await db
    .selectFrom('rematches')
    .select(['generation', 'at'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last && { ...last, ecosystems: await judgedEcosystems(db) }
}

/** What the estate's packages were judged with, and how many verdicts came and went; its evidence goes into the chain. */
export async function recordRematch(
  db: Database,
  { generation, ecosystems, at }: Rematched,
  counted: Counted,
): Promise<void> {
  const { packages } = counted
  await db.transaction().execute(async (transaction) => {
    const seq = await append(transaction, [
      {
        resource: packagesResource,
        subLayer: 'image',
        task: 'vulnerabilities',
        engine: 'plimsoll',
        at,
        depth: { done: packages, of: packages, unit: 'packages judged' },
        gaps: [],
      },
    ])
    await transaction
      .insertInto('rematches')
      .values({ generation, at, ...counted, evidence: seq })
      .execute()
    await replaceEcosystems(transaction, ecosystems)
  })
}

/** Evidence of one task and engine; what the newest row of a resource says already is not said again. */
export async function recordEvidence(db: Database, list: readonly Evidence[]): Promise<void> {
  if (list.length === 0) return
  await db.transaction().execute(async (transaction) => {
    await append(transaction, list)
  })
}

/** Of the resources, those whose newest evidence of vulnerabilities says something else, or that have none. */
export async function saysOtherwise(db: Database, list: readonly Evidence[]): Promise<Evidence[]> {
  const rows = await db
    .selectFrom('newest_evidence')
    .innerJoin('evidence', 'evidence.seq', 'newest_evidence.seq')
    .selectAll('evidence')
    .where('newest_evidence.task', '=', 'vulnerabilities')
    .where('newest_evidence.engine', '=', 'plimsoll')
    .where(sql<boolean>`newest_evidence.resource = any(${list.map(({ resource }) => resource)}::text[])`)
    .execute()
  const newest = new Map(rows.map((row) => [row.resource, row]))
  return list.filter((evidence) => {
    const row = newest.get(evidence.resource)
    return !row || !saysTheSame(row, { ...evidence, at: evidenceOfRow(row).at })
  })
}

async function append(db: Transaction<Tables>, list: readonly Evidence[]): Promise<number> {
  const head = await lockChain(db)
  const end = await appendAll(db, head, list)
  const rows = list.map(({ resource, subLayer, task, engine, at }, index) => {
    return { resource, sub_layer: subLayer, task, engine, at, seq: head.seq + 1 + index }
  })
  await sql`
    insert into newest_evidence (resource, sub_layer, task, engine, at, seq)
    select r.* from ${recordset(rows, 'resource text, sub_layer text, task text, engine text, at timestamptz, seq bigint')}
    on conflict (resource, sub_layer, task, engine) do update set at = excluded.at, seq = excluded.seq
      where newest_evidence.at <= excluded.at`.execute(db)
  await noteEvidence(
    db,
    list.map(({ resource }) => resource),
  )
  return end.seq
}
