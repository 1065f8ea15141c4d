// Where `plimsoll coverage` gets its answer: the running server of the data folder, else its store, else one look.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { get, readText } from '../io/http.ts'
import { systemClock } from '../io/clock.ts'
import type { CoverageRow } from '../model/coverage.ts'
import type { Estate } from '../model/estate.ts'
import type { ShownMatrix } from '../report/matrix-table.ts'
import { loadCatalog } from '../run/catalog.ts'
import { coverageRows, matrix } from '../run/coverage.ts'
import { dataFolder } from '../run/data-folder.ts'
import { holdAdvisories } from '../run/current-advisories.ts'
import { judgeEach, localLook } from '../run/local-look.ts'
import { memoryEstate } from '../run/memory-estate.ts'
import { openStore, type StoreLocation } from '../store/store.ts'
import { interruptSignal } from './interrupt.ts'
import { socketPath } from './running.ts'
import { progressLine } from './terminal.ts'

export interface CoverageAnswer {
  matrix(): Promise<ShownMatrix>
  rows(): Promise<readonly CoverageRow[]>
}

export interface CoverageQuestion {
  all: boolean
  data?: string
  database?: string
}

export async function coverageAnswer({ all, data, database }: CoverageQuestion): Promise<CoverageAnswer> {
  if (database !== undefined) return computed(await storedEstate({ database }), all)
  const folder = dataFolder(data)
  const socket = socketPath(folder)
  if (existsSync(socket)) {
    const served = servedAnswer(socket, all)
    if (await served.answers()) return served
  }
  if (existsSync(join(folder, 'store'))) return computed(await storedEstate({ folder }), all)
  return computed(await lookOnce(folder), all)
}

/** Bytes. */
const answerLimit = 256 * 1024 * 1024

function servedAnswer(socketPath: string, all: boolean): CoverageAnswer & { answers(): Promise<boolean> } {
  const query = all ? '?all=1' : ''
  const ask = async (path: string): Promise<unknown> => {
    const response = await get({ socketPath }, path, { idle: 60_000, total: 60_000 })
    const text = await readText(response, answerLimit)
    if (response.statusCode !== 200)
      throw new Error(`the running server answers ${response.statusCode} to ${path}: ${text}`)
    return JSON.parse(text)
  }
  return {
    // A socket that nobody listens at was left behind by a killed server.
    answers: () =>
      ask('/healthz').then(
        () => true,
        () => false,
      ),
    matrix: async () => (await ask(`/api/coverage${query}`)) as ShownMatrix,
    rows: async () => (await ask(`/api/coverage/rows${query}`)) as CoverageRow[],
  }
}

async function storedEstate(location: StoreLocation): Promise<Estate> {
  const store = await openStore(location, { as: 'plimsoll coverage' })
  try {
    return await store.estate()
  } finally {
    await store.close()
  }
}

/** For a machine that has no store yet: one cycle, of which nothing is kept. */
async function lookOnce(folder: string): Promise<Estate> {
  const line = progressLine()
  const index = holdAdvisories(folder)
  try {
    const recorder = memoryEstate()
    const judge = judgeEach(recorder, await index.current(), systemClock)
    const look = await localLook({
      recorder,
      folder,
      isNew: () => true,
      judge,
      advisories: index.current,
      ends: index.ends,
    })
    await look(line.show, interruptSignal())
    return await recorder.estate()
  } finally {
    index.close()
    line.clear()
  }
}

async function computed(estate: Estate, all: boolean): Promise<CoverageAnswer> {
  const result = matrix(await loadCatalog(), estate, systemClock(), { all })
  return { matrix: async () => result, rows: async () => coverageRows(result) }
}
