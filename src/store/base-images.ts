// Which stored image another one was built on: the one that consists of the most of its lowest layers, but not of all. Found
// whenever it is asked for, so that it does not matter which of the two was read first.

import { sql } from 'kysely'
import type { BaseImage } from '../model/image.ts'
import type { Database } from './database.ts'
import { chainsOf } from './layer-chains.ts'

/** `layers`: digests of the image's own from the lowest on. */
export async function storedBase(db: Database, layers: readonly string[]): Promise<BaseImage | undefined> {
  const chains = chainsOf(layers).slice(0, -1)
  if (chains.length === 0) return undefined
  const { rows } = await sql<{ digest: string; aliases: readonly string[]; layers: number }>`
    select digest, index -> 'aliases' as aliases, layer_count as layers from images
      where chain = any(${chains}::text[]) order by layer_count desc, id limit 1`.execute(db)
  const [base] = rows
  if (base === undefined) return undefined
  const name = base.aliases.find((alias) => !alias.includes('sha256:'))
  return { layers: base.layers, ...(name === undefined ? {} : { name }), digest: base.digest, known: 'estate' }
}
