// Which images contain certain packages, and which workloads run those images.

import { sql } from 'kysely'
import type { Package } from '../model/package.ts'
import type { Running } from '../model/resource.ts'
import type { Scope } from '../model/team.ts'
import { spelledAlike } from '../model/package-name.ts'
import type { Severity } from '../model/severity.ts'
import type { Database } from './database.ts'
import { spelled } from './packages-to-judge.ts'
import { within } from './scope.ts'

/** A distinct package version of the estate. */
export interface KnownPackage {
  id: number
  package: Omit<Package, 'place'>
}

/** One that an open vulnerability affects. */
export interface VulnerablePackage extends KnownPackage {
  /** Id of the advisory that speaks for all, and its other names. */
  rule: string
  aliases: readonly string[]
  title: string
  severity: Severity
  exploited: boolean
  fixedIn?: string
}

export interface AffectedImage {
  id: string
  name: string
  /** Ids of the packages asked for that it contains. */
  packages: readonly number[]
  /** Resources that run it. */
  usedBy: number
}

/** A resource that runs an affected image, or a machine that has the package installed itself. */
export interface AffectedWorkload {
  id: string
  name: string
  kind: string
  service: string
  team: string
  /** Absent for what is no workload. */
  state?: Running['state']
  exposure?: Running['exposure']
  /** Absent where the package is installed on the machine itself. */
  image?: string
}

/** Totals count all; the lists hold at most `limit`. */
export interface Containing {
  /** Ids of those asked for that something in the scope contains. */
  packages: readonly number[]
  images: { total: number; list: readonly AffectedImage[] }
  workloads: { total: number; running: number; list: readonly AffectedWorkload[] }
}

/** Open verdicts under this name: the advisory's own, any other of the vulnerability, or that of one who announced it with others. */
export async function vulnerablePackages(db: Database, name: string): Promise<VulnerablePackage[]> {
  const { rows } = await sql<Omit<VulnerablePackage, 'fixedIn'> & { fixed_in: string | null }>`
    select p.id, p.package, v.rule, v.aliases, v.title, v.severity, v.exploited, v.package ->> 'fixedIn' as fixed_in
      from vulnerabilities v join packages p on p.id = v.package_id
      where v.fixed_at is null
        and ((left(v.rule, 200) = left(${name}, 200) and v.rule = ${name}) or v.aliases @> ${JSON.stringify([name])}::jsonb
          or (v.more ? 'says' and v.more -> 'says' @> ${JSON.stringify([{ id: name }])}::jsonb))
      order by p.ecosystem, p.name, p.version, p.id, v.rule`.execute(db)
  return rows.map(({ fixed_in: fixedIn, ...row }) => (fixedIn === null ? row : { ...row, fixedIn }))
}

/** Whatever their version and ecosystem, and however their names are written. */
export async function packagesNamed(db: Database, names: readonly string[]): Promise<KnownPackage[]> {
  const { rows } = await sql<KnownPackage>`
    select p.id, p.package from packages p
      where left(${spelled(sql`p.name`)}, 200) = any(${names.map((name) => spelledAlike(name).slice(0, 200))}::text[])
      order by p.ecosystem, p.name, p.version, p.id`.execute(db)
  return rows
}

/** Nothing outside the scope; those that most run come first. */
export async function containing(
  db: Database,
  scope: Scope,
  packages: readonly number[],
  limit: number,
): Promise<Containing> {
  if (packages.length === 0)
    return { packages: [], images: { total: 0, list: [] }, workloads: { total: 0, running: 0, list: [] } }
  const { rows } = await sql<Row>`
    with hits as materialized (
      select s.image, array_agg(distinct m.package_id) as packages
        from package_set_members m join image_package_sets s on s.set_id = m.set_id
        where m.package_id = any(${[...packages]}::bigint[]) group by s.image
    ), running as materialized (
      select h.image, r.id, r.name, r.kind, r.service, r.team, r.resource -> 'runs' ->> 'state' as state,
          r.resource -> 'runs' ->> 'exposure' as exposure
        from hits h join resource_images u on u.image = h.image
          join resources r on r.id = u.resource and r.gone_at is null and ${within(scope, 'r.team')}
    ), machines as materialized (
      select r.id, r.name, r.kind, r.service, r.team, c.package_id from contained_packages c
        join resources r on r.id = c.subject and r.gone_at is null and ${within(scope, 'r.team')}
        where c.gone_at is null and c.package_id = any(${[...packages]}::bigint[])
    ), seen as materialized (
      select h.image, h.packages, count(distinct g.id) as used_by from hits h join running g on g.image = h.image
        group by h.image, h.packages
      union all
      select h.image, h.packages, 0 from hits h join images i on i.id = h.image and ${within(scope, 'i.team')}
        where not exists (select from resource_images u join resources r on r.id = u.resource and r.gone_at is null
          where u.image = h.image)
    ), workloads as materialized (
      select id, name, kind, service, team, state, exposure, min(image) as image from running
        group by id, name, kind, service, team, state, exposure
      union all
      select distinct id, name, kind, service, team, null, null, null from machines
    )
    select
      (select coalesce(json_agg(distinct p.id), '[]') from (
        select unnest(packages) as id from seen union select package_id from machines) p) as packages,
      (select count(*) from seen) as images_total,
      (select coalesce(jsonb_agg(to_jsonb(x) order by x.used_by desc, x.image), '[]') from (
        select s.image, i.name, s.packages, s.used_by from seen s join images i on i.id = s.image
          order by s.used_by desc, s.image limit ${limit}) x) as images,
      (select count(*) from workloads) as workloads_total,
      (select count(*) from workloads where state is distinct from 'stopped') as workloads_running,
      (select coalesce(jsonb_agg(to_jsonb(x) order by x.stopped, x.name, x.id), '[]') from (
        select w.*, state is not distinct from 'stopped' as stopped from workloads w
          order by stopped, name, id limit ${limit}) x) as workloads`.execute(db)
  const { images_total, images, workloads_total, workloads_running, workloads } = rows[0]!
  return {
    packages: rows[0]!.packages,
    images: {
      total: images_total,
      list: images.map(({ image, used_by, ...rest }) => ({ id: image, ...rest, usedBy: used_by })),
    },
    workloads: { total: workloads_total, running: workloads_running, list: workloads.map(toWorkload) },
  }
}

interface Row {
  packages: readonly number[]
  images_total: number
  images: readonly { image: string; name: string; packages: readonly number[]; used_by: number }[]
  workloads_total: number
  workloads_running: number
  workloads: readonly WorkloadRow[]
}

interface WorkloadRow extends Omit<AffectedWorkload, 'state' | 'exposure' | 'image'> {
  state: Running['state'] | null
  exposure: Running['exposure'] | null
  image: string | null
}

function toWorkload({ id, name, kind, service, team, state, exposure, image }: WorkloadRow): AffectedWorkload {
  return {
    id,
    name,
    kind,
    service,
    team,
    ...(state === null ? {} : { state }),
    ...(exposure === null ? {} : { exposure }),
    ...(image === null ? {} : { image }),
  }
}
