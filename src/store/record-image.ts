// What images and machines contain. A package is one row, however many contain it; each subject's row for it holds
// the places where it was found there.

import { sql, type Transaction } from 'kysely'
import type { EstateRecorder } from '../model/estate.ts'
import type { ImageIndex } from '../model/image.ts'
import type { SubLayer } from '../model/layers.ts'
import type { Package } from '../model/package.ts'
import { imageId } from '../model/resource.ts'
import type { Place } from '../model/scan.ts'
import { defaultTeam } from '../model/team.ts'
import type { Database } from './database.ts'
import { json, keyOf, recordset, storableText } from './storable.ts'
import type { Tables } from './tables.ts'

/** `at`: ISO 8601, UTC. */
export async function recordImage(db: Database, image: ImageIndex, at: string): Promise<void> {
  const { packages: all, ...rest } = image
  // What is not judged must not meet the vulnerabilities of the same package elsewhere.
  const { packages = [], unjudged } = Object.groupBy(all, isJudged)
  const index = unjudged === undefined ? rest : { ...rest, unjudged }
  const id = imageId(image.digest)
  const values = {
    name: storableText(image.aliases[0] ?? image.digest),
    distribution: image.distribution ? storableText(image.distribution.name) : null,
    size: image.size,
    layer_count: image.layers.length,
    package_count: all.length,
    index: json(index),
  }
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('images')
      .values({ id, team: defaultTeam, digest: image.digest, recorded_at: at, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
    await saveAliases(transaction, id, image, at)
    await replacePackages(transaction, { subject: id, subLayer: 'image', packages, at })
  })
}

/** Of a machine. */
export async function recordPackages(
  db: Database,
  subject: string,
  packages: readonly Package[],
  at: string,
): Promise<void> {
  await db
    .transaction()
    .execute((transaction) =>
      replacePackages(transaction, { subject: storableText(subject), subLayer: 'node_os', packages, at }),
    )
}

/** By a digest or any other name that it has or had; undefined when it has not been read. */
export async function readImage(db: Database, name: string): Promise<ImageIndex | undefined> {
  const found = await db
    .selectFrom('image_aliases')
    .innerJoin('images', 'images.id', 'image_aliases.image')
    .select(['images.id', 'images.index'])
    .where('key', '=', keyOf(name))
    .executeTakeFirst()
  if (found === undefined) return undefined
  const { unjudged = [], ...index } = found.index
  return { ...index, packages: [...(await packagesOf(db, found.id)), ...unjudged] }
}

/** Of every image that was read, the digests of its layers from the lowest on. */
export async function imageLayers(db: Database): ReturnType<EstateRecorder['imageLayers']> {
  const { rows } = await sql<Awaited<ReturnType<EstateRecorder['imageLayers']>>[number]>`
    select digest, index -> 'aliases' as aliases,
      (select coalesce(json_agg(l.value ->> 'digest' order by l.ordinality), '[]')
        from jsonb_array_elements(index -> 'layers') with ordinality l) as layers
      from images order by id`.execute(db)
  return rows
}

/** Packages that a later layer hid, and code that a package of the system brought. */
function isJudged({ hiddenBy, ownedBy }: Package): 'packages' | 'unjudged' {
  return hiddenBy === undefined && ownedBy === undefined ? 'packages' : 'unjudged'
}

export async function packagesOf(db: Database, subject: string): Promise<Package[]> {
  const rows = await db
    .selectFrom('contained_packages')
    .innerJoin('packages', 'packages.id', 'contained_packages.package_id')
    .select(['package', 'places'])
    .where('subject', '=', subject)
    .where('gone_at', 'is', null)
    .orderBy('ecosystem')
    .orderBy('name')
    .orderBy('version')
    .orderBy('packages.id')
    .execute()
  return rows.flatMap(({ package: found, places }) => places.map((place) => ({ ...found, place })))
}

/** A tag that moved names the image that has it now; a digest that is an image's own always names that one. */
async function saveAliases(db: Transaction<Tables>, image: string, index: ImageIndex, at: string): Promise<void> {
  const names = [
    index.digest,
    index.configDigest,
    ...index.aliases,
    ...index.aliases.flatMap((alias) => alias.split('@').slice(1)),
  ]
  const keys = new Map(names.map((name) => [keyOf(name), name === index.digest]))
  const rows = [...keys].map(([key, own]) => ({ key, own })).toSorted((a, b) => (a.key < b.key ? -1 : 1))
  await sql`
    insert into image_aliases (key, image, own, recorded_at)
    select r.key, ${image}, r.own, ${at}::timestamptz from ${recordset(rows, 'key text, own boolean')}
    on conflict (key) do update set image = excluded.image, own = excluded.own, recorded_at = excluded.recorded_at
      where image_aliases.image <> excluded.image and (excluded.own or not image_aliases.own)`.execute(db)
  await sql`
    update resource_images u set image = ${image} from image_aliases a
    where a.image = ${image} and a.key = any(${[...keys.keys()]}::text[])
      and u.image in (select r.id from ${recordset(
        names.map((name) => ({ id: imageId(name) })),
        'id text',
      )})
      and u.image <> ${image}`.execute(db)
}

async function replacePackages(
  db: Transaction<Tables>,
  {
    subject,
    subLayer,
    packages,
    at,
  }: { subject: string; subLayer: SubLayer; packages: readonly Package[]; at: string },
): Promise<void> {
  const rows = distinct(packages)
  // In the order of their keys, so that two writers never wait for each other in a circle.
  await sql`
    insert into packages (key, ecosystem, name, version, package)
    select r.key, r.package ->> 'ecosystem', r.package ->> 'name', r.package ->> 'version', r.package
      from ${recordset(rows, 'key text, package jsonb')}
    on conflict (key) do nothing`.execute(db)
  await sql`
    insert into contained_packages (subject, package_id, sub_layer, places, first_seen)
    select ${subject}, p.id, ${subLayer}, r.places, ${at}::timestamptz
      from ${recordset(rows, 'key text, places jsonb')} join packages p on p.key = r.key
    on conflict (subject, package_id) do update set places = excluded.places, gone_at = null
      where contained_packages.places <> excluded.places or contained_packages.gone_at is not null`.execute(db)
  await sql`
    update contained_packages set gone_at = ${at}::timestamptz
    where subject = ${subject} and gone_at is null and package_id not in (
      select p.id from ${recordset(rows, 'key text')} join packages p on p.key = r.key)`.execute(db)
}

interface DistinctPackage {
  key: string
  package: Omit<Package, 'place'>
  places: Place[]
}

/** The same package at several places is one row; sorted by key. */
function distinct(packages: readonly Package[]): DistinctPackage[] {
  const byKey = new Map<string, DistinctPackage>()
  for (const { place, ...rest } of packages) {
    const { ecosystem, name, version, purl, source, arch } = rest
    const kind = rest.declared ? ['declared'] : []
    const key = keyOf(JSON.stringify([ecosystem, name, version, purl, source?.name, source?.version, arch, ...kind]))
    const known = byKey.get(key)
    if (known) known.places.push(place)
    else byKey.set(key, { key, package: rest, places: [place] })
  }
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
}
