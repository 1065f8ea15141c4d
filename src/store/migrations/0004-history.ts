// What became of findings and why; decisions not to act on some, by whom and until when; and by whose trust the signatures
// of an image were judged.

import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { contained as containedInImages, judgedLast } from './0003-package-sets.ts'
import { runStatements } from './statements.ts'

export const history: Migration = {
  up: (db: Kysely<unknown>) => runStatements(db, [...uses, ...changes, ...exceptions, ...origins, ...views]),
}

const uses = [
  // A workload that goes back to an image has two times with it.
  `alter table image_uses drop constraint image_uses_pkey, add primary key (resource, image, first_seen)`,
  `create unique index image_uses_now on image_uses (resource, image) where gone_at is null`,
  `create index image_uses_ended on image_uses (gone_at) where gone_at is not null`,
  // A container that was made anew is another resource of the same name.
  `create index resources_by_name on resources (left(name, 200))`,
]

const changes = [
  // Of a vulnerability, or of another finding by its key and engine; that it was found first is in their own rows.
  // `subject`: it is so of this image or machine alone.
  `create table finding_changes (
    id bigint generated always as identity primary key,
    vulnerability_id bigint references vulnerabilities,
    finding_key text,
    engine text,
    subject text,
    at timestamptz not null,
    state text not null check (state in ('open', 'excepted', 'fixed')),
    cause text not null,
    why text not null
  )`,
  `create index finding_changes_by_vulnerability on finding_changes (vulnerability_id)`,
  `create index finding_changes_by_finding on finding_changes (finding_key, engine)`,
]

const exceptions = [
  // Statements of VEX and rules of ignore files, as they were read last; those that are gone stay, as history.
  `create table exceptions (
    key text primary key,
    exception jsonb not null,
    ended boolean not null,
    first_read timestamptz not null,
    gone_at timestamptz
  )`,
  // What holds for one image or machine, in place of what is said of the vulnerability everywhere; null: it is open there.
  `create table subject_exceptions (
    subject text not null,
    vulnerability_id bigint not null references vulnerabilities,
    suppressed jsonb,
    unannounced boolean not null default false,
    primary key (subject, vulnerability_id)
  )`,
  `create index subject_exceptions_by_vulnerability on subject_exceptions (vulnerability_id)`,
  `create index subject_exceptions_unannounced on subject_exceptions (vulnerability_id) where unannounced`,
  // `reopened`: why it is told again, where it is not new; of what is not only a vulnerability it waits to be told.
  `alter table vulnerabilities add column reopened text`,
  `alter table findings add column reopened text`,
  `create index findings_reopened on findings (subject) where reopened is not null`,
]

const origins = [
  // What lies beside an image, as it was read, and a digest of the trust by which it was judged; no documents where they
  // were too large to keep.
  `create table image_origins (
    image text primary key references images on delete cascade,
    trust text not null,
    documents jsonb
  )`,
  `create index image_origins_by_trust on image_origins (trust)`,
  // Until now nobody noted whom the user trusted.
  `insert into image_origins (image, trust) select id, 'unknown' from images
    where jsonb_path_exists(index, '$.origin.signatures[*]') or jsonb_path_exists(index, '$.origin.attestations[*]')`,
]

const suppressed = `case when x.subject is null then v.suppressed else x.suppressed end`

function derived(contained: string): string {
  return `select c.subject || E'\\n' || v.rule || E'\\n' || v.subject_part as id, v.engine, 'vulnerability' as kind,
        c.subject, c.sub_layer, 'vulnerabilities' as task, v.rule, v.severity, v.score, v.exploited, v.title, v.fix,
        v.package, c.places -> 0 as place,
        case when v.evidence ? 'places' then v.evidence || jsonb_build_object('places', c.places) else v.evidence end
          as evidence,
        v.aliases, v.reference_list, v.epss, ${suppressed} as suppressed, v.more,
        least(greatest(c.first_seen, v.first_seen), case when v.fixed_at is null then ${judgedLast} else v.last_seen end)
          as first_seen,
        least(case when v.fixed_at is null then ${judgedLast} else v.last_seen end, c.gone_at) as last_seen,
        least(v.fixed_at, c.gone_at) as fixed_at, v.id as vulnerability_id, null::text as key, c.gone_at
      from ${contained} join vulnerabilities v on v.package_id = c.package_id
      left join subject_exceptions x on x.vulnerability_id = v.id and x.subject = c.subject
      where (v.fixed_at is null or v.fixed_at >= c.first_seen) and (c.gone_at is null or c.gone_at >= v.first_seen)`
}

const columns = `id, engine, kind, subject, sub_layer, task, rule, severity, score, exploited, title, fix, package, place,
        evidence, aliases, reference_list, epss, suppressed, more, first_seen, last_seen, fixed_at`

const views = [
  `drop view seen_findings`,
  // As the one before; with what tells its history, and what is excepted for one image alone. `gone_at`: of the package.
  `create view seen_findings as
    select ${columns}, null::bigint as vulnerability_id, key, null::timestamptz as gone_at from findings
    union all
    select ${columns}, vulnerability_id, key, gone_at from (${derived('contained_packages c')}) m
    union all
    select ${columns}, vulnerability_id, key, gone_at from (${derived(`(${containedInImages}) c`)}) i`,
]
