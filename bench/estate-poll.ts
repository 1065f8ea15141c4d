// From the poll of a feed that has one advisory more to the webhook that tells of it, through all that a running server has
// for that.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Advisory } from '../src/model/advisory.ts'
import { holdAdvisories } from '../src/run/current-advisories.ts'
import { estateExceptions } from '../src/run/estate-exceptions.ts'
import { estateJudge } from '../src/run/estate-judge.ts'
import { keepCurrent } from '../src/run/keep-current.ts'
import { notifier } from '../src/run/notify/notify.ts'
import type { Store } from '../src/store/store.ts'
import type { BenchFeeds } from './estate-feeds.ts'
import { median } from './figure.ts'

const turns = 3
const webhook = {
  kind: 'webhook',
  id: 'poll',
  secret: 'of the bench alone',
  atLeast: 'unknown',
  insecure: false,
} as const
const clock = (): string => new Date().toISOString()

/** Milliseconds, the median; `news` is another advisory in each turn. */
export async function pollToNotification(
  store: Store,
  feeds: BenchFeeds,
  known: readonly Advisory[],
  news: (turn: number) => Advisory,
): Promise<number> {
  const receiver = await startReceiver()
  const index = holdAdvisories(feeds.data)
  const notify = notifier({
    outbox: store.outbox,
    config: { channels: [{ ...webhook, url: receiver.url }] },
    clock,
    // What the other figures left in the outbox is nobody's.
    failed: ({ channel, problem }) => channel === webhook.id && receiver.fail(new Error(problem)),
  })
  const judge = estateJudge({
    verdicts: store.verdicts,
    advisories: () => index.current(),
    clock,
    isNew: () => true,
    record: (assessment) => store.recordAssessment(assessment),
    changed: async ({ generation }) => void (await notify.announce(generation)),
  })
  const { signal } = new AbortController()
  const none = { vex: [], ignore: [], vexFolder: join(feeds.data, 'vex') }
  const exceptions = await estateExceptions(none, store.exceptions, clock, signal)
  await judge.refresh(signal)
  const published = [...known]
  const times: number[] = []
  try {
    for (let turn = 0; turn < turns; turn++) {
      const advisory = news(turn)
      published.push(advisory)
      feeds.publish(published)
      const told = receiver.toldOf(advisory.id)
      const begin = performance.now()
      const keeping = keepCurrent({
        index,
        judge,
        exceptions,
        notifier: notify,
        updateFeeds: { every: 60_000, run: feeds.update },
        failed: (what, error) => receiver.fail(new Error(`${what}: ${error.message}`)),
      })
      await told.finally(keeping.stop)
      times.push(performance.now() - begin)
    }
  } finally {
    notify.close()
    index.close()
    receiver.close()
  }
  return median(times)
}

interface Receiver {
  url: string
  /** Resolves when a notification names it. */
  toldOf(id: string): Promise<void>
  /** Ends the waiting. */
  fail(error: Error): void
  close(): void
}

async function startReceiver(): Promise<Receiver> {
  let waiting: { id: string; resolve: () => void; reject: (error: Error) => void } | undefined
  const server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('')
    response.end()
    if (waiting && text.includes(waiting.id)) waiting.resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    toldOf: (id) => new Promise((resolve, reject) => (waiting = { id, resolve, reject })),
    fail: (error) => waiting?.reject(error),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
