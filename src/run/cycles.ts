// Looks at the estate again and again: one cycle at a time, the next one a fixed pause after the last one ended.

import type { Progress } from './progress.ts'

export interface Cycles {
  /** The last step of each kind, of the cycle that runs or ran last. */
  current(): readonly Progress[]
  /** Calls the listener at each step until the returned function is called. */
  listen(listener: (progress: Progress) => void): () => void
  /** Begins a cycle now, unless one is running. */
  lookNow(): void
  /** Aborts the running cycle, waits for its end, and begins no other. */
  stop(): Promise<void>
}

export interface CycleOptions {
  /** One cycle; resolves when everything of it has been recorded. */
  look: (report: (progress: Progress) => void, signal: AbortSignal) => Promise<void>
  /** Milliseconds between the end of one cycle and the begin of the next. */
  pause: number
  failed: (error: Error) => void
}

export function startCycles({ look, pause, failed }: CycleOptions): Cycles {
  const controller = new AbortController()
  const listeners = new Set<(progress: Progress) => void>()
  let steps = new Map<Progress['step'], Progress>()
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  const report = (progress: Progress): void => {
    if (steps.values().next().value?.cycle !== progress.cycle) steps = new Map()
    steps.set(progress.step, progress)
    for (const listener of listeners) listener(progress)
  }
  const begin = (): void => {
    if (running || controller.signal.aborted) return
    clearTimeout(timer)
    running = look(report, controller.signal)
      .catch((error: unknown) => {
        if (controller.signal.aborted) return
        failed(error as Error)
        const cycle = steps.values().next().value?.cycle ?? ''
        const note = `failed: ${(error as Error).message}`
        report({ cycle, step: 'coverage', done: 0, of: 1, note, finished: true })
      })
      .finally(() => {
        running = undefined
        if (!controller.signal.aborted) timer = setTimeout(begin, pause)
      })
  }
  begin()
  return {
    current: () => [...steps.values()],
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    lookNow: begin,
    async stop() {
      clearTimeout(timer)
      controller.abort(new Error('stopped'))
      await running
    },
  }
}
