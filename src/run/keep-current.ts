// Keeps the estate judged by the newest index while the server runs: feeds → index → verdicts → notifications.

import { setTimeout as wait } from 'node:timers/promises'
import type { IndexHolder } from './current-advisories.ts'
import type { EstateExceptions } from './estate-exceptions.ts'
import type { EstateJudge } from './estate-judge.ts'
import type { Notifier } from './notify/notify.ts'

export interface KeepCurrentParts {
  index: IndexHolder
  judge: EstateJudge
  notifier: Notifier
  exceptions: Pick<EstateExceptions, 'refresh'>
  /** Brings the feeds up to date and puts a new index in the place of the old one; absent where nobody asked for it. */
  updateFeeds?: { every: number; run: (signal: AbortSignal) => Promise<void> }
  /** What failed is tried again. */
  failed: (what: string, error: Error) => void
  told?: (facts: { kind: string; packages: number; opened: number; closed: number }) => void
}

export interface Keeping {
  /** Ends what is under way. */
  stop(): Promise<void>
}

/** Milliseconds between two glances at the file of the index, two at the outbox, two at the files of exceptions, and after which all is confirmed. */
const glance = 500
const outboxEvery = 5000
const exceptionsEvery = 5000
const confirmEvery = 10 * 60 * 1000

export function keepCurrent(parts: KeepCurrentParts): Keeping {
  const controller = new AbortController()
  const { signal } = controller
  const loops = [judgeAgain(parts, signal), exceptAgain(parts, signal), updateAgain(parts, signal)]
  return {
    async stop() {
      controller.abort(new Error('stopped'))
      await Promise.all(loops)
    },
  }
}

async function judgeAgain({ index, judge, notifier, failed, told }: KeepCurrentParts, signal: AbortSignal) {
  let confirmAt = 0
  let lookAt = 0
  while (!signal.aborted) {
    await attempt('judging the estate again', failed, signal, async () => {
      const now = performance.now()
      if (now >= confirmAt || (await index.hasChanged())) {
        confirmAt = now + confirmEvery
        lookAt = 0
        const report = await judge.refresh(signal)
        if (report.kind !== 'confirmed') told?.(report)
      }
      if (now < lookAt) return
      lookAt = now + outboxEvery
      await notifier.deliver(signal)
    })
    await pause(glance, signal)
  }
}

async function exceptAgain({ exceptions, judge, failed }: KeepCurrentParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await attempt('applying the exceptions', failed, signal, () => exceptions.refresh(judge, signal))
    await pause(exceptionsEvery, signal)
  }
}

async function updateAgain({ updateFeeds, failed }: KeepCurrentParts, signal: AbortSignal): Promise<void> {
  while (updateFeeds && !signal.aborted) {
    await attempt('updating the advisory feeds', failed, signal, () => updateFeeds.run(signal))
    await pause(updateFeeds.every, signal)
  }
}

async function attempt(
  what: string,
  failed: KeepCurrentParts['failed'],
  signal: AbortSignal,
  task: () => Promise<void>,
): Promise<void> {
  try {
    await task()
  } catch (error) {
    if (!signal.aborted) failed(what, error as Error)
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => {})
}
