import type { Progress } from '../run/progress.ts'
import type { ProgressFeed } from './deps.ts'

export interface LatestSteps extends AsyncIterable<Progress> {
  /** Ends the iteration; may be called more than once. */
  end(): void
}

/**
 * The feed at the reader's own speed: what it has not taken yet is replaced by the newer event of the same step, so that
 * a slow reader costs one event for each step and never a queue. Begins with what is known now.
 */
export function latestSteps(feed: ProgressFeed): LatestSteps {
  const waiting = new Map<string, Progress>()
  const ended = new AbortController()
  let wake = () => {}

  const put = (progress: Progress) => {
    const [first] = waiting.values()
    if (first && first.cycle !== progress.cycle) waiting.clear() // a new cycle: the old one is of no interest any more
    waiting.delete(progress.step) // so that it is put last: the order is that of the newest events
    waiting.set(progress.step, progress)
    wake()
  }
  const stop = feed.listen(put)
  for (const progress of feed.current()) put(progress)

  return {
    end() {
      ended.abort()
      stop()
      wake()
    },
    async *[Symbol.asyncIterator]() {
      while (!ended.signal.aborted) {
        const [next] = waiting.values()
        if (next) {
          waiting.delete(next.step)
          yield next
        } else {
          const { promise, resolve } = Promise.withResolvers<void>()
          wake = resolve
          await promise
        }
      }
    },
  }
}
