// How much of what images and machines contain has been judged, from what is known of their packages.

import { sql } from 'kysely'
import type { Depth } from '../model/evidence.ts'
import type { Gap, Place } from '../model/scan.ts'
import type { Database } from './database.ts'

/** `gaps`: of packages first, then of the reading of the image. */
export interface Judged {
  subject: string
  depth: Depth
  gaps: readonly Gap[]
  /** Of the image, for people; absent where it is not known. */
  distribution?: string
}

/** Packages of which another part is judged than the evidence of their images says, and those images. */
export async function rejudged(db: Database): Promise<{ images: string[]; packages: number[] }> {
  const { rows } = await sql<{ images: string[]; packages: number[] }>`
    select (select coalesce(json_agg(package_id), '[]') from rejudged_packages) as packages,
      (select coalesce(json_agg(image order by image), '[]') from (
        select distinct s.image from rejudged_packages r
          join package_set_members m on m.package_id = r.package_id
          join image_package_sets s on s.set_id = m.set_id) i) as images`.execute(db)
  return rows[0]!
}

/** Their evidence has been recorded. */
export async function clearRejudged(db: Database, packages: readonly number[]): Promise<void> {
  await sql`delete from rejudged_packages where package_id = any(${[...packages]}::bigint[])`.execute(db)
}

export type JudgedReader = (subjects: readonly string[]) => Promise<Judged[]>

/** What is known of a set is read once for all images that have it, so that a reader is made anew after each change. */
export function judgedReader(db: Database): JudgedReader {
  const known = new Map<string, Summary>()
  return async (subjects) => {
    const { rows } = await sql<{ image: string; sets: string[]; gaps: readonly Gap[]; distribution: string | null }>`
      select i.id as image, i.distribution, i.index -> 'gaps' as gaps, (
          select coalesce(json_agg(s.set_id::text order by s.position), '[]') from image_package_sets s
            where s.image = i.id) as sets
        from images i where i.id = any(${[...subjects]}::text[])`.execute(db)
    const images = new Map(rows.map((row) => [row.image, row]))
    const machines = subjects.filter((subject) => !images.has(subject))
    const missing = new Set(rows.flatMap(({ sets }) => sets).filter((set) => !known.has(set)))
    for (const summary of await summaries(db, [...missing], machines)) known.set(summary.owner, summary)
    return subjects.map((subject) => {
      const image = images.get(subject)
      const parts = (image?.sets ?? [subject]).flatMap((owner) => known.get(owner) ?? [])
      if (!image) known.delete(subject) // a machine is nobody else's part
      return folded(subject, parts, image?.gaps ?? [], image?.distribution ?? undefined)
    })
  }
}

function folded(
  subject: string,
  parts: readonly Summary[],
  ofReading: readonly Gap[],
  distribution: string | undefined,
): Judged {
  const done = parts.reduce((sum, part) => sum + part.done, 0)
  const of = parts.reduce((sum, part) => sum + part.of, 0)
  const whys = new Set(parts.flatMap((part) => part.whys))
  const gaps = [...Array.from(whys, (why) => ({ why })), ...parts.flatMap((part) => part.placed), ...ofReading]
  const depth = { done, of, unit: 'packages judged' } as const
  return { subject, depth, gaps, ...(distribution === undefined ? {} : { distribution }) }
}

/** Of one set, or of what a machine contains. */
interface Summary {
  owner: string
  done: number
  of: number
  whys: readonly string[]
  placed: readonly { why: string; place: Place }[]
}

async function summaries(
  db: Database,
  sets: readonly string[],
  machines: readonly string[],
): Promise<readonly Summary[]> {
  const { rows } = await sql<Summary>`
    with members as materialized (
      select m.set_id::text as owner, m.package_id, m.places from package_set_members m
        where m.set_id = any(${[...sets]}::bigint[])
      union all
      select c.subject, c.package_id, c.places from contained_packages c
        where c.gone_at is null and c.subject = any(${[...machines]}::text[])
    ), counted as (
      select m.owner, sum(jsonb_array_length(m.places)) as of,
          coalesce(sum(jsonb_array_length(m.places)) filter (where p.judged), 0) as done
        from members m join packages p on p.id = m.package_id group by m.owner
    ), whys as (
      select m.owner, jsonb_agg(distinct g.gap -> 'why') filter (where not g.gap ? 'placed') as whys,
          jsonb_agg(distinct jsonb_build_object('why', g.gap -> 'why', 'place', e.place))
            filter (where g.gap ? 'placed') as placed
        from members m join packages p on p.id = m.package_id
          cross join jsonb_array_elements(p.gaps) as g(gap)
          cross join lateral jsonb_array_elements(case when g.gap ? 'placed' then m.places else '[null]' end) as e(place)
        where p.gaps <> '[]' group by m.owner
    )
    select c.owner, c.done, c.of, coalesce(w.whys, '[]') as whys, coalesce(w.placed, '[]') as placed
      from counted c left join whys w on w.owner = c.owner`.execute(db)
  return rows
}
