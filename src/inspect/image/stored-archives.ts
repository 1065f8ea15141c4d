// Archives on the disk, extracted one after the other while more of the layer comes in: else nothing would be decompressed
// meanwhile. What they give is the same, in the same order, whenever it is done.

import type { Scan } from '../../model/scan.ts'
import { gapList, type GapList } from '../gaps.ts'
import { reasonOf } from '../unreadable.ts'
import type { StoredFile } from './incoming-file.ts'
import type { LayerFile } from './layer.ts'

export class StoredArchives {
  #signal: AbortSignal
  #mostGaps: number
  #gaps: GapList[] = []
  #open = new Set<StoredFile>()
  #running: Promise<void> = Promise.resolve()
  /** Those that are not whole before `finish`. */
  #unfinished = new Set<LayerFile>()
  #links: (() => void)[] = []

  constructor(signal: AbortSignal, mostGaps: number) {
    this.#signal = signal
    this.#mostGaps = mostGaps
  }

  /** `extract` fills `file`. */
  start(stored: StoredFile, file: LayerFile, extract: (scan: Scan) => Promise<void>): void {
    const gaps = gapList(this.#signal, this.#mostGaps)
    this.#gaps.push(gaps)
    this.#open.add(stored)
    this.#unfinished.add(file)
    this.#running = this.#running.then(async () => {
      try {
        await extract(gaps.scan)
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

  isUnfinished(file: LayerFile): boolean {
    return this.#unfinished.has(file)
  }

  /** `link` is filled by `fill` as soon as what it is a link to is whole. */
  link(link: LayerFile, fill: () => void): void {
    this.#unfinished.add(link)
    this.#links.push(fill)
  }

  /** All that could not be read, in the order in which the archives came. Rejects when aborted. */
  async finish(scan: Scan): Promise<void> {
    await this.#running
    for (const fill of this.#links.splice(0)) fill()
    this.#unfinished.clear()
    for (const gaps of this.#gaps.splice(0)) for (const { why, place } of gaps.list()) scan.gap(why, place)
  }

  /** Gives up what is held on the disk, also in the middle. */
  close(): void {
    for (const stored of this.#open) stored.close()
    this.#open.clear()
  }
}
