// Decisions not to act on findings, as they were read last, and what they suppress. What holds for a package everywhere stands
// with its vulnerability; here is what holds for one image or machine alone, and for findings that are no vulnerabilities.

import { sql, type RawBuilder, type Transaction } from 'kysely'
import type { KnownException, ReadException, StoredException } from '../model/exception.ts'
import type { Finding, Suppression } from '../model/finding.ts'
import type { Package } from '../model/package.ts'
import { isImageId } from '../model/resource.ts'
import type { Place } from '../model/scan.ts'
import type { Scope } from '../model/team.ts'
import type { Database } from './database.ts'
import { recordChanges, type VerdictChange } from './finding-changes.ts'
import { toFinding, type FindingRow } from './query-findings.ts'
import { within } from './scope.ts'
import { keyOf, recordset } from './storable.ts'
import { isSameSuppression, whyExcepted, whyOpenAgain } from './suppression.ts'
import type { Tables } from './tables.ts'

/** Those of now, in the order of their files. */
export async function knownExceptions(db: Database): Promise<KnownException[]> {
  const rows = await db.selectFrom('exceptions').selectAll().where('gone_at', 'is', null).execute()
  return rows
    .map(({ key, exception, ended, first_read: firstRead }) => ({ ...exception, key, ended, firstRead }))
    .toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0)))
}

/** Those that are new, say something else, ended, or are not there any more: what they are about is to be weighed again. */
export async function changedExceptions(db: Database, read: readonly ReadException[]): Promise<StoredException[]> {
  const rows = await db.selectFrom('exceptions').selectAll().where('gone_at', 'is', null).execute()
  const before = new Map(rows.map((row) => [row.key, row]))
  const changed: StoredException[] = []
  for (const { key, exception, ended, told } of distinct(read)) {
    const known = before.get(key)
    if (known?.ended !== ended || known.told !== told) changed.push(exception)
    before.delete(key)
  }
  return [...changed, ...Array.from(before.values(), ({ exception }) => exception)]
}

interface Row {
  key: string
  exception: StoredException
  ended: boolean
  /** SHA-256 of all that those say that are shown alike. */
  told: string
}

function distinct(read: readonly ReadException[]): Row[] {
  return Array.from(Map.groupBy(read, keyOfException), ([key, same]) => {
    const { ended, told: _, ...exception } = same[0]!
    return { key, exception, ended, told: keyOf(...same.map(({ told }) => told)) }
  })
}

/** In place of those that were read before. */
export async function recordExceptions(db: Database, read: readonly ReadException[], at: string): Promise<void> {
  const rows = distinct(read)
  await db.transaction().execute(async (transaction) => {
    await sql`
      insert into exceptions (key, exception, ended, told, first_read)
      select r.key, r.exception, r.ended, r.told, ${at}::timestamptz
        from ${recordset(rows, 'key text, exception jsonb, ended boolean, told text')}
      on conflict (key) do update set ended = excluded.ended, told = excluded.told, gone_at = null`.execute(transaction)
    await sql`
      update exceptions set gone_at = ${at}::timestamptz where gone_at is null
        and key not in (select r.key from ${recordset(rows, 'key text')})`.execute(transaction)
  })
}

export function keyOfException(exception: StoredException): string {
  const { kind, file, line, author, status, justification, reason, names, packages, products, until } = exception
  return keyOf(
    JSON.stringify([kind, file, line, author, status, justification, reason, names, packages, products, until]),
  )
}

/** By what names a statement may speak of an image. */
export interface ImageNames {
  id: string
  digest: string
  configDigest: string
  aliases: readonly string[]
  architecture: string | null
}

export async function imageNames(db: Database, images?: readonly string[]): Promise<ImageNames[]> {
  const chosen = images === undefined ? sql`true` : sql`id = any(${[...images]}::text[])`
  const { rows } = await sql<ImageNames>`
    select id, digest, index ->> 'configDigest' as "configDigest", index -> 'aliases' as aliases,
      index ->> 'architecture' as architecture from images where ${chosen} order by id`.execute(db)
  return rows
}

/** All that may be seen: images by their names, whatever else findings are of by its id. */
export async function subjectsWithin(db: Database, scope: Scope): Promise<{ images: ImageNames[]; others: string[] }> {
  const { rows } = await sql<{ subject: string }>`
    select distinct subject from subjects where ${within(scope, 'team')} order by subject`.execute(db)
  const [images, others] = [true, false].map((wanted) =>
    rows.map(({ subject }) => subject).filter((subject) => isImageId(subject) === wanted),
  )
  return { images: await imageNames(db, images), others: others! }
}

/** Images and machines that contain one of the packages, or one that an open vulnerability of these names affects. */
export async function subjectsOf(
  db: Database,
  of: { packages: readonly number[] } | { vulnerabilities: readonly string[] | 'all' },
): Promise<string[]> {
  const chosen =
    'packages' in of
      ? sql`select unnest(${[...of.packages]}::bigint[])`
      : sql`select v.package_id from vulnerabilities v where v.fixed_at is null and ${named('v', of.vulnerabilities)}`
  const { rows } = await sql<{ subject: string }>`
    with chosen as materialized (${chosen})
    select distinct s.image as subject from chosen c (id)
      join package_set_members m on m.package_id = c.id join image_package_sets s on s.set_id = m.set_id
    union
    select subject from contained_packages where gone_at is null and package_id in (select id from chosen c (id))
    order by subject`.execute(db)
  return rows.map(({ subject }) => subject)
}

/** Those for which something holds that does not hold everywhere. */
export async function weighedSubjects(db: Database, vulnerabilities: readonly string[] | 'all'): Promise<string[]> {
  const { rows } = await sql<{ subject: string }>`
    select distinct x.subject from subject_exceptions x join vulnerabilities v on v.id = x.vulnerability_id
      where v.fixed_at is null and ${named('v', vulnerabilities)} order by 1`.execute(db)
  return rows.map(({ subject }) => subject)
}

/** What one image or machine has of a vulnerability, and what is said of it everywhere. */
export interface Weighable {
  subject: string
  id: number
  general: Suppression | null
  found: Omit<Package, 'place'>
  places: readonly Place[]
  finding: Finding
}

export async function weighable(
  db: Database,
  subjects: readonly string[],
  vulnerabilities: readonly string[] | 'all',
): Promise<Weighable[]> {
  const { rows } = await sql<WeighableRow>`
    select c.subject, v.id, v.suppressed as general, p.package as found, c.places, v.rule, v.aliases, v.title,
        v.severity, v.exploited, v.package, c.sub_layer
      from contained c join packages p on p.id = c.package_id join vulnerabilities v on v.package_id = p.id
      where c.subject = any(${[...subjects]}::text[]) and c.gone_at is null and v.fixed_at is null
        and ${named('v', vulnerabilities)}
      order by c.subject, v.id`.execute(db)
  return rows.map(({ subject, id, general, found, places, sub_layer: subLayer, ...rest }) => ({
    subject,
    id,
    general,
    found,
    places,
    finding: {
      id: `${id}`,
      kind: 'vulnerability',
      resource: subject,
      subLayer,
      task: 'vulnerabilities',
      evidence: { places },
      references: [],
      ...(places[0] ? { place: places[0] } : {}),
      ...rest,
    },
  }))
}

type WeighableRow = Omit<Weighable, 'finding'> &
  Pick<Finding, 'rule' | 'aliases' | 'title' | 'severity' | 'exploited'> & {
    package: NonNullable<Finding['package']>
    sub_layer: Finding['subLayer']
  }

function named(table: string, names: readonly string[] | 'all'): RawBuilder<unknown> {
  if (names === 'all') return sql`true`
  const list = sql`${[...names]}::text[]`
  return sql`(${sql.ref(`${table}.rule`)} = any(${list}) or ${sql.ref(`${table}.aliases`)} ?| ${list})`
}

/** What holds for a vulnerability in one image or machine; null: it is open there. */
export interface Weighed {
  subject: string
  id: number
  general: Suppression | null
  suppressed: Suppression | null
}

/** Only what is not as everywhere is kept. What was excepted before and is open now waits to be told. */
export async function recordWeighed(db: Database, weighed: readonly Weighed[], at: string): Promise<void> {
  if (weighed.length === 0) return
  await db.transaction().execute(async (transaction) => {
    const pairs = weighed.map(({ subject, id }) => ({ subject, id }))
    const { rows: known } = await sql<{ subject: string; id: number; suppressed: Suppression | null }>`
      select x.subject, x.vulnerability_id as id, x.suppressed
        from ${recordset(pairs, 'subject text, id bigint')}
        join subject_exceptions x on x.subject = r.subject and x.vulnerability_id = r.id`.execute(transaction)
    const before = new Map(known.map((row) => [`${row.id} ${row.subject}`, row]))
    const changes: VerdictChange[] = []
    const rows: { subject: string; id: number; suppressed: Suppression | null; unannounced: boolean }[] = []
    const asEverywhere: { subject: string; id: number }[] = []
    for (const { subject, id, general, suppressed } of weighed) {
      const own = before.get(`${id} ${subject}`)
      const was = own ? own.suppressed : general
      const reopens = was !== null && suppressed === null
      // The row stays until it has been told that it is open again.
      const isSame = isSameSuppression(general, suppressed) && !reopens
      if (isSame && own) asEverywhere.push({ subject, id })
      if (!isSame && (!own || !isSameSuppression(own.suppressed, suppressed))) {
        rows.push({ subject, id, suppressed, unannounced: reopens })
      }
      if (isSameSuppression(was, suppressed)) continue
      const why = suppressed ? whyExcepted(suppressed) : whyOpenAgain(was!, at)
      changes.push({ vulnerability_id: id, subject, state: suppressed ? 'excepted' : 'open', ...why })
    }
    await sql`
      delete from subject_exceptions x using ${recordset(asEverywhere, 'subject text, id bigint')}
        where x.subject = r.subject and x.vulnerability_id = r.id and not x.unannounced`.execute(transaction)
    await sql`
      insert into subject_exceptions (subject, vulnerability_id, suppressed, unannounced)
      select r.subject, r.id, r.suppressed, r.unannounced
        from ${recordset(rows, 'subject text, id bigint, suppressed jsonb, unannounced boolean')}
      on conflict (subject, vulnerability_id) do update set suppressed = excluded.suppressed,
        unannounced = excluded.unannounced`.execute(transaction)
    await recordChanges(transaction, at, changes)
  })
}

/** A finding that has a row of its own: a setting, a secret, malware, a part of an engine. */
export interface OwnFinding {
  key: string
  engine: string
  finding: Finding
}

export async function* ownFindings(db: Database, names: readonly string[] | 'all'): AsyncGenerator<OwnFinding[]> {
  let after = { key: '', engine: '' }
  for (;;) {
    const { rows } = await sql<FindingRow & { key: string }>`
      select f.*, null::bigint as vulnerability_id, null::timestamptz as gone_at from findings f
        where f.fixed_at is null and (f.key, f.engine) > (${after.key}, ${after.engine}) and ${named('f', names)}
        order by f.key, f.engine limit 1000`.execute(db)
    if (rows.length > 0) yield rows.map((row) => ({ key: row.key, engine: row.engine, finding: toFinding(row) }))
    if (rows.length < 1000) return
    after = rows.at(-1)!
  }
}

/** `before`: what suppressed it until now. */
export interface Resuppressed {
  key: string
  engine: string
  before: Suppression | undefined
  suppressed: Suppression | undefined
}

export async function recordOwn(db: Database, list: readonly Resuppressed[], at: string): Promise<void> {
  const changed = list.filter(({ before, suppressed }) => !isSameSuppression(before, suppressed))
  if (changed.length === 0) return
  const rows = changed.map(({ key, engine, before, suppressed }) => ({
    key,
    engine,
    suppressed,
    state: suppressed ? 'excepted' : 'open',
    ...(suppressed ? whyExcepted(suppressed) : whyOpenAgain(before!, at)),
  }))
  await db.transaction().execute(async (transaction) => {
    await updateOwn(transaction, rows, at)
  })
}

async function updateOwn(db: Transaction<Tables>, rows: readonly object[], at: string): Promise<void> {
  await sql`
    update findings f set suppressed = r.suppressed, reopened = case when r.state = 'open' then r.why end
      from ${recordset(rows, 'key text, engine text, suppressed jsonb, state text, why text')} where f.key = r.key and f.engine = r.engine`.execute(
    db,
  )
  await sql`
    insert into finding_changes (finding_key, engine, at, state, cause, why)
    select r.key, r.engine, ${at}::timestamptz, r.state, r.cause, r.why
      from ${recordset(rows, 'key text, engine text, state text, cause text, why text')}`.execute(db)
}
