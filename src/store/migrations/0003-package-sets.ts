// What images contain, once for each layer instead of once for each image; verdicts that say which index they are from; and
// the outbox of notifications.

import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Place } from '../../model/scan.ts'
import { packageSetsOf, savePackageSets } from '../package-sets.ts'
import type { Tables } from '../tables.ts'
import { runStatements } from './statements.ts'

export const packageSets: Migration = {
  async up(db: Kysely<unknown>) {
    await runStatements(db, [...sets, ...verdicts, ...history, ...outbox])
    await convert(db as Kysely<Tables>)
    await runStatements(db, views)
  },
}

const sets = [
  // All judged packages that one layer leaves visible, by the SHA-256 of them and their places.
  `create table package_sets (
    id bigint generated always as identity primary key,
    key text not null unique,
    layer text not null
  )`,
  // `again`: a lower layer of the image brought the same package; here are more places of it.
  `create table package_set_members (
    set_id bigint not null references package_sets,
    package_id bigint not null references packages,
    again boolean not null,
    places jsonb not null,
    primary key (set_id, package_id)
  )`,
  `create index package_set_members_by_package on package_set_members (package_id, set_id)`,
  // `repeats`: some set of the image has a package again.
  `create table image_package_sets (
    image text not null references images on delete cascade,
    position int not null,
    set_id bigint not null references package_sets,
    repeats boolean not null,
    first_seen timestamptz not null,
    primary key (image, position)
  )`,
  `create index image_package_sets_by_set on image_package_sets (set_id, image)`,
]

const verdicts = [
  // `release`: the distribution that it is part of. `generation`: of the index that judged it.
  `alter table packages add column release jsonb, add column generation text,
    add column judged boolean not null default false, add column gaps jsonb not null default '[]'`,
  `create index packages_by_name on packages (left(name, 200), id)`,
  `create table unjudged_packages (package_id bigint primary key references packages)`,
  `insert into unjudged_packages select id from packages`,
  // What the index was asked for when the package was judged; `name_key`: SHA-256 of ecosystem and name.
  `create table package_lookups (
    ecosystem text not null,
    name_key text not null,
    package_id bigint not null references packages,
    primary key (ecosystem, name_key, package_id)
  )`,
  `create index package_lookups_by_package on package_lookups (package_id)`,
  // Those of which another part is judged than the evidence of their images says.
  `create table rejudged_packages (package_id bigint primary key references packages)`,
  // `more`: what else a finding carries. `content`: hash of all that does not change every day. `unannounced`: it came with a
  // change of the index, and no notification has been made of it yet.
  `alter table vulnerabilities add column epss jsonb, add column suppressed jsonb,
    add column more jsonb not null default '{}', add column content text not null default '',
    add column unannounced boolean not null default false`,
  `alter table findings add column epss jsonb, add column suppressed jsonb,
    add column more jsonb not null default '{}'`,
  `create index vulnerabilities_by_rule on vulnerabilities (left(rule, 200))`,
  `create index vulnerabilities_by_alias on vulnerabilities using gin (aliases jsonb_path_ops)`,
  `create index vulnerabilities_unannounced on vulnerabilities (id) where unannounced`,
  // Each time that the estate was judged with another index; `evidence`: its row in the chain.
  `create table rematches (
    id bigint generated always as identity primary key,
    generation text not null,
    ecosystems jsonb not null,
    at timestamptz not null,
    packages int not null,
    opened int not null,
    closed int not null,
    evidence bigint references evidence
  )`,
]

const history = [
  // Which image a resource ran from when to when.
  `create table image_uses (
    resource text not null references resources on delete cascade,
    image text not null,
    first_seen timestamptz not null,
    gone_at timestamptz,
    primary key (resource, image)
  )`,
  `insert into image_uses (resource, image, first_seen, gone_at)
    select distinct on (u.resource, u.image) u.resource, u.image, r.first_seen, r.gone_at
      from resource_images u join resources r on r.id = u.resource where u.image is not null
      order by u.resource, u.image`,
  `create index image_uses_by_image on image_uses (image)`,
]

const outbox = [
  // `key`: what makes a notification the same one. No address and no secret is in it: `channel` names them.
  `create table notifications (
    id bigint generated always as identity primary key,
    key text not null unique,
    channel text not null,
    team text not null,
    content jsonb not null,
    made_at timestamptz not null,
    attempts int not null default 0,
    due_at timestamptz not null,
    sent_at timestamptz,
    problem text
  )`,
  `create index notifications_due on notifications (due_at) where sent_at is null`,
]

/** Images at a time, so that memory stays small however many there are. */
const atOnce = 100

async function convert(db: Kysely<Tables>): Promise<void> {
  await sql`
    update packages p set release = r.release from (
      select distinct on (c.package_id) c.package_id, jsonb_strip_nulls(jsonb_build_object(
          'id', i.index -> 'distribution' -> 'id', 'version', i.index -> 'distribution' -> 'version',
          'ecosystem', i.index -> 'distribution' -> 'ecosystem')) as release
        from contained_packages c join images i on i.id = c.subject
        join packages q on q.id = c.package_id
        where split_part(i.index -> 'distribution' ->> 'ecosystem', ':', 1) = q.ecosystem
        order by c.package_id) r
    where r.package_id = p.id`.execute(db)
  let last = ''
  for (;;) {
    const { rows: images } = await sql<{ id: string; layers: string[]; at: string }>`
      select id, recorded_at as at, (select coalesce(json_agg(l.value ->> 'digest' order by l.ordinality), '[]')
          from jsonb_array_elements(index -> 'layers') with ordinality l) as layers
        from images where id > ${last} order by id limit ${atOnce}`.execute(db)
    for (const { id, layers, at } of images) {
      const { rows } = await sql<{ key: string; places: Place[] }>`
        select p.key, c.places from contained_packages c join packages p on p.id = c.package_id
          where c.subject = ${id} and c.gone_at is null`.execute(db)
      await savePackageSets(db, id, packageSetsOf(layers, rows), at)
      last = id
    }
    if (images.length < atOnce) break
  }
  await sql`delete from contained_packages where subject in (select id from images)`.execute(db)
}

const places = `case when s.repeats then m.places || coalesce((
    select jsonb_agg(e.place order by t.position, e.number) from image_package_sets t
      join package_set_members n on n.set_id = t.set_id and n.package_id = m.package_id and n.again
      cross join jsonb_array_elements(n.places) with ordinality as e(place, number)
      where t.image = s.image), '[]') else m.places end`

export const judgedLast = `greatest(v.last_seen, (select at from newest_evidence
    where resource = 'estate/packages' and task = 'vulnerabilities' and engine = v.engine))`

/** Of images. */
export const contained = `select s.image as subject, m.package_id, 'image' as sub_layer, ${places} as places,
          s.first_seen, null::timestamptz as gone_at
        from image_package_sets s join package_set_members m on m.set_id = s.set_id and not m.again`

function derived(contained: string): string {
  return `select c.subject || E'\\n' || v.rule || E'\\n' || v.subject_part as id, v.engine, 'vulnerability' as kind,
        c.subject, c.sub_layer, 'vulnerabilities' as task, v.rule, v.severity, v.score, v.exploited, v.title, v.fix,
        v.package, c.places -> 0 as place,
        case when v.evidence ? 'places' then v.evidence || jsonb_build_object('places', c.places) else v.evidence end
          as evidence,
        v.aliases, v.reference_list, v.epss, v.suppressed, v.more,
        least(greatest(c.first_seen, v.first_seen), case when v.fixed_at is null then ${judgedLast} else v.last_seen end)
          as first_seen,
        least(case when v.fixed_at is null then ${judgedLast} else v.last_seen end, c.gone_at) as last_seen,
        least(v.fixed_at, c.gone_at) as fixed_at
      from ${contained}
      where (v.fixed_at is null or v.fixed_at >= c.first_seen) and (c.gone_at is null or c.gone_at >= v.first_seen)`
}

const views = [
  `drop view seen_findings`,
  // A package of an image is there once, however many of its layers bring it.
  `create view contained as
    select subject, package_id, sub_layer, places, first_seen, gone_at from contained_packages
    union all
    select s.image, m.package_id, 'image', ${places}, s.first_seen, null::timestamptz
      from image_package_sets s join package_set_members m on m.set_id = s.set_id and not m.again`,
  // As the one before; what images contain comes from the sets of their layers.
  `create view seen_findings as
    select id, engine, kind, subject, sub_layer, task, rule, severity, score, exploited, title, fix, package, place,
        evidence, aliases, reference_list, epss, suppressed, more, first_seen, last_seen, fixed_at
      from findings
    union all
    select id, engine, kind, subject, sub_layer, task, rule, severity, score, exploited, title, fix, package, place,
        evidence, aliases, reference_list, epss, suppressed, more, first_seen, last_seen, fixed_at
      from (${derived('contained_packages c join vulnerabilities v on v.package_id = c.package_id')}) m
    union all
    select id, engine, kind, subject, sub_layer, task, rule, severity, score, exploited, title, fix, package, place,
        evidence, aliases, reference_list, epss, suppressed, more, first_seen, last_seen, fixed_at
      from (${derived(`(${contained}) c
        join vulnerabilities v on v.package_id = c.package_id`)}) i`,
]
