// Evidence is only ever appended, and each row holds the SHA-256 over the row before it and its own content: a row that
// was changed, taken out or put in between breaks the chain there.

import { createHash } from 'node:crypto'
import { sql, type Selectable, type Transaction } from 'kysely'
import type { Evidence } from '../model/evidence.ts'
import type { Database } from './database.ts'
import { recordset, storableJson } from './storable.ts'
import type { Tables } from './tables.ts'

/** Where the chain does not hold: the number of the first such row, and what is wrong with it. */
export interface BrokenEvidence {
  seq: number
  why: string
}

export interface ChainHead {
  seq: number
  hash: string
}

/** Locks the end of the chain until the transaction ends: writers come one after the other. */
export async function lockChain(db: Transaction<Tables>): Promise<ChainHead> {
  return db.selectFrom('evidence_head').select(['seq', 'hash']).forUpdate().executeTakeFirstOrThrow()
}

/** `head` is what `lockChain` gave in this transaction. Returns the number of the new row. */
export async function appendEvidence(db: Transaction<Tables>, head: ChainHead, evidence: Evidence): Promise<number> {
  return (await appendAll(db, head, [evidence])).seq
}

/** One after the other, in one statement. Returns the new end of the chain. */
export async function appendAll(
  db: Transaction<Tables>,
  head: ChainHead,
  list: readonly Evidence[],
): Promise<ChainHead> {
  let end = head
  const rows = list.map((evidence) => {
    const seq = end.seq + 1
    const { depth, gaps, ...where } = stored(evidence)
    const hash = hashOf(end.hash, seq, { depth, gaps, ...where })
    const row = {
      seq,
      resource: where.resource,
      sub_layer: where.subLayer,
      task: where.task,
      engine: where.engine,
      at: where.at,
      depth_done: depth.done,
      depth_of: depth.of,
      depth_unit: depth.unit,
      gaps,
      previous: end.hash,
      hash,
    }
    end = { seq, hash }
    return row
  })
  await sql`
    insert into evidence (seq, resource, sub_layer, task, engine, at, depth_done, depth_of, depth_unit, gaps, previous,
        hash)
    select r.* from ${recordset(rows, columns)}`.execute(db)
  await db.updateTable('evidence_head').set({ seq: end.seq, hash: end.hash }).execute()
  return end
}

const columns = `seq bigint, resource text, sub_layer text, task text, engine text, at timestamptz, depth_done int,
  depth_of int, depth_unit text, gaps jsonb, previous text, hash text`

/** Reads the whole chain, a thousand rows at a time; undefined when it holds. */
export async function verifyEvidence(db: Database): Promise<BrokenEvidence | undefined> {
  let last: ChainHead = { seq: 0, hash: '' }
  for (;;) {
    const rows = await db
      .selectFrom('evidence')
      .selectAll()
      .where('seq', '>', last.seq)
      .orderBy('seq')
      .limit(1000)
      .execute()
    if (rows.length === 0) return compareWithHead(db, last)
    for (const row of rows) {
      const why = whyBroken(row, last)
      if (why !== undefined) return { seq: row.seq, why }
      last = row
    }
  }
}

export function evidenceOfRow(row: Selectable<Tables['evidence']>): Evidence {
  return {
    resource: row.resource,
    subLayer: row.sub_layer,
    task: row.task,
    engine: row.engine,
    at: row.at,
    depth: { done: row.depth_done, of: row.depth_of, unit: row.depth_unit },
    gaps: row.gaps,
  }
}

/** Whether the newest row already says exactly this. */
export function saysTheSame(row: Selectable<Tables['evidence']>, evidence: Evidence): boolean {
  return canonical(evidenceOfRow(row)) === canonical(stored(evidence))
}

function whyBroken(row: Selectable<Tables['evidence']>, last: ChainHead): string | undefined {
  if (row.seq !== last.seq + 1) return `row ${last.seq + 1} is missing`
  if (row.previous !== last.hash) return 'it does not follow the row before it'
  if (row.hash !== hashOf(row.previous, row.seq, evidenceOfRow(row))) return 'its content was changed'
  return undefined
}

async function compareWithHead(db: Database, last: ChainHead): Promise<BrokenEvidence | undefined> {
  const head = await db.selectFrom('evidence_head').select(['seq', 'hash']).executeTakeFirst()
  if (head?.seq === last.seq && head.hash === last.hash) return undefined
  // A row may have been appended between the two reads; then it is there now.
  const newer = await db.selectFrom('evidence').select('seq').where('seq', '>', last.seq).executeTakeFirst()
  return newer ? undefined : { seq: last.seq + 1, why: 'rows at the end are missing' }
}

function hashOf(previous: string, seq: number, evidence: Evidence): string {
  return createHash('sha256')
    .update(`${previous}\n${seq}\n${canonical(evidence)}`)
    .digest('hex')
}

/** As it will be read again: the hash must be over what is stored. */
function stored(evidence: Evidence): Evidence {
  const clean = JSON.parse(storableJson(evidence)) as Evidence
  return { ...clean, at: new Date(clean.at).toISOString().replace('.000Z', 'Z') }
}

/** JSON with the names of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
