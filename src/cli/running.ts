// Puts the parts of a running Plimsoll together: store, cycles, coverage, server. `serve` and `start` both run this.

import { hostname } from 'node:os'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sources } from '../run/sources.ts'
import { systemClock } from '../io/clock.ts'
import { guardedClient } from '../io/guarded-http.ts'
import { createLog } from '../io/log.ts'
import { productVersion } from '../io/version.ts'
import type { Matrix } from '../model/coverage.ts'
import type { SourceReport } from '../model/source.ts'
import { loadCatalog } from '../run/catalog.ts'
import { coverage } from '../run/coverage.ts'
import { startCycles, type Cycles } from '../run/cycles.ts'
import { givenContent } from '../run/given-content.ts'
import { holdAdvisories } from '../run/current-advisories.ts'
import { dataFolder } from '../run/data-folder.ts'
import { estateExceptions } from '../run/estate-exceptions.ts'
import { estateJudge } from '../run/estate-judge.ts'
import { updateFeeds } from '../run/feeds-update.ts'
import { keepCurrent, type KeepCurrentParts } from '../run/keep-current.ts'
import { localLook } from '../run/local-look.ts'
import { readNotifyConfig } from '../run/notify/config.ts'
import { notifier } from '../run/notify/notify.ts'
import { throttle } from '../run/throttle.ts'
import { holdTrust, judgeOrigins } from '../run/estate-trust.ts'
import { createApp } from '../serve/app.ts'
import { startServer } from '../serve/server.ts'
import { createSignInLink } from '../serve/sign-in-link.ts'
import type { FindingGroups } from '../store/query-findings.ts'
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
  javaArchives?: readonly string[]
  /** Path of the file that says who is told of new findings. */
  notify?: string
  /** Seconds between two updates of the advisory feeds; nobody updates them here when it is absent. */
  updateEvery?: number
  updateMirror?: URL
  /** Files of VEX, and ignore files. */
  vex?: readonly string[]
  ignoreFiles?: readonly string[]
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
  /** Open ones by cause, worst first, so many. */
  findings(limit: number): Promise<FindingGroups>
  sources(): Promise<readonly SourceReport[]>
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
  const trust = await holdTrust({ file: options.trust, keys: [] })
  const content = await givenContent(options)
  const store = await openStore(options.database ? { database: options.database } : { folder }, {
    as: 'plimsoll serve',
  })
  try {
    await store.createPerson(localAdministrator)
    const isNew = throttle()
    const index = holdAdvisories(folder)
    const notify = notifier({
      outbox: store.outbox,
      config: options.notify === undefined ? { channels: [] } : readNotifyConfig(options.notify),
      clock: systemClock,
      failed: (facts) => log.warn(facts, 'a notification could not be sent; it is tried again'),
    })
    const { vex = [], ignoreFiles: ignore = [] } = options
    const exceptions = await estateExceptions(
      { vex, ignore, vexFolder: join(folder, 'vex') },
      store.exceptions,
      systemClock,
      new AbortController().signal,
    )
    const recordAssessment: typeof store.recordAssessment = (assessment) =>
      store.recordAssessment(exceptions.assessment(assessment))
    const judge = estateJudge({
      verdicts: store.verdicts,
      advisories: () => index.current(),
      clock: systemClock,
      isNew,
      record: recordAssessment,
      exceptions,
      changed: async ({ generation }) => void (await notify.announce(generation)),
    })
    const lookOnce = await localLook({
      recorder: { ...store, recordAssessment },
      folder,
      isNew,
      judge: judge.judge,
      advisories: index.current,
      ends: index.ends,
      trust: trust.current,
      content,
    })
    const keeping = keepCurrent({
      index,
      judge,
      notifier: notify,
      exceptions,
      ...feedUpdates(folder, options, (problem) => log.warn({ problem }, 'a feed keeps its last good state')),
      failed: (what, error) => log.error({ error: error.message }, `${what} failed; it is tried again`),
      told: (facts) => log.info(facts, 'the estate was judged by another index'),
    })
    const stopKeeping = async (): Promise<void> => {
      await keeping.stop()
      notify.close()
    }
    const cycles = startCycles({
      pause: options.every * 1000,
      failed: (error) => log.error({ error: error.message }, 'the cycle failed; the next one tries again'),
      look: async (report, signal) => {
        await trust.reload().catch((error: Error) => {
          log.error({ error: error.message }, 'whom to trust cannot be read: the trust of before holds')
        })
        const renewed = await judgeOrigins(store.origins, trust.current(), systemClock, signal)
        if (renewed.judged + renewed.stale > 0) log.info({ ...renewed }, 'signatures were judged again')
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
      exceptions,
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
      await stopKeeping()
      index.close()
      throw error
    })
    return {
      url: server.url,
      socket: server.socket,
      cycles,
      signInLink: async () =>
        (await createSignInLink(store.signIn, localAdministrator.id, options.publicUrl ?? server.url)).url,
      matrix: () => matrix({ all: false, scope: everybody }),
      findings: (limit) => store.findings(everybody, { state: 'open', offset: 0, limit }),
      sources: () => store.sources(everybody),
      async close() {
        await server.close()
        await cycles.stop()
        await stopKeeping()
        index.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** What `plimsoll db update` does, on a schedule. */
function feedUpdates(
  folder: string,
  { updateEvery, updateMirror }: RunOptions,
  warn: (problem: string) => void,
): Pick<KeepCurrentParts, 'updateFeeds'> {
  if (updateEvery === undefined) return {}
  const run = async (signal: AbortSignal): Promise<void> => {
    const client = guardedClient()
    try {
      const { problems } = await updateFeeds(folder, { client, signal, mirror: updateMirror })
      for (const [feed, problem] of problems) warn(`${feed}: ${problem}`)
    } finally {
      client.close()
    }
  }
  return { updateFeeds: { every: updateEvery * 1000, run } }
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
