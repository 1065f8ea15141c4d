// What is told of an archive while it is read, with its paths from there on, so that the same one elsewhere in a layer need
// not be read again.

import type { Gap, Place, Scan } from '../model/scan.ts'

/** Beyond these it is not worth keeping. */
const mostFound = 1000
const mostGaps = 100

export interface Told<T> {
  /** Paths from the archive on: `!/lib/a.jar`. */
  found: readonly T[]
  gaps: readonly Gap[]
}

export class Recording<T extends { place: Place }> implements Told<T> {
  readonly found: T[] = []
  readonly gaps: Gap[] = []
  /** To be given to whoever reads the archive. */
  readonly scan: Scan
  #path: string

  constructor(path: string, { gap, signal }: Scan) {
    this.#path = path
    this.scan = {
      signal,
      gap: (why, at) => {
        if (this.gaps.length <= mostGaps)
          this.gaps.push({ why, ...(at ? { place: { ...at, ...this.#below(at.path) } } : {}) })
        gap(why, at)
      },
    }
  }

  take(found: T): void {
    if (this.found.length > mostFound) return
    this.found.push({ ...found, place: { ...found.place, ...this.#below(found.place.path) } })
  }

  /** Whether all of it was kept. */
  get isWhole(): boolean {
    return this.found.length <= mostFound && this.gaps.length <= mostGaps
  }

  #below(path: string | undefined): { path?: string } {
    return path?.startsWith(this.#path) ? { path: path.slice(this.#path.length) } : {}
  }
}

/** The same under another path. */
export function* toldAgain<T extends { place: Place }>(
  { found, gaps }: Told<T>,
  path: string,
  scan: Scan,
): Generator<T> {
  for (const { why, place } of gaps) scan.gap(why, { ...place, path: path + (place?.path ?? '') })
  for (const one of found) yield { ...one, place: { ...one.place, path: path + (one.place.path ?? '') } }
}
