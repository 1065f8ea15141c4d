// The packages of images, by layer: all that one layer leaves visible is one set, known by its content, so that what is
// stored grows with the distinct layers and not with the images. Where a later layer hides a package, the image has another
// set for that layer.

import { sql, type Kysely } from 'kysely'
import type { Place } from '../model/scan.ts'
import { keyOf, recordset } from './storable.ts'
import type { Tables } from './tables.ts'

export interface PackageSet {
  /** SHA-256 of its content. */
  key: string
  /** Digest of the layer; empty for what no layer is known of. */
  layer: string
  members: readonly SetMember[]
}

interface SetMember {
  key: string
  /** A lower layer of the image brought the same package; these are more places of it. */
  again: boolean
  places: readonly Place[]
}

/** `layers`: digests from the lowest on. `packages`: each by its key, with all places in the image. */
export function packageSetsOf(
  layers: readonly string[],
  packages: readonly { key: string; places: readonly Place[] }[],
): PackageSet[] {
  const height = new Map(layers.map((layer, index) => [layer, index]))
  const heightOf = (layer: string): number => height.get(layer) ?? -1
  const members = new Map<string, SetMember[]>()
  for (const { key, places } of packages) {
    const byLayer = [...Map.groupBy(places, ({ layer = '' }) => layer)]
    const ordered = byLayer.toSorted(([a], [b]) => heightOf(a) - heightOf(b) || (a < b ? -1 : 1))
    for (const [index, [layer, here]] of ordered.entries()) {
      const member = { key, again: index > 0, places: here }
      const ofLayer = members.get(layer)
      if (ofLayer) ofLayer.push(member)
      else members.set(layer, [member])
    }
  }
  return [...members]
    .toSorted(([a], [b]) => heightOf(a) - heightOf(b) || (a < b ? -1 : 1))
    .map(([layer, unordered]) => {
      const ordered = unordered.toSorted((a, b) => (a.key < b.key ? -1 : 1))
      const content = ordered.map(({ key, again, places }) => [key, again, places])
      return { key: keyOf(layer, JSON.stringify(content)), layer, members: ordered }
    })
}

/** In place of those that the image had; their packages are stored already. `at`: ISO 8601, UTC. */
export async function savePackageSets(
  db: Kysely<Tables>,
  image: string,
  sets: readonly PackageSet[],
  at: string,
): Promise<void> {
  const keys = sets.map(({ key }) => key)
  const known = await db
    .selectFrom('package_sets')
    .select('key')
    .where('key', 'in', [...keys, ''])
    .execute()
  const have = new Set(known.map(({ key }) => key))
  // In the order of their keys, so that two writers never wait for each other in a circle.
  const missing = sets.filter(({ key }) => !have.has(key)).toSorted((a, b) => (a.key < b.key ? -1 : 1))
  if (missing.length > 0) await insertSets(db, missing)
  const repeats = sets.some(({ members }) => members.some(({ again }) => again))
  const rows = keys.map((key, position) => ({ key, position }))
  await sql`delete from image_package_sets where image = ${image} and position >= ${keys.length}`.execute(db)
  await sql`
    insert into image_package_sets (image, position, set_id, repeats, first_seen)
    select ${image}, r.position, s.id, ${repeats}, ${at}::timestamptz
      from ${recordset(rows, 'key text, position int')} join package_sets s on s.key = r.key
    on conflict (image, position) do update set set_id = excluded.set_id, repeats = excluded.repeats,
      first_seen = excluded.first_seen
      where image_package_sets.set_id <> excluded.set_id or image_package_sets.repeats <> excluded.repeats`.execute(db)
}

async function insertSets(db: Kysely<Tables>, sets: readonly PackageSet[]): Promise<void> {
  const { rows: added } = await sql<{ key: string }>`
    insert into package_sets (key, layer) select r.key, r.layer
      from ${recordset(
        sets.map(({ key, layer }) => ({ key, layer })),
        'key text, layer text',
      )}
    on conflict (key) do nothing returning key`.execute(db)
  const isAdded = new Set(added.map(({ key }) => key))
  const members = sets
    .filter(({ key }) => isAdded.has(key))
    .flatMap((set) => set.members.map(({ key, again, places }) => ({ set: set.key, key, again, places })))
  await sql`
    insert into package_set_members (set_id, package_id, again, places)
    select s.id, p.id, r.again, r.places
      from ${recordset(members, 'set text, key text, again boolean, places jsonb')}
      join package_sets s on s.key = r.set join packages p on p.key = r.key`.execute(db)
}
