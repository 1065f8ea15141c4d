// What was loaded of each ecosystem when packages of it were judged: where it is something else now, all of them are judged
// again, whether or not an advisory of theirs has changed.

import { sql, type RawBuilder, type Transaction } from 'kysely'
import type { Rematched } from '../model/verdict.ts'
import type { Database } from './database.ts'
import { longestEcosystem } from './packages-to-judge.ts'
import { recordset } from './storable.ts'
import type { Tables } from './tables.ts'

type Ecosystems = Rematched['ecosystems']

export async function judgedEcosystems(db: Database): Promise<Ecosystems> {
  const rows = await db.selectFrom('judged_ecosystems').selectAll().execute()
  return Object.fromEntries(rows.map(({ ecosystem, loaded }) => [ecosystem, loaded]))
}

/** Of some packages: where others were judged by something else, it is neither, which no index has loaded. */
export async function noteEcosystems(db: Transaction<Tables>, ecosystems: Ecosystems): Promise<void> {
  await write(db, ecosystems, sql`'not the same'`)
}

/** Of all packages that there are. */
export async function replaceEcosystems(db: Transaction<Tables>, ecosystems: Ecosystems): Promise<void> {
  await write(db, ecosystems, sql`excluded.loaded`)
}

/** `changed`: what is kept of an ecosystem of which something else was kept. */
async function write(db: Transaction<Tables>, ecosystems: Ecosystems, changed: RawBuilder<unknown>): Promise<void> {
  await sql`
    insert into judged_ecosystems (ecosystem, loaded)
    select r.ecosystem, r.loaded from ${recordset(rowsOf(ecosystems), 'ecosystem text, loaded text')}
    on conflict (ecosystem) do update set loaded = ${changed}
      where judged_ecosystems.loaded <> excluded.loaded`.execute(db)
}

/** Each once, in one order, so that two writers never wait for each other in a circle. */
function rowsOf(ecosystems: Ecosystems): { ecosystem: string; loaded: string }[] {
  const cut = new Map(Object.entries(ecosystems).map(([name, loaded]) => [name.slice(0, longestEcosystem), loaded]))
  return [...cut].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([ecosystem, loaded]) => ({ ecosystem, loaded }))
}
