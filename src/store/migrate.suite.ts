// A store as 0.1.0 left it, with a row for each image and package, opened by this version.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { PGlite } from '@electric-sql/pglite'
import { imageId } from '../model/resource.ts'
import type { Package } from '../model/package.ts'
import type { DistinctPackage } from '../model/verdict.ts'
import { migrations } from './migrations/list.ts'
import { openStore } from './store.ts'
import { debian, digest, everything, image, vulnerability } from './testing.ts'

const folder = mkdtempSync(`${tmpdir()}/plimsoll-migrate-`)
after(() => rmSync(folder, { recursive: true }))

const layer = (found: Package, number: number): Package => ({
  ...found,
  place: { ...found.place, layer: digest(number) },
})
const openssl = debian('openssl', '3.0.15-1')
const bash = debian('bash', '5.2')

/** Two images on one layer, of which the second has `bash` in a layer of its own too; and a machine with a package that is gone. */
async function writeOldStore(): Promise<void> {
  mkdirSync(`${folder}/store`, { mode: 0o700 })
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: await PGlite.create(`${folder}/store`) }) })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error } = await migrator.migrateTo('0002-sign-in')
  assert.equal(error, undefined)
  const at = '2026-11-01T00:00:00Z'
  for (const [index, found] of [openssl, bash].entries()) {
    const { place: _, ...rest } = found
    await sql`insert into packages (key, ecosystem, name, version, package)
      values (${`old ${index}`}, ${found.ecosystem}, ${found.name}, ${found.version}, ${JSON.stringify(rest)}::jsonb)`.execute(
      db,
    )
  }
  for (const number of [1, 2]) {
    const { packages: _, ...index } = {
      ...image(number, []),
      layers: [1, 2].map((of) => ({ digest: digest(of), size: 1, entries: 1 })),
    }
    await sql`insert into images (id, team, digest, name, distribution, size, layer_count, package_count, index, recorded_at)
      values (${imageId(index.digest)}, 'default', ${index.digest}, 'app', 'Debian 12', 1, 2, 2,
        ${JSON.stringify(index)}::jsonb, ${at})`.execute(db)
    const key = createHash('sha256').update(index.digest).digest('hex')
    await sql`insert into image_aliases (key, image, own, recorded_at)
      values (${key}, ${imageId(index.digest)}, true, ${at})`.execute(db)
    const places = {
      1: [layer(openssl, 1).place],
      2: [layer(bash, 1).place, ...(number === 2 ? [layer(bash, 2).place] : [])],
    }
    for (const [id, list] of Object.entries(places)) {
      await sql`insert into contained_packages (subject, package_id, sub_layer, places, first_seen)
        values (${imageId(index.digest)}, ${Number(id)}, 'image', ${JSON.stringify(list)}::jsonb, ${at})`.execute(db)
    }
  }
  await sql`insert into contained_packages (subject, package_id, sub_layer, places, first_seen, gone_at)
    values ('host/a', 2, 'node_os', '[]', ${at}, '2026-11-02T00:00:00Z')`.execute(db)
  const finding = vulnerability('', openssl, 'V1')
  await sql`insert into vulnerabilities (package_id, engine, key, subject_part, rule, severity, score, exploited, title,
      fix, package, evidence, aliases, reference_list, first_seen, last_seen)
    values (1, 'plimsoll', 'k', ${openssl.purl}, 'V1', 'high', 7.5, false, ${finding.title}, ${finding.fix},
      ${JSON.stringify(finding.package)}::jsonb, ${JSON.stringify(finding.evidence)}::jsonb, '["CVE-V1"]', '[]',
      ${at}, ${at})`.execute(db)
  await db.destroy()
}

test('images keep their packages and findings, and share what a layer brings', async () => {
  await writeOldStore()
  const store = await openStore({ folder })
  try {
    const packages = async (number: number) =>
      (await store.image(digest(number)))?.packages.map(({ name, place }) => [name, place.layer])
    assert.deepEqual(await packages(1), [
      ['bash', digest(1)],
      ['openssl', digest(1)],
    ])
    assert.deepEqual(await packages(2), [
      ['bash', digest(1)],
      ['bash', digest(2)],
      ['openssl', digest(1)],
    ])
    for (const number of [1, 2]) {
      const found = await store.findingsOf(everything, imageId(digest(number)))
      assert.deepEqual(
        found.map(({ rule, state, firstSeen }) => [rule, state, firstSeen]),
        [['V1', 'open', '2026-11-01T00:00:00Z']],
      )
    }
    // All waits to be judged again, as what it is: the release is known from the images.
    const waiting: DistinctPackage[] = []
    for await (const batch of store.verdicts.toJudge({ unjudged: true })) waiting.push(...batch)
    assert.deepEqual(
      waiting.map(({ package: { name }, release }) => [name, release]),
      [
        ['bash', { id: 'debian', version: '12', ecosystem: 'Debian:12' }],
        ['openssl', { id: 'debian', version: '12', ecosystem: 'Debian:12' }],
      ],
    )
    // A new image on the same layer, recorded by this version.
    await store.recordImage({ ...image(3, [layer(openssl, 1)]), layers: [{ digest: digest(1), size: 1, entries: 1 }] })
    assert.deepEqual(await packages(3), [['openssl', digest(1)]])
    assert.equal(await store.affected.notJudged(everything), 3)
    const { image: upper } = (await store.imageDetail(everything, imageId(digest(2))))!
    assert.deepEqual(upper.base, { layers: 1, name: 'app:3', digest: digest(3), known: 'estate' })
  } finally {
    await store.close()
  }
})
