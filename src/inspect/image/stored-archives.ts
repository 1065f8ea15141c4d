// Archives on the disk, extracted one after the other while more of the layer comes in: else nothing would be decompressed
// meanwhile. What they give is the same, in the same order, whenever it is done.

import type { Scan } from '../../model/scan.ts'
import { gapList, type GapList } from '../gaps.ts'
import type { Limits } from '../limits.ts'
import { reasonOf } from '../unreadable.ts'
import type { StoredFile } from './incoming-file.ts'

/** What extractors have while they read a file. */
export interface Extraction {
  scan: Scan
  /** What they remember of the layer, by their id. */
  memory: Map<string, unknown>
  limits: Limits
}

/** The thread belongs to the layer that comes in as well, and the limit of time is by the clock. */
const shares = 4

export class StoredArchives {
  #signal: AbortSignal
  #limits: Limits
  /** Their own: whether they or archives in memory are read first is chance. */
  #memory = new Map<string, unknown>()
  #gaps: GapList[] = []
  #open = new Set<StoredFile>()
  #running: Promise<void> = Promise.resolve()

  constructor(signal: AbortSignal, limits: Limits) {
    this.#signal = signal
    this.#limits = { ...limits, extractTime: limits.extractTime * shares }
  }

  start(stored: StoredFile, extract: (beside: Extraction) => Promise<void>): void {
    const gaps = gapList(this.#signal, this.#limits.gaps)
    this.#gaps.push(gaps)
    this.#open.add(stored)
    this.#running = this.#running.then(async () => {
      try {
        await extract({ scan: gaps.scan, memory: this.#memory, limits: this.#limits })
      } catch (error) {
        this.#signal.throwIfAborted()
        gaps.scan.gap(`could not be held on the disk: ${reasonOf(error)}`, { path: stored.path })
      } finally {
        stored.close()
        this.#open.delete(stored)
      }
    })
    this.#running.catch(() => {}) // `finish` tells
  }

  /** One may wait while another is extracted; more would fill the disk. */
  async room(): Promise<void> {
    if (this.#open.size > 1) await this.#running
  }

  /** All that could not be read, in the order in which the archives came. Rejects when aborted. */
  async finish(scan: Scan): Promise<void> {
    await this.#running
    for (const gaps of this.#gaps.splice(0)) for (const { why, place } of gaps.list()) scan.gap(why, place)
  }

  /** Gives up what is held on the disk, also in the middle. */
  close(): void {
    for (const stored of this.#open) stored.close()
    this.#open.clear()
  }
}
