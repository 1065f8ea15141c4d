// Where `plimsoll affected` gets its answer: the running server of the data folder, else its store.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { get, readText } from '../io/http.ts'
import { affected, type Affected } from '../run/affected.ts'
import { dataFolder } from '../run/data-folder.ts'
import { openStore, type StoreLocation } from '../store/store.ts'
import { socketPath } from './running.ts'

export interface AffectedQuestion {
  limit: number
  data?: string
  database?: string
}

/** Bytes. */
const answerLimit = 64 * 1024 * 1024

/** Throws when there is neither a server nor a store, and when the question is none. */
export async function affectedAnswer(what: string, { limit, data, database }: AffectedQuestion): Promise<Affected> {
  if (database !== undefined) return stored({ database }, what, limit)
  const folder = dataFolder(data)
  const answer = await served(socketPath(folder), what, limit)
  if (answer) return answer
  if (existsSync(join(folder, 'store'))) return stored({ folder }, what, limit)
  throw new Error(`nothing has been looked at yet: there is no store in ${folder}; npm start makes one`)
}

/** Undefined when no server listens. */
async function served(socket: string, what: string, limit: number): Promise<Affected | undefined> {
  if (!existsSync(socket)) return undefined
  const path = `/api/affected?${new URLSearchParams({ search: what, limit: String(limit) })}`
  const response = await get({ socketPath: socket }, path, { idle: 60_000, total: 60_000 }).catch(() => undefined)
  if (!response) return undefined // a killed server left its socket behind
  const body = JSON.parse(await readText(response, answerLimit)) as Affected & { asOf?: string; message?: string }
  if (response.statusCode !== 200) throw new Error(body.message ?? `the running server answers ${response.statusCode}`)
  const { asOf: _, ...answer } = body
  return answer
}

async function stored(location: StoreLocation, what: string, limit: number): Promise<Affected> {
  const store = await openStore(location, { as: 'plimsoll affected' })
  try {
    return await affected(store.affected, { teams: 'all' }, what, limit)
  } finally {
    await store.close()
  }
}
