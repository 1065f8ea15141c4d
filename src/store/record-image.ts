// What images and machines contain. A package is one row, however many contain it: of images by the sets of their layers
// (`package-sets.ts`), of machines by a row each, which stays as history when the package is gone.

import { sql, type Transaction } from 'kysely'
import type { ImageIndex } from '../model/image.ts'
import type { Distribution, Package } from '../model/package.ts'
import { imageId } from '../model/resource.ts'
import type { Place } from '../model/scan.ts'
import { defaultTeam } from '../model/team.ts'
import type { Release } from '../model/verdict.ts'
import { chainsOf } from './layer-chains.ts'
import type { Database } from './database.ts'
import { saveOrigin } from './origins.ts'
import { packageSetsOf, savePackageSets } from './package-sets.ts'
import { json, keyOf, recordset, storableText } from './storable.ts'
import type { Tables } from './tables.ts'
import { noteImage } from './unjudged-images.ts'

/** `at`: ISO 8601, UTC. */
export async function recordImage(db: Database, image: ImageIndex, at: string): Promise<void> {
  const { packages: all, originDocuments: _documents, originTrust: _trust, ...rest } = image
  // What is not judged must not meet the vulnerabilities of the same package elsewhere.
  const { packages = [], unjudged } = Object.groupBy(all, isJudged)
  const index = unjudged === undefined ? rest : { ...rest, unjudged }
  const id = imageId(image.digest)
  const layers = image.layers.map(({ digest }) => digest)
  const values = {
    name: storableText(image.aliases[0] ?? image.digest),
    distribution: image.distribution ? storableText(image.distribution.name) : null,
    size: image.size,
    layer_count: image.layers.length,
    package_count: all.length,
    chain: chainsOf(layers).at(-1) ?? null,
    index: json(index),
  }
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('images')
      .values({ id, team: defaultTeam, digest: image.digest, recorded_at: at, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
    await saveAliases(transaction, id, image, at)
    await saveOrigin(transaction, id, image)
    const members = distinct(packages, image.distribution)
    await savePackages(transaction, members)
    await savePackageSets(transaction, id, packageSetsOf(layers, members), at)
    await noteImage(transaction, id)
  })
}

/** Of a machine. */
export async function recordPackages(
  db: Database,
  { subject, packages, distribution, at }: MachinePackages,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const rows = distinct(packages, distribution)
    await savePackages(transaction, rows)
    await replacePackages(transaction, storableText(subject), rows, at)
  })
}

export interface MachinePackages {
  subject: string
  packages: readonly Package[]
  distribution: Distribution | undefined
  at: string
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

/** Packages that a later layer hid, and code that a package of the system brought. */
function isJudged({ hiddenBy, ownedBy }: Package): 'packages' | 'unjudged' {
  return hiddenBy === undefined && ownedBy === undefined ? 'packages' : 'unjudged'
}

export async function packagesOf(db: Database, image: string): Promise<Package[]> {
  const { rows } = await sql<{ package: Omit<Package, 'place'>; places: readonly Place[] }>`
    select p.package, c.places from contained c join packages p on p.id = c.package_id
      where c.subject = ${image} and c.gone_at is null order by p.ecosystem, p.name, p.version, p.id`.execute(db)
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
  // What was remembered under another of its names is of this image too.
  const others = names.map(imageId).filter((name) => name !== image)
  await sql`
    with moved as (delete from image_uses where image = any(${others}::text[]) returning resource, first_seen, gone_at)
    insert into image_uses (resource, image, first_seen, gone_at)
    select resource, ${image}, first_seen, gone_at from moved order by resource, first_seen
    on conflict do nothing`.execute(db)
}

/** Those that are new wait to be judged. In the order of their keys, so that two writers never wait in a circle. */
async function savePackages(db: Transaction<Tables>, rows: readonly DistinctPackage[]): Promise<void> {
  await sql`
    with saved as (
      insert into packages (key, ecosystem, name, version, package, release)
      select r.key, r.package ->> 'ecosystem', r.package ->> 'name', r.package ->> 'version', r.package, r.release
        from ${recordset(
          rows.map(({ key, package: found, release }) => ({ key, package: found, release })),
          'key text, package jsonb, release jsonb',
        )}
      on conflict (key) do update set release = excluded.release
        where packages.release is null and excluded.release is not null
      returning id
    )
    insert into unjudged_packages (package_id) select id from saved on conflict do nothing`.execute(db)
}

async function replacePackages(
  db: Transaction<Tables>,
  subject: string,
  rows: readonly DistinctPackage[],
  at: string,
): Promise<void> {
  const contained = rows.map(({ key, places }) => ({ key, places }))
  await sql`
    insert into contained_packages (subject, package_id, sub_layer, places, first_seen)
    select ${subject}, p.id, 'node_os', r.places, ${at}::timestamptz
      from ${recordset(contained, 'key text, places jsonb')} join packages p on p.key = r.key
    on conflict (subject, package_id) do update set places = excluded.places, gone_at = null
      where contained_packages.places <> excluded.places or contained_packages.gone_at is not null`.execute(db)
  await sql`
    update contained_packages set gone_at = ${at}::timestamptz
    where subject = ${subject} and gone_at is null and package_id not in (
      select p.id from ${recordset(contained, 'key text')} join packages p on p.key = r.key)`.execute(db)
}

interface DistinctPackage {
  key: string
  package: Omit<Package, 'place'>
  release: Release | null
  places: Place[]
}

/** The same package at several places is one row; sorted by key. */
function distinct(packages: readonly Package[], distribution: Distribution | undefined): DistinctPackage[] {
  const byKey = new Map<string, DistinctPackage>()
  for (const { place, ...rest } of packages) {
    const release = releaseOf(rest, distribution)
    const key = packageKey(rest, release)
    const known = byKey.get(key)
    if (known) known.places.push(place)
    else byKey.set(key, { key, package: rest, release, places: [place] })
  }
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

/** All that a verdict can depend on. A purl that names the distribution says which release it is. */
function packageKey(found: Omit<Package, 'place'>, release: Release | null): string {
  const { ecosystem, name, version, purl, source, arch, declared, module, vendor } = found
  const more = [
    ...(declared ? ['declared'] : []),
    ...(module === undefined ? [] : [`module ${module}`]),
    ...(vendor === undefined ? [] : [`vendor ${vendor}`]),
    ...(release === null || /[?&]distro=/.test(purl) ? [] : [`release ${release.ecosystem} ${release.version}`]),
  ]
  return keyOf(JSON.stringify([ecosystem, name, version, purl, source?.name, source?.version, arch, ...more]))
}

/** Of what the distribution installed. */
function releaseOf({ ecosystem: of }: Omit<Package, 'place'>, distribution: Distribution | undefined): Release | null {
  if (distribution?.ecosystem?.split(':', 1)[0] !== of) return null
  const { id, version, ecosystem } = distribution!
  return { id, ...(version === undefined ? {} : { version }), ...(ecosystem === undefined ? {} : { ecosystem }) }
}
