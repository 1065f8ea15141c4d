// The estate: who owns what, what was found, what was looked at, and what is wrong.
//
// Texts that come from outside may be longer than an index takes (2,704 bytes), so what is unique by such a text is
// unique by its SHA-256 (`key`). https://www.postgresql.org/docs/15/btree-implementation.html

import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { runStatements } from './statements.ts'

export const estate: Migration = {
  up: async (db: Kysely<unknown>) => {
    await runStatements(db, statements)
  },
}

const teams = [
  `create table teams (
    id text primary key,
    name text not null
  )`,
  `insert into teams (id, name) values ('default', 'Default')`,
  `create table people (
    id text primary key,
    name text not null,
    email text unique,
    created_at timestamptz not null
  )`,
  `create table memberships (
    person text not null references people on delete cascade,
    team text not null references teams,
    role text not null check (role in ('viewer', 'editor', 'admin')),
    primary key (person, team)
  )`,
  `create table audit_log (
    seq bigint generated always as identity primary key,
    at timestamptz not null,
    person text not null,
    action text not null,
    subject text
  )`,
]

const inventory = [
  `create table sources (
    id text primary key,
    team text not null references teams,
    state text not null,
    report jsonb not null,
    asked_at timestamptz not null,
    answered_at timestamptz
  )`,
  `create table resources (
    id text primary key,
    team text not null references teams,
    source text not null references sources,
    service text not null,
    kind text not null,
    name text not null,
    resource jsonb not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    gone_at timestamptz
  )`,
  `create index resources_by_source on resources (source) where gone_at is null`,
  `create index resources_by_team on resources (team, service) where gone_at is null`,
  // `image`: under its own digest once it has been read, whichever digest the runtime reports.
  `create table resource_images (
    resource text not null references resources on delete cascade,
    position int not null,
    reference text not null,
    image text,
    primary key (resource, position)
  )`,
  `create index resource_images_by_image on resource_images (image)`,
]

const images = [
  `create table images (
    id text primary key,
    team text not null references teams,
    digest text not null,
    name text not null,
    distribution text,
    size bigint not null,
    layer_count int not null,
    package_count int not null,
    index jsonb not null,
    recorded_at timestamptz not null
  )`,
  // Digests, repository digests and tags, each by its SHA-256; a tag names the image that had it last.
  `create table image_aliases (
    key text primary key,
    image text not null references images on delete cascade,
    own boolean not null,
    recorded_at timestamptz not null
  )`,
  `create index image_aliases_by_image on image_aliases (image)`,
  `create table packages (
    id bigint generated always as identity primary key,
    key text not null unique,
    ecosystem text not null,
    name text not null,
    version text not null,
    package jsonb not null
  )`,
  // What an image or a machine contains; a machine's packages that are gone stay, as history.
  `create table contained_packages (
    subject text not null,
    package_id bigint not null references packages,
    sub_layer text not null,
    places jsonb not null,
    first_seen timestamptz not null,
    gone_at timestamptz,
    primary key (subject, package_id)
  )`,
  `create index contained_packages_by_package on contained_packages (package_id)`,
]

const evidence = [
  `create table evidence (
    seq bigint primary key,
    resource text not null,
    sub_layer text not null,
    task text not null,
    engine text not null,
    at timestamptz not null,
    depth_done int not null,
    depth_of int not null,
    depth_unit text not null,
    gaps jsonb not null,
    previous text not null,
    hash text not null
  )`,
  `create index evidence_by_cell on evidence (resource, sub_layer, task, engine, at)`,
  // Where the chain ends: an appending transaction locks this row, and a tail that was cut off is noticed by it.
  `create table evidence_head (
    only_row boolean primary key default true check (only_row),
    seq bigint not null,
    hash text not null
  )`,
  `insert into evidence_head (seq, hash) values (0, '')`,
  `create table newest_evidence (
    resource text not null,
    sub_layer text not null,
    task text not null,
    engine text not null,
    at timestamptz not null,
    seq bigint not null references evidence,
    primary key (resource, sub_layer, task, engine)
  )`,
]

const findings = [
  // A package version × an advisory: what an image or a machine has is derived from what it contains.
  `create table vulnerabilities (
    id bigint generated always as identity primary key,
    package_id bigint not null references packages,
    engine text not null,
    key text not null,
    subject_part text not null,
    rule text not null,
    severity text not null,
    score float8,
    exploited boolean not null,
    title text not null,
    fix text,
    package jsonb not null,
    evidence jsonb not null,
    aliases jsonb not null,
    reference_list jsonb not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    fixed_at timestamptz,
    unique (package_id, engine, key)
  )`,
  // All other findings, each of one resource or image.
  `create table findings (
    key text not null,
    engine text not null,
    id text not null,
    kind text not null,
    subject text not null,
    sub_layer text not null,
    task text not null,
    rule text not null,
    severity text not null,
    score float8,
    exploited boolean not null,
    title text not null,
    fix text,
    package jsonb,
    place jsonb,
    evidence jsonb not null,
    aliases jsonb not null,
    reference_list jsonb not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    fixed_at timestamptz,
    primary key (key, engine)
  )`,
  `create index findings_by_subject on findings (subject, sub_layer, task, engine)`,
]

const views = [
  // Which live resources a finding's subject concerns: itself, or the workloads that run the image; an image that
  // nothing runs stands for itself, in the team that it was recorded for.
  `create view subjects as
    select id as subject, id as resource, name, service, team from resources where gone_at is null
    union all
    select distinct u.image, r.id, r.name, r.service, r.team
      from resource_images u join resources r on r.id = u.resource and r.gone_at is null
      where u.image is not null
    union all
    select i.id, i.id, i.name, null, i.team from images i where not exists (
      select from resource_images u join resources r on r.id = u.resource and r.gone_at is null where u.image = i.id)`,
  // Every finding in one shape, with what it was derived from. A vulnerability that never met the package there, because one of
  // them was gone before the other came, is none.
  `create view seen_findings as
    select id, engine, kind, subject, sub_layer, task, rule, severity, score, exploited, title, fix, package, place,
        evidence, aliases, reference_list, first_seen, last_seen, fixed_at
      from findings
    union all
    select c.subject || E'\\n' || v.rule || E'\\n' || v.subject_part, v.engine, 'vulnerability', c.subject, c.sub_layer,
        'vulnerabilities', v.rule, v.severity, v.score, v.exploited, v.title, v.fix, v.package, c.places -> 0,
        case when v.evidence ? 'places' then v.evidence || jsonb_build_object('places', c.places) else v.evidence end,
        v.aliases, v.reference_list,
        least(greatest(c.first_seen, v.first_seen), v.last_seen), least(v.last_seen, c.gone_at),
        least(v.fixed_at, c.gone_at)
      from contained_packages c
      join vulnerabilities v on v.package_id = c.package_id
      where (v.fixed_at is null or v.fixed_at >= c.first_seen) and (c.gone_at is null or c.gone_at >= v.first_seen)`,
]

const statements = [...teams, ...inventory, ...images, ...evidence, ...findings, ...views]
