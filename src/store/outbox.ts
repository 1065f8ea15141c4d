// Notifications on their way: made in the transaction that takes note of the findings, sent once each, and kept when a
// receiver does not answer. Neither addresses nor secrets are here: a channel is known by its name.

import { sql, type Transaction } from 'kysely'
import { knownAs } from '../model/finding.ts'
import { mostWorkloads, type NotificationContent, type NotifiedFinding } from '../model/notification.ts'
import { severities } from '../model/severity.ts'
import type { Database } from './database.ts'
import { keyOf, recordset } from './storable.ts'
import type { Tables } from './tables.ts'

/** Findings that a change of the index brought to one team, or the end of an exception. */
export interface NewFindings {
  team: string
  findings: readonly NotifiedFinding[]
}

export interface OutgoingNotification {
  channel: string
  content: NotificationContent
}

export interface DueNotification extends OutgoingNotification {
  id: number
  /** How often it was tried before. */
  attempts: number
}

/** Verdicts looked at in one go, the worst first; the others are counted. */
const atOnce = 1000

/** Takes note of all new findings; `make` says who is told what. Returns how many notifications were made. */
export async function announce(
  db: Database,
  at: string,
  make: (found: readonly NewFindings[], beyond: number) => readonly OutgoingNotification[],
): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ ids: number[] }>`
      select coalesce(json_agg(id order by array_position(${sql.raw(`array['${severities.join("','")}']`)}, severity), id),
        '[]') as ids from vulnerabilities where fixed_at is null and (unannounced or id in (
          select vulnerability_id from subject_exceptions where unannounced))`.execute(transaction)
    const { ids } = rows[0]!
    const reopened = await reopenedFindings(transaction)
    if (ids.length === 0 && reopened.length === 0) return 0
    const found = byTeam([...(await newFindings(transaction, ids.slice(0, atOnce))), ...reopened])
    const beyond = Math.max(0, ids.length - atOnce) + (reopened[0]?.of ?? 0) - reopened.length
    const made = make(found, beyond).map(({ channel, content }) => {
      const { team, generation } = content
      // The same may end again under the same index.
      const again = content.findings.some(({ reopened }) => reopened !== undefined) ? at : ''
      return { key: keyOf(channel, team, generation, JSON.stringify(ids), again), channel, team, content }
    })
    await sql`
      insert into notifications (key, channel, team, content, made_at, due_at)
      select r.key, r.channel, r.team, r.content, ${at}::timestamptz, ${at}::timestamptz
        from ${recordset(made, 'key text, channel text, team text, content jsonb')}
      on conflict (key) do nothing`.execute(transaction)
    await sql`
      update vulnerabilities set unannounced = false, reopened = null
        where id = any(${ids}::bigint[]) and (unannounced or reopened is not null)`.execute(transaction)
    await sql`update findings set reopened = null where reopened is not null`.execute(transaction)
    // What is as everywhere again needs no row of its own.
    await sql`
      delete from subject_exceptions x using vulnerabilities v
        where x.unannounced and v.id = x.vulnerability_id and x.suppressed is null and v.suppressed is null`.execute(
      transaction,
    )
    await sql`update subject_exceptions set unannounced = false where unannounced`.execute(transaction)
    return made.length
  })
}

/**
 * An image that nothing runs is told to its own team, with no workload. The ids tell PostgreSQL how much there is to come, as
 * what few rows ever are (unannounced) does not: for one finding it asks row by row, for a thousand it goes through the
 * estate once.
 */
async function newFindings(db: Transaction<Tables>, ids: readonly number[]): Promise<Row[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Row>`
    with containing as (
      select f.id, s.image from vulnerabilities f
        join package_set_members m on m.package_id = f.package_id and not m.again
        join image_package_sets s on s.set_id = m.set_id
        left join subject_exceptions x on x.vulnerability_id = f.id and x.subject = s.image
        where f.id = any(${[...ids]}::bigint[]) and ${isToldOf}
    ), concerned as materialized (
      select c.id, coalesce(w.team, i.team) as team, c.image, w.resource, w.name, w.state
        from containing c join images i on i.id = c.image
        left join (
          select u.image, r.id as resource, r.team, r.name, r.resource -> 'runs' ->> 'state' as state
            from resource_images u join resources r on r.id = u.resource and r.gone_at is null
        ) w on w.image = c.image
      union all
      select f.id, r.team, null, r.id, r.name, null from vulnerabilities f
        join contained_packages c on c.package_id = f.package_id and c.gone_at is null
        join resources r on r.id = c.subject and r.gone_at is null
        left join subject_exceptions x on x.vulnerability_id = f.id and x.subject = c.subject
        where f.id = any(${[...ids]}::bigint[]) and ${isToldOf}
    )
    select g.team, coalesce(v.reopened, (
          select h.why from finding_changes h join subject_exceptions x on x.vulnerability_id = v.id and x.unannounced
            where h.vulnerability_id = v.id and h.subject = x.subject and h.cause = 'exception ended'
              and x.subject in (select subject from subjects where team = g.team)
            order by h.id desc limit 1)) as reopened, v.rule, v.aliases, v.title, v.severity, v.score, v.exploited, v.fix, v.package, g.images,
        coalesce(array_length(g.running, 1), 0) as workload_count,
        to_jsonb(g.running[1:${sql.lit(mostWorkloads)}]) as workloads
      from (
        select id, team, count(distinct image) as images, array_agg(distinct array[resource, name])
            filter (where resource is not null and state is distinct from 'stopped') as running
          from concerned group by id, team
      ) g join vulnerabilities v on v.id = g.id and v.id = any(${[...ids]}::bigint[])
      order by g.team, array_position(${sql.raw(`array['${severities.join("','")}']`)}, v.severity),
        v.exploited desc, v.score desc nulls last, v.rule, v.id`.execute(db)
  return rows
}

/** Settings, secrets, malware, parts of an engine: those whose exception has ended, and how many there are. */
async function reopenedFindings(db: Transaction<Tables>): Promise<(Row & { of: number })[]> {
  const { rows } = await sql<Row & { of: number }>`
    select count(*) over () as of, s.team, f.reopened, f.rule, f.aliases, f.title, f.severity, f.score, f.exploited, f.fix, f.package,
        count(distinct f.subject) filter (where f.subject like 'image/%') as images,
        count(distinct s.resource) filter (where s.resource not like 'image/%') as workload_count,
        to_jsonb((array_agg(distinct array[s.resource, s.name])
          filter (where s.resource not like 'image/%'))[1:${sql.lit(mostWorkloads)}]) as workloads
      from findings f join subjects s on s.subject = f.subject
      where f.reopened is not null and f.fixed_at is null and f.suppressed is null
      group by s.team, f.key, f.engine order by s.team, f.rule, f.key limit ${atOnce}`.execute(db)
  return rows
}

function byTeam(rows: readonly Row[]): NewFindings[] {
  return [...Map.groupBy(rows, ({ team }) => team)].map(([team, ofTeam]) => ({
    team,
    findings: ofTeam.map(toNotified),
  }))
}

/** Of what is excepted in some images, only where it is open. */
const isToldOf = sql`case when x.subject is null then f.unannounced and f.suppressed is null
  else x.suppressed is null and (f.unannounced or x.unannounced) end`

interface Row extends Omit<
  NotifiedFinding,
  'name' | 'score' | 'fix' | 'reopened' | 'package' | 'workloads' | 'workloadCount'
> {
  package: NonNullable<NotifiedFinding['package']> | null
  team: string
  reopened: string | null
  score: number | null
  fix: string | null
  workload_count: number
  /** Id and name. */
  workloads: readonly (readonly [string, string])[] | null
}

function toNotified(row: Row): NotifiedFinding {
  const { rule, aliases, title, severity, score, exploited, fix, images, workloads, reopened, package: found } = row
  return {
    rule,
    name: knownAs({ rule, aliases }),
    aliases,
    title,
    severity,
    ...(score === null ? {} : { score }),
    exploited,
    ...(fix === null ? {} : { fix }),
    ...(reopened === null ? {} : { reopened }),
    ...(found === null ? {} : { package: found }),
    images,
    workloads: (workloads ?? []).map(([id, name]) => ({ id, name })),
    workloadCount: row.workload_count,
  }
}

/**
 * The next one to send, or undefined. Nobody else gets it for `lease` milliseconds; whoever is killed while sending leaves
 * it to be sent again, under the same number.
 */
export async function takeDue(db: Database, now: string, lease: number): Promise<DueNotification | undefined> {
  const until = new Date(Date.parse(now) + lease).toISOString()
  const { rows } = await sql<DueNotification>`
    update notifications set attempts = attempts + 1, due_at = ${until}::timestamptz
      where id = (select id from notifications where sent_at is null and due_at <= ${now}::timestamptz
        order by due_at, id limit 1 for update skip locked)
      returning id, channel, content, attempts - 1 as attempts`.execute(db)
  return rows[0]
}

export async function markSent(db: Database, id: number, at: string): Promise<void> {
  await db.updateTable('notifications').set({ sent_at: at, problem: null }).where('id', '=', id).execute()
}

/** `problem`: why it could not be sent, in words that hold no secret. */
export async function tryAgainAt(db: Database, id: number, at: string, problem: string): Promise<void> {
  await db.updateTable('notifications').set({ due_at: at, problem }).where('id', '=', id).execute()
}
