// Reads several layers of an image at once. Decompressing, which is most of it, has threads of its own; what is left for
// this one keeps up with two layers. More are read in worker threads, where there are processors for them. A worker that a
// layer brings down (out of memory) costs that layer alone.

import { once } from 'node:events'
import { extname } from 'node:path'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { readDescriptor } from '../../io/files.ts'
import type { WantedContent } from '../content-scanner.ts'
import type { Limits } from '../limits.ts'
import { reasonOf } from '../unreadable.ts'
import { readerOf, readLayer } from './layer.ts'
import type { LayerIndex } from './layer-index.ts'
import type { LayerAnswer, LayerTask } from './layer-worker.ts'
import type { OpenedLayer } from './opened-image.ts'
import type { LayerPart } from './image-files.ts'

export interface ReadingOptions {
  signal: AbortSignal
  limits: Limits
  /** Also search for secrets and malware. */
  content?: WantedContent
}

/** Bytes as stored, below which starting a thread takes longer than reading. */
const worthAThread = 16 * 1024 * 1024
/** Beside this one; each thread needs some 40 MB, and the largest files that one may hold. */
const mostThreads = 2
/** MB of the heap of one thread; contents of files lie outside of it. */
const heap = 256
/** MB of it for what dies at once; as much as it likes would be three times that, and not quicker. */
const young = 24

/**
 * Each layer as it has been read, in no order; large ones first, so that none is left to be waited for. Rejects only when
 * aborted.
 */
export async function readLayersAtOnce(
  layers: readonly OpenedLayer[],
  { signal, ...options }: ReadingOptions,
  read: (layer: OpenedLayer, index: LayerIndex) => Promise<void>,
): Promise<void> {
  const waiting = layers.toSorted((a, b) => (a.size ?? 0) - (b.size ?? 0))
  const bytes = layers.reduce((sum, { size = 0 }) => sum + size, 0)
  const inFiles = layers.every(({ part }) => part !== undefined)
  const isWorthThreads = inFiles && bytes >= worthAThread
  const spare = isWorthThreads ? Math.min(Math.max(0, availableParallelism() - 2), mostThreads) : 0
  // Searching contents is more work than decompressing: a second layer would only take memory. A thread of its own, since the
  // room for what dies at once can be limited only there.
  const here = options.content ? (isWorthThreads ? 0 : 1) : 2
  const threads = options.content && isWorthThreads ? 1 + spare : spare
  const readers = Math.min(layers.length, here + threads)
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])

  async function reader(_: unknown, number: number): Promise<void> {
    const thread = number < here ? undefined : new LayerThread()
    try {
      for (let layer = waiting.pop(); layer !== undefined; layer = waiting.pop()) {
        const index = thread
          ? await thread.read(layer, { ...options, signal: either })
          : await readLayer(piecesOf(layer), { ...options, signal: either })
        await read(layer, index)
      }
    } catch (error) {
      stop.abort(error)
      throw error
    } finally {
      await thread?.end()
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: readers }, reader))
  signal.throwIfAborted()
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw stop.signal.reason
}

async function* piecesOf(layer: OpenedLayer): AsyncGenerator<Uint8Array> {
  if (layer.part === undefined) return yield* layer.open()
  const { descriptor, offset, length, close } = await layer.part()
  try {
    yield* readDescriptor(descriptor, offset, length)
  } finally {
    await close()
  }
}

/** The compiled package has `.js` where the sources have `.ts`. */
const program = new URL(`layer-worker${extname(import.meta.url)}`, import.meta.url)

class LayerThread {
  #worker: Worker | undefined

  /** Rejects only when aborted; what the thread or the file does not survive is a gap of the layer. */
  async read(layer: OpenedLayer, { signal, limits, content = false }: ReadingOptions): Promise<LayerIndex> {
    signal.throwIfAborted()
    let part: LayerPart | undefined
    try {
      part = await layer.part!()
      const { descriptor, offset, length } = part
      return await this.#ask({ descriptor, offset, length, limits, content }, signal)
    } catch (error) {
      // A thread that still runs must not read from a descriptor that belongs to another file by then.
      await this.end()
      signal.throwIfAborted()
      return await unread(layer.digest, reasonOf(error), content)
    } finally {
      await part?.close()
    }
  }

  async end(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  async #ask(task: LayerTask, stop: AbortSignal): Promise<LayerIndex> {
    const worker = (this.#worker ??= startWorker())
    const answered = new AbortController()
    const signal = AbortSignal.any([stop, answered.signal])
    worker.postMessage(task)
    try {
      const ended = once(worker, 'exit', { signal }).then(([code]) => {
        throw new Error(`its thread ended with code ${code}`)
      })
      // `once` rejects when the thread throws, and when the signal aborts.
      const [answer] = (await Promise.race([once(worker, 'message', { signal }), ended])) as [LayerAnswer]
      if ('layer' in answer) return answer.layer
      throw new Error(answer.why)
    } finally {
      answered.abort()
    }
  }
}

function startWorker(): Worker {
  const worker = new Worker(program, {
    resourceLimits: { maxOldGenerationSizeMb: heap, maxYoungGenerationSizeMb: young },
  })
  return worker.on('error', () => {}) // whoever waits for it is told; nobody may be waiting
}

async function unread(digest: string, why: string, content: WantedContent): Promise<LayerIndex> {
  const nothing = { files: {}, removed: [], opaque: [], links: {}, owned: {} }
  const gaps = [{ why: `the layer could not be read to its end: ${why}` }]
  const contentGaps = content ? { contentGaps: gaps } : {}
  return {
    digest,
    size: 0,
    entries: 0,
    reader: await readerOf(content),
    complete: false,
    ...nothing,
    gaps,
    ...contentGaps,
  }
}
