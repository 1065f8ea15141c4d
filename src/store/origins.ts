// Of images beside which something lies that can be signed: by whose trust it was judged, and what it was judged from.

import { sql, type Kysely, type Transaction } from 'kysely'
import type { ImageIndex, ImageOrigin, OriginDocuments } from '../model/image.ts'
import type { Database } from './database.ts'
import { json } from './storable.ts'
import type { Tables } from './tables.ts'

const unknownTrust = 'unknown'
const atOnce = 100

export async function saveOrigin(db: Transaction<Tables>, image: string, index: ImageIndex): Promise<void> {
  const { origin, originDocuments: documents, originTrust: trust = unknownTrust } = index
  await db.deleteFrom('image_origins').where('image', '=', image).execute()
  if (origin === undefined || origin.signatures.length + origin.attestations.length === 0) return
  await db
    .insertInto('image_origins')
    .values({ image, trust, documents: documents === undefined ? null : json(documents), good_until: endOf(origin) })
    .execute()
}

/** When the first of its verdicts has to be taken again. */
function endOf({ signatures, attestations }: ImageOrigin): string | null {
  const [first = null] = [...signatures, ...attestations].flatMap(({ until = [] }) => until).toSorted()
  return first
}

export interface OriginToJudge {
  image: string
  origin: ImageOrigin
  /** Absent where they were too much to keep, or an earlier version kept none. */
  documents?: OriginDocuments
  /** Whether it was judged by another trust; else what its verdicts rest on has run out. */
  isOfAnother: boolean
}

/** Those that another trust judged, and those whose verdicts hold no longer. */
export async function* originsToJudge(db: Database, trust: string, now: string): AsyncGenerator<OriginToJudge[]> {
  let after = ''
  for (;;) {
    const { rows } = await sql<Row>`
      select o.image, i.index -> 'origin' as origin, o.documents, o.trust <> ${trust} as is_of_another
        from image_origins o join images i on i.id = o.image
        where (o.trust <> ${trust} or o.good_until <= ${now}::timestamptz) and o.image > ${after}
        order by o.image limit ${atOnce}`.execute(db)
    if (rows.length > 0) yield rows.map(toJudge)
    if (rows.length < atOnce) return
    after = rows.at(-1)!.image
  }
}

interface Row {
  image: string
  origin: ImageOrigin
  documents: OriginDocuments | null
  is_of_another: boolean
}

function toJudge({ documents, is_of_another: isOfAnother, ...row }: Row): OriginToJudge {
  return { ...row, isOfAnother, ...(documents === null ? {} : { documents }) }
}

export async function recordOrigin(
  db: Kysely<Tables>,
  image: string,
  trust: string,
  origin: ImageOrigin,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`
      update images set index = jsonb_set(index, '{origin}', ${json(origin)}) where id = ${image}`.execute(transaction)
    const judged = { trust, good_until: endOf(origin) }
    await transaction.updateTable('image_origins').set(judged).where('image', '=', image).execute()
  })
}
