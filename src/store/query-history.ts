// What became of the findings of a workload or a machine: what is fixed, excepted or open again, and why.

import { sql } from 'kysely'
import type { FindingKind } from '../model/finding.ts'
import type { FindingChange, ImageRun } from '../model/history.ts'
import type { Severity } from '../model/severity.ts'
import type { Scope } from '../model/team.ts'
import type { Database } from './database.ts'
import { changesOf } from './finding-changes.ts'
import { imageRuns, type StoredRun } from './image-runs.ts'
import { withResources, type FindingRow } from './query-findings.ts'
import { recordset } from './storable.ts'
import { coursesOf, type Course, type VulnerabilityOfImage } from './workload-history.ts'

export interface PastFinding extends Course {
  kind: FindingKind
  rule: string
  aliases: readonly string[]
  title: string
  severity: Severity
  package?: { ecosystem: string; name: string; version: string }
}

export interface WorkloadHistory {
  /** Oldest first. */
  runs: readonly ImageRun[]
  /** Those that something became of, the newest change first, at most `mostPast`. */
  findings: readonly PastFinding[]
  /** Of every vulnerability of its images, by advisory and package as `causeOf` gives it. */
  courses: ReadonlyMap<string, Course>
}

const mostPast = 500

/** Empty for what is gone, or out of scope. */
export async function workloadHistory(db: Database, scope: Scope, resource: string): Promise<WorkloadHistory> {
  const runs = await imageRuns(db, scope, resource)
  const vulnerabilities = await vulnerabilitiesOf(db, runs)
  const courses = coursesOf(runs, vulnerabilities, await unjudgedIn(db, runs))
  const past = [...courses].filter(([, { changes }]) => changes.length > 0).toSorted(newestFirst)
  const ofImages = await described(db, past.slice(0, mostPast), vulnerabilities)
  const findings = [...ofImages, ...(await ownFixed(db, scope, resource))]
  const newest = findings.toSorted((a, b) => newestFirst(['', a], ['', b])).slice(0, mostPast)
  return { runs: runs.map(toRun), findings: newest, courses }
}

/** Under which two findings of different images are the same. */
export function causeOf({ rule, package: of }: Pick<PastFinding, 'rule' | 'package'>): string {
  return of === undefined ? rule : `${rule}\n${of.ecosystem}\n${of.name}`
}

function newestFirst([, a]: [string, Course], [, b]: [string, Course]): number {
  const [left = '', right = ''] = [a.changes.at(-1)?.at, b.changes.at(-1)?.at]
  return left < right ? 1 : left > right ? -1 : 0
}

interface Vulnerability extends VulnerabilityOfImage {
  id: number
}

async function vulnerabilitiesOf(db: Database, runs: readonly StoredRun[]): Promise<Vulnerability[]> {
  const images = [...new Set(runs.map(({ id }) => id))]
  const { rows } = await sql<VulnerabilityRow>`
    select distinct v.id as vulnerability_id, s.image as subject, v.engine, null as key, v.first_seen, v.fixed_at,
        v.rule || E'\\n' || (v.package ->> 'ecosystem') || E'\\n' || (v.package ->> 'name') as cause
      from image_package_sets s join package_set_members m on m.set_id = s.set_id and not m.again
        join vulnerabilities v on v.package_id = m.package_id
      where s.image = any(${images}::text[]) order by v.id, s.image`.execute(db)
  const changes = await changesOf(db, rows)
  return rows.map((row) => {
    const { vulnerability_id: id, subject: image, cause, first_seen: firstSeen, fixed_at: fixedAt } = row
    const own = changes.get(row)!
    // A store of an earlier version kept no reason.
    const isTold = fixedAt === null || own.some(({ state }) => state === 'fixed')
    const why = 'it was not found any more'
    const untold: FindingChange[] = isTold ? [] : [{ at: fixedAt, state: 'fixed', cause: 'not found again', why }]
    return { id, image, cause, firstSeen, changes: [...own, ...untold] }
  })
}

/** By image, ecosystem and name of the packages in it that nobody judged. */
async function unjudgedIn(db: Database, runs: readonly StoredRun[]): Promise<Map<string, Set<string>>> {
  const images = [...new Set(runs.map(({ id }) => id))]
  const { rows } = await sql<{ image: string; package: string }>`
    select distinct s.image, p.ecosystem || E'\\n' || p.name as package
      from image_package_sets s join package_set_members m on m.set_id = s.set_id and not m.again
        join packages p on p.id = m.package_id
      where s.image = any(${images}::text[]) and not p.judged`.execute(db)
  const byImage = Map.groupBy(rows, ({ image }) => image)
  return new Map([...byImage].map(([image, list]) => [image, new Set(list.map((row) => row.package))]))
}

interface VulnerabilityRow {
  vulnerability_id: number
  subject: string
  engine: string
  key: null
  first_seen: string
  fixed_at: string | null
  cause: string
}

async function described(
  db: Database,
  courses: readonly [string, Course][],
  vulnerabilities: readonly Vulnerability[],
): Promise<PastFinding[]> {
  const idOf = new Map(vulnerabilities.map(({ cause, id }) => [cause, id]))
  const wanted = courses.map(([cause], index) => ({ index, id: idOf.get(cause)! }))
  const { rows } = await sql<Omit<Required<PastFinding>, keyof Course> & { index: number }>`
    select r.index, 'vulnerability' as kind, v.rule, v.aliases, v.title, v.severity, jsonb_build_object(
        'ecosystem', v.package ->> 'ecosystem', 'name', v.package ->> 'name', 'version', v.package ->> 'version') as package
      from ${recordset(wanted, 'index int, id bigint')} join vulnerabilities v on v.id = r.id order by r.index`.execute(
    db,
  )
  return rows.map(({ index, ...found }) => ({ ...found, ...courses[index]![1] }))
}

/** Of the resource itself: settings, and packages of a machine. */
async function ownFixed(db: Database, scope: Scope, resource: string): Promise<PastFinding[]> {
  const { rows } = await sql<FindingRow>`
    select f.* from seen_findings f where f.subject = ${resource} and f.fixed_at is not null
      order by f.fixed_at desc, f.id limit ${mostPast}`.execute(db)
  const found = await withResources(db, scope, rows)
  return found
    .filter(({ resources }) => resources.length > 0)
    .map(({ kind, rule, aliases, title, severity, package: of, firstSeen, state, changes }) => ({
      kind,
      rule,
      aliases,
      title,
      severity,
      ...(of ? { package: { ecosystem: of.ecosystem, name: of.name, version: of.version } } : {}),
      firstSeen,
      state,
      changes,
    }))
}

function toRun({ judgedAt: _judgedAt, ...run }: StoredRun): ImageRun {
  return run
}
