// What an index says of distinct packages, in place of what the one before said: only what differs is written.

import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { findingId, type Finding, type Suppression } from '../model/finding.ts'
import type { Because } from '../model/history.ts'
import type { Rematched, Verdict } from '../model/verdict.ts'
import type { Database } from './database.ts'
import { recordChanges, whyClosed, type VerdictChange } from './finding-changes.ts'
import { columnsOf, detail, judgement } from './finding-columns.ts'
import { noteEcosystems } from './judged-ecosystems.ts'
import { lookupRow } from './packages-to-judge.ts'
import { keyOf, recordset, storableJson } from './storable.ts'
import { isSameSuppression, whyExcepted, whyOpenAgain } from './suppression.ts'
import type { Tables } from './tables.ts'

const engine = 'plimsoll'

export interface RecordedVerdicts {
  /** Vulnerabilities of distinct packages that were not open before, and those that are not any more. */
  opened: number
  closed: number
}

/** All of it or nothing; doing it twice changes nothing. */
export async function recordVerdicts(
  db: Database,
  { generation, ecosystems, at }: Rematched,
  verdicts: readonly Verdict[],
): Promise<RecordedVerdicts> {
  return db.transaction().execute(async (transaction) => {
    const known = await knownVerdicts(transaction, verdicts)
    const { opened, changed, gone, turned } = compare(known, verdicts, at)
    const ids = await write(transaction, at, [...opened, ...changed])
    await close(transaction, at, gone)
    await recordChanges(transaction, at, turned(ids))
    await saveLookups(transaction, verdicts)
    await markJudged(transaction, generation, verdicts)
    await noteEcosystems(transaction, ecosystems)
    return { opened: opened.length, closed: gone.length }
  })
}

interface Known {
  id: number
  package_id: number
  key: string
  content: string
  open: boolean
  suppressed: Suppression | null
  rule: string
  aliases: readonly string[]
}

interface Row extends ReturnType<typeof columnsOf> {
  package_id: number
  subject_part: string
  key: string
  content: string
  unannounced: boolean
  reopened?: string
}

type Id = (row: Pick<Row, 'package_id' | 'key'>) => number

async function knownVerdicts(db: Transaction<Tables>, verdicts: readonly Verdict[]): Promise<Known[]> {
  const ids = verdicts.map((verdict) => verdict.package.id)
  const { rows } = await sql<Known>`
    select id, package_id, key, content, fixed_at is null as open, suppressed, rule, aliases
      from vulnerabilities
      where engine = ${engine} and package_id = any(${ids}::bigint[])`.execute(db)
  return rows
}

/** `turned`: what is not in the state any more that it was in, once the rows have their ids. */
function compare(known: readonly Known[], verdicts: readonly Verdict[], at: string) {
  const byPackage = Map.groupBy(known, ({ package_id }) => package_id)
  const opened: Row[] = []
  const changed: Row[] = []
  const gone: { id: number; verdict: Verdict }[] = []
  const turns: { row: Row; turn: Omit<VerdictChange, 'vulnerability_id'> }[] = []
  for (const verdict of verdicts) {
    const before = new Map((byPackage.get(verdict.package.id) ?? []).map((one) => [one.key, one]))
    for (const row of new Map(verdict.findings.map((finding) => rowOf(finding, verdict))).values()) {
      const was = before.get(row.key)
      before.delete(row.key)
      const turn = turnOf(was, row, at)
      const told = !was?.open ? verdict.package.judgedBefore : turn?.cause === 'exception ended'
      const written = {
        ...row,
        unannounced: told && row.suppressed === undefined,
        ...(turn?.cause === 'exception ended' ? { reopened: turn.why } : {}),
      }
      if (!was?.open) opened.push(written)
      else if (was.content !== row.content || !isSameSuppression(was.suppressed, row.suppressed)) changed.push(written)
      if (turn) turns.push({ row, turn })
    }
    // What could not be judged is not fixed.
    for (const one of before.values()) if (one.open && isDecided(one, verdict)) gone.push({ id: one.id, verdict })
  }
  const turned = (id: Id): VerdictChange[] => turns.map(({ row, turn }) => ({ vulnerability_id: id(row), ...turn }))
  return { opened, changed, gone, turned }
}

function isDecided({ rule, aliases }: Known, { decided, undecided }: Verdict): boolean {
  return decided && (undecided.size === 0 || ![rule, ...aliases].some((name) => undecided.has(name)))
}

/** Undefined where it is found first, or is as it was. */
function turnOf(was: Known | undefined, row: Row, at: string): Omit<VerdictChange, 'vulnerability_id'> | undefined {
  const { suppressed, rule } = row
  const before = was?.open ? was.suppressed : null
  if (suppressed) {
    return isSameSuppression(before, suppressed) ? undefined : { state: 'excepted', ...whyExcepted(suppressed) }
  }
  if (before) return { state: 'open', ...whyOpenAgain(before, at) }
  const returned: Because = { cause: 'advisory returned', why: `${rule} names it again` }
  return was && !was.open ? { state: 'open', ...returned } : undefined
}

function rowOf(finding: Finding, { package: { id } }: Verdict): [key: string, row: Row] {
  const subjectPart = finding.id.slice(findingId({ resource: finding.resource, rule: finding.rule }).length)
  const key = keyOf(finding.rule, subjectPart)
  const columns = columnsOf(finding)
  // These three are compared, or replaced, on their own.
  const { epss: _epss, exploited: _exploited, suppressed: _suppressed, ...lasting } = columns
  const content = createHash('sha256').update(storableJson(lasting)).digest('base64url')
  return [key, { ...columns, package_id: id, subject_part: subjectPart, key, content, unannounced: false }]
}

/** Returns the id of each. */
async function write(db: Transaction<Tables>, at: string, rows: readonly Row[]): Promise<Id> {
  if (rows.length === 0) return () => 0
  const own = 'package_id bigint, key text, subject_part text, content text, unannounced boolean, reopened text'
  const { rows: written } = await sql<{ id: number; package_id: number; key: string }>`
    insert into vulnerabilities (package_id, engine, key, subject_part, content, unannounced, reopened, rule, severity,
        score, exploited, title, fix, package, evidence, aliases, reference_list, epss, suppressed, more,
        first_seen, last_seen)
    select r.package_id, ${engine}, r.key, r.subject_part, r.content, r.unannounced, r.reopened, r.rule, r.severity,
        r.score, r.exploited, r.title, r.fix, r.package, r.evidence, r.aliases, r.reference_list, r.epss, r.suppressed,
        r.more, ${at}::timestamptz, ${at}::timestamptz
      from ${recordset(rows, `${own}, ${judgement}, ${detail}`)}
    on conflict (package_id, engine, key) do update set severity = excluded.severity, score = excluded.score,
      exploited = excluded.exploited, title = excluded.title, fix = excluded.fix, package = excluded.package,
      evidence = excluded.evidence, aliases = excluded.aliases, reference_list = excluded.reference_list,
      epss = excluded.epss, suppressed = excluded.suppressed, more = excluded.more, content = excluded.content,
      unannounced = (vulnerabilities.unannounced or excluded.unannounced) and excluded.suppressed is null,
      reopened = coalesce(excluded.reopened, vulnerabilities.reopened),
      last_seen = excluded.last_seen, fixed_at = null
    returning id, package_id, key`.execute(db)
  const ids = new Map(written.map(({ id, package_id, key }) => [`${package_id} ${key}`, id]))
  return ({ package_id, key }) => ids.get(`${package_id} ${key}`)!
}

async function close(
  db: Transaction<Tables>,
  at: string,
  gone: readonly { id: number; verdict: Verdict }[],
): Promise<void> {
  if (gone.length === 0) return
  const { rows } = await sql<{ id: number; rule: string; aliases: readonly string[] }>`
    update vulnerabilities set fixed_at = ${at}::timestamptz, last_seen = ${at}::timestamptz, unannounced = false
    where id = any(${gone.map(({ id }) => id)}::bigint[]) returning id, rule, aliases`.execute(db)
  const verdicts = new Map(gone.map(({ id, verdict }) => [id, verdict]))
  const changes = rows.map((row): VerdictChange => ({
    vulnerability_id: row.id,
    state: 'fixed',
    ...whyClosed(row, verdicts.get(row.id)!),
  }))
  await recordChanges(db, at, changes)
}

async function saveLookups(db: Transaction<Tables>, verdicts: readonly Verdict[]): Promise<void> {
  const rows = verdicts.flatMap((verdict) =>
    verdict.lookups.map((lookedUp) => ({ package_id: verdict.package.id, ...lookupRow(lookedUp) })),
  )
  const columns = 'package_id bigint, ecosystem text, name_key text'
  const ids = verdicts.map((verdict) => verdict.package.id)
  await sql`
    delete from package_lookups where package_id = any(${ids}::bigint[])
      and (package_id, ecosystem, name_key) not in (
        select r.package_id, r.ecosystem, r.name_key from ${recordset(rows, columns)})`.execute(db)
  await sql`
    insert into package_lookups (package_id, ecosystem, name_key)
    select r.package_id, r.ecosystem, r.name_key from ${recordset(rows, columns)}
    on conflict do nothing`.execute(db)
}

/** The images of packages of which another part is judged than before will need new evidence. */
async function markJudged(db: Transaction<Tables>, generation: string, verdicts: readonly Verdict[]): Promise<void> {
  const rows = verdicts.map(({ package: { id }, judged, gaps }) => ({ id, judged, gaps }))
  await sql`
    with new as materialized (
      select r.id, r.judged, r.gaps from ${recordset(rows, 'id bigint, judged boolean, gaps jsonb')}
    ), noted as (
      insert into rejudged_packages
        select p.id from packages p join new n on n.id = p.id where p.judged <> n.judged or p.gaps <> n.gaps
        on conflict do nothing
    ), done as (
      delete from unjudged_packages where package_id in (select id from new)
    )
    update packages p set generation = ${generation}, judged = n.judged, gaps = n.gaps from new n where n.id = p.id`.execute(
    db,
  )
}
