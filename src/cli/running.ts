// Puts the parts of a running Plimsoll together: store, cycles, coverage, server. `serve` and `start` both run this.

import { hostname } from 'node:os'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sources } from '../run/sources.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { productVersion } from '../io/version.ts'
import type { Matrix } from '../model/coverage.ts'
import type { Estate } from '../model/estate.ts'
import { loadCatalog } from '../run/catalog.ts'
import { coverage } from '../run/coverage.ts'
import { startCycles, type Cycles } from '../run/cycles.ts'
import { givenContent } from '../run/given-content.ts'
import { dataFolder } from '../run/data-folder.ts'
import { localLook } from '../run/local-look.ts'
import { throttle } from '../run/throttle.ts'
import { loadTrust } from '../run/trust.ts'
import { createApp } from '../serve/app.ts'
import { startServer } from '../serve/server.ts'
import { createSignInLink } from '../serve/sign-in-link.ts'
import { openStore } from '../store/store.ts'

export interface RunOptions {
  data?: string
  database?: string
  host: string
  port: number
  /** Seconds between cycles. */
  every: number
  publicUrl?: URL
  /** Path of the file that says who may sign images. */
  trust?: string
  yaraRules?: readonly string[]
  malwareHashes?: readonly string[]
  quiet: boolean
}

export interface Running {
  url: string
  /** Where it listens for this machine's operator, or why it does not. */
  socket: { path: string } | { missing: string }
  cycles: Cycles
  /** A new link, for one sign-in as the local administrator. */
  signInLink(): Promise<string>
  matrix(): Promise<Matrix>
  estate(): Promise<Estate>
  /** Ends requests, the cycle under way and the store, in this order. */
  close(): Promise<void>
}

/** The person that `npm start` signs in. */
const localAdministrator = { id: 'local-administrator', name: 'Local administrator', role: 'admin' } as const
const everybody = { teams: 'all' } as const

export async function runPlimsoll(options: RunOptions): Promise<Running> {
  const folder = dataFolder(options.data)
  const log = createLog(options.quiet ? 'warn' : 'info')
  const catalog = await loadCatalog()
  const trust = await loadTrust({ file: options.trust, keys: [] })
  const { yaraRules = [], malwareHashes = [] } = options
  const content = await givenContent({ yaraRules, malwareHashes })
  const store = await openStore(options.database ? { database: options.database } : { folder }, {
    as: 'plimsoll serve',
  })
  try {
    await store.createPerson(localAdministrator)
    const lookOnce = await localLook({ recorder: store, folder, isNew: throttle(), trust, content })
    const cycles = startCycles({
      pause: options.every * 1000,
      failed: (error) => log.error({ error: error.message }, 'the cycle failed; the next one tries again'),
      look: async (report, signal) => {
        await lookOnce(report, signal)
        const copy = await store.keepCopy()
        if ('failed' in copy) log.error({ error: copy.failed }, 'no copy of the store was kept')
      },
    })
    const { matrix, resourceCells } = coverage(catalog, (scope) => store.estate(scope), systemClock)
    const app = createApp({
      store,
      signIn: store.signIn,
      catalog,
      sources,
      matrix,
      resourceCells,
      progress: cycles,
      look: cycles.lookNow,
      localAdministrator: localAdministrator.id,
      estate: hostname(),
      version: productVersion(),
      clock: systemClock,
      log,
      consoleFolder: consoleFolder(),
      ...(options.publicUrl ? { publicUrl: options.publicUrl } : {}),
    })
    const { host, port } = options
    const server = await startServer({ app, host, port, socketPath: socketPath(folder) }).catch(async (error) => {
      await cycles.stop()
      throw error
    })
    return {
      url: server.url,
      socket: server.socket,
      cycles,
      signInLink: async () =>
        (await createSignInLink(store.signIn, localAdministrator.id, options.publicUrl ?? server.url)).url,
      matrix: () => matrix({ all: false, scope: everybody }),
      estate: () => store.estate(everybody),
      async close() {
        await server.close()
        await cycles.stop()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** The local socket of the server that uses a data folder. */
export function socketPath(folder: string): string {
  return join(folder, 'serve.sock')
}

/** `web/dist` in a checkout, `dist/console` in the package. */
function consoleFolder(): string {
  const checkout = fileURLToPath(new URL('../../web/dist', import.meta.url))
  return existsSync(checkout) ? checkout : fileURLToPath(new URL('../console', import.meta.url))
}
