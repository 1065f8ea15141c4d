// One assessment: its evidence into the chain, and its findings in place of those that the same engine found there.

import { sql, type Transaction } from 'kysely'
import { evidenceOf, type Assessment, type Evidence } from '../model/evidence.ts'
import { findingId, type Finding, type Suppression } from '../model/finding.ts'
import type { Database } from './database.ts'
import { appendEvidence, lockChain, saysTheSame } from './evidence-chain.ts'
import { columnsOf, detail, judgement } from './finding-columns.ts'
import { keyOf, recordset, storableText } from './storable.ts'
import { isSameSuppression, whyExcepted, whyOpenAgain } from './suppression.ts'
import type { Tables } from './tables.ts'
import { noteEvidence } from './unjudged-images.ts'

/** Doing it twice changes nothing; one that is older than what is known adds its evidence and nothing else. */
export async function recordAssessment(db: Database, assessment: Assessment): Promise<void> {
  const resource = storableText(assessment.resource)
  const at = new Date(assessment.at).toISOString()
  await db.transaction().execute(async (transaction) => {
    const isNewest =
      assessment.leavesNoEvidence || (await saveEvidence(transaction, { ...evidenceOf(assessment), resource, at }))
    if (!isNewest) return
    const task = { ...assessment, resource, at }
    const { ofPackages, others } = await split(transaction, task)
    await saveVulnerabilities(transaction, task, ofPackages)
    await saveFindings(transaction, task, others)
    if (judgedNothing(assessment)) return
    await markFixed(transaction, task, ofPackages, others)
  })
}

/** What was not judged is not fixed: findings stay open when a task could judge nothing of what was there. */
function judgedNothing({ depth }: Assessment): boolean {
  return depth.done === 0 && depth.of > 0
}

/** Whether it is the newest of its resource × sub-layer × task × engine. */
async function saveEvidence(db: Transaction<Tables>, evidence: Evidence): Promise<boolean> {
  const head = await lockChain(db)
  const { resource, subLayer, task, engine, at } = evidence
  const same = await db
    .selectFrom('evidence')
    .selectAll()
    .where('resource', '=', resource)
    .where('sub_layer', '=', subLayer)
    .where('task', '=', task)
    .where('engine', '=', engine)
    .where('at', '>=', at)
    .execute()
  const known = same.some((row) => saysTheSame(row, evidence))
  const isNewest = same.every((row) => Date.parse(row.at) === Date.parse(at))
  if (known) return isNewest
  const seq = await appendEvidence(db, head, evidence)
  if (!isNewest) return false
  await db
    .insertInto('newest_evidence')
    .values({ resource, sub_layer: subLayer, task, engine, at, seq })
    .onConflict((conflict) => conflict.columns(['resource', 'sub_layer', 'task', 'engine']).doUpdateSet({ at, seq }))
    .execute()
  await noteEvidence(db, [resource])
  return true
}

interface OfPackage {
  finding: Finding
  packageId: number
  /** What tells it from others of the same rule: the end of its id. */
  subjectPart: string
  key: string
}

/** Vulnerabilities of packages that the resource is known to contain are stored with the package, for all who have it. */
async function split(
  db: Transaction<Tables>,
  { resource, findings }: Assessment,
): Promise<{ ofPackages: OfPackage[]; others: readonly Finding[] }> {
  if (!findings.some(({ kind }) => kind === 'vulnerability')) return { ofPackages: [], others: findings }
  const { rows: contained } = await sql<{ id: number; purl: string }>`
    select p.id, p.package ->> 'purl' as purl from contained c join packages p on p.id = c.package_id
      where c.subject = ${resource} and c.gone_at is null order by p.id desc`.execute(db)
  const idOf = new Map(contained.map(({ id, purl }) => [purl, id]))
  const ofPackages: OfPackage[] = []
  const others: Finding[] = []
  for (const finding of findings) {
    const packageId = finding.package && idOf.get(storableText(finding.package.purl))
    const start = findingId({ resource, rule: finding.rule })
    if (finding.kind !== 'vulnerability' || packageId === undefined || !finding.id.startsWith(start)) {
      others.push(finding)
      continue
    }
    const subjectPart = finding.id.slice(start.length)
    ofPackages.push({ finding, packageId, subjectPart, key: keyOf(finding.rule, subjectPart) })
  }
  return { ofPackages: withoutDoubles(ofPackages, ({ key }) => key), others: withoutDoubles(others, ({ id }) => id) }
}

/** A verdict on a package that is newer than this one, made when it was judged elsewhere, stays. */
async function saveVulnerabilities(
  db: Transaction<Tables>,
  { engine, at }: Assessment,
  found: readonly OfPackage[],
): Promise<void> {
  if (found.length === 0) return
  const rows = found.map(({ finding, packageId, subjectPart, key }) => ({
    ...columnsOf(finding),
    package_id: packageId,
    subject_part: subjectPart,
    key,
  }))
  await sql`
    insert into finding_changes (vulnerability_id, at, state, cause, why)
    select v.id, ${at}::timestamptz, 'open', 'found again', 'it was found again'
      from ${recordset(rows, 'package_id bigint, key text')}
      join vulnerabilities v on v.package_id = r.package_id and v.engine = ${engine} and v.key = r.key
      where v.fixed_at is not null and v.last_seen <= ${at}::timestamptz`.execute(db)
  await sql`
    insert into vulnerabilities (package_id, engine, key, subject_part, rule, severity, score, exploited, title, fix,
        package, evidence, aliases, reference_list, epss, suppressed, more, first_seen, last_seen)
    select r.package_id, ${engine}, r.key, r.subject_part, r.rule, r.severity, r.score, r.exploited, r.title, r.fix,
        r.package, r.evidence, r.aliases, r.reference_list, r.epss, r.suppressed, r.more,
        ${at}::timestamptz, ${at}::timestamptz
      from ${recordset(rows, `package_id bigint, key text, subject_part text, ${judgement}, ${detail}`)}
    on conflict (package_id, engine, key) do update set severity = excluded.severity, score = excluded.score,
      exploited = excluded.exploited, title = excluded.title, fix = excluded.fix, package = excluded.package,
      evidence = excluded.evidence, aliases = excluded.aliases, reference_list = excluded.reference_list,
      epss = excluded.epss, suppressed = excluded.suppressed, more = excluded.more,
      content = '', last_seen = excluded.last_seen, fixed_at = null
      where vulnerabilities.last_seen <= excluded.last_seen`.execute(db)
}

async function saveFindings(
  db: Transaction<Tables>,
  { resource, subLayer, task, engine, at }: Assessment,
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return
  const rows = findings.map((finding) => ({
    ...columnsOf(finding),
    id: finding.id,
    key: keyOf(finding.id),
    kind: finding.kind,
    place: finding.place,
  }))
  await recordTurns(db, engine, at, rows)
  await sql`
    insert into findings (key, engine, id, kind, subject, sub_layer, task, rule, severity, score, exploited, title, fix,
        package, place, evidence, aliases, reference_list, epss, suppressed, more, first_seen, last_seen)
    select r.key, ${engine}, r.id, r.kind, ${resource}, ${subLayer}, ${task}, r.rule, r.severity, r.score, r.exploited,
        r.title, r.fix, r.package, r.place, r.evidence, r.aliases, r.reference_list, r.epss, r.suppressed, r.more,
        ${at}::timestamptz, ${at}::timestamptz
      from ${recordset(rows, `key text, id text, kind text, place jsonb, ${judgement}, ${detail}`)}
    on conflict (key, engine) do update set sub_layer = excluded.sub_layer, task = excluded.task,
      severity = excluded.severity, score = excluded.score, exploited = excluded.exploited, title = excluded.title,
      fix = excluded.fix, package = excluded.package, place = excluded.place, evidence = excluded.evidence,
      aliases = excluded.aliases, reference_list = excluded.reference_list, epss = excluded.epss,
      suppressed = excluded.suppressed, more = excluded.more,
      last_seen = excluded.last_seen, fixed_at = null`.execute(db)
}

/** What was fixed or excepted and is open now, and what is excepted now. */
async function recordTurns(
  db: Transaction<Tables>,
  engine: string,
  at: string,
  rows: readonly { key: string; suppressed: Suppression | undefined }[],
): Promise<void> {
  const { rows: known } = await sql<{ key: string; open: boolean; suppressed: Suppression | null }>`
    select f.key, f.fixed_at is null as open, f.suppressed
      from ${recordset(rows, 'key text')} join findings f on f.key = r.key and f.engine = ${engine}`.execute(db)
  const before = new Map(known.map((row) => [row.key, row]))
  const turns = rows.flatMap(({ key, suppressed }) => {
    const was = before.get(key)
    const suppressedBefore = was?.open ? was.suppressed : null
    if (suppressed) {
      return isSameSuppression(suppressedBefore, suppressed)
        ? []
        : [{ key, state: 'excepted', ...whyExcepted(suppressed) }]
    }
    if (suppressedBefore) return [{ key, state: 'open', ...whyOpenAgain(suppressedBefore, at) }]
    return was && !was.open ? [{ key, state: 'open', cause: 'found again', why: 'it was found again' }] : []
  })
  if (turns.length === 0) return
  await sql`
    insert into finding_changes (finding_key, engine, at, state, cause, why)
    select r.key, ${engine}, ${at}::timestamptz, r.state, r.cause, r.why
      from ${recordset(turns, 'key text, state text, cause text, why text')}`.execute(db)
  await sql`
    update findings f set reopened = r.why from ${recordset(turns, 'key text, cause text, why text')}
      where f.key = r.key and f.engine = ${engine} and r.cause = 'exception ended'`.execute(db)
}

async function markFixed(
  db: Transaction<Tables>,
  { resource, subLayer, task, engine, at, undecided = [] }: Assessment,
  ofPackages: readonly OfPackage[],
  others: readonly Finding[],
): Promise<void> {
  const keys = others.map(({ id }) => ({ key: keyOf(id) }))
  await sql`
    with gone as (
      update findings set fixed_at = ${at}::timestamptz
      where subject = ${resource} and sub_layer = ${subLayer} and task = ${task} and engine = ${engine}
        and fixed_at is null and key not in (select r.key from ${recordset(keys, 'key text')})
        and not (kind = 'rule' and rule = any(${[...undecided]}::text[]))
      returning key, kind
    )
    insert into finding_changes (finding_key, engine, at, state, cause, why)
    select key, ${engine}, ${at}::timestamptz, 'fixed', 'not found again',
        case kind when 'rule' then 'the setting passes the rule now' else 'it was not found again' end
      from gone`.execute(db)
  if (task !== 'vulnerabilities') return
  const kept = ofPackages.map(({ packageId, key }) => ({ package_id: packageId, key }))
  await sql`
    with gone as (
      update vulnerabilities v set fixed_at = ${at}::timestamptz
      from contained c
      where c.subject = ${resource} and c.gone_at is null and c.sub_layer = ${subLayer} and c.package_id = v.package_id
        and v.engine = ${engine} and v.fixed_at is null and v.last_seen <= ${at}::timestamptz
        and (v.package_id, v.key) not in (
          select r.package_id, r.key from ${recordset(kept, 'package_id bigint, key text')})
      returning v.id
    )
    insert into finding_changes (vulnerability_id, at, state, cause, why)
    select id, ${at}::timestamptz, 'fixed', 'not found again', 'it was not found again' from gone`.execute(db)
}

function withoutDoubles<T>(list: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(list.map((item) => [key(item), item])).values()]
}
