// Of each image the key of its layers, by which it is found as the base of others. The base was kept with an image until now, where
// its base had been read before it.

import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { chainsOf } from '../layer-chains.ts'
import { recordset } from '../storable.ts'

export const chainsOfLayers: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table images add column chain text`.execute(db)
    await fill(db)
    await sql`create index images_by_chain on images (chain)`.execute(db)
    await sql`update images set index = index - 'base' where index -> 'base' ->> 'known' = 'estate'`.execute(db)
  },
}

const atOnce = 1000

async function fill(db: Kysely<unknown>): Promise<void> {
  for (let last = ''; ;) {
    const { rows } = await sql<{ id: string; layers: string[] }>`
      select id, (select coalesce(json_agg(l.value ->> 'digest' order by l.ordinality), '[]')
          from jsonb_array_elements(index -> 'layers') with ordinality l) as layers
        from images where id > ${last} order by id limit ${atOnce}`.execute(db)
    const chains = rows.map(({ id, layers }) => ({ id, chain: chainsOf(layers).at(-1) ?? null }))
    await sql`
      update images i set chain = r.chain
        from ${recordset(chains, 'id text, chain text')} where r.id = i.id`.execute(db)
    if (rows.length < atOnce) return
    last = rows.at(-1)!.id
  }
}
