// Libraries that lie in several applications of a layer are searched once. Known by SHA-256 of their contents, since what
// is looked for here is hidden on purpose, and only those that a package brought: where they lie does not change what is
// looked for in them (`provenanceOf`).

import { hash } from 'node:crypto'
import type { FoundContent } from '../model/image.ts'
import type { Scan } from '../model/scan.ts'
import { Recording, toldAgain, type Told } from './recording.ts'
import { provenanceOf } from './secrets/allowed.ts'

/** Archives that are remembered, and bytes of one from which on that is worth its hash. */
const most = 20_000
const smallest = 4096

export class SearchedArchives {
  #known = new Map<string, Told<FoundContent>>()

  /** The key of an archive whose contents are in memory; undefined for one that is always searched. */
  keyOf(contents: Uint8Array, path: string): string | undefined {
    if (contents.length < smallest) return undefined
    const provenance = provenanceOf(`${path}!/`)
    return provenance === 'own' ? undefined : `${provenance} ${hash('sha256', contents)}`
  }

  /** What is in it; undefined when it was not searched before. */
  again(key: string, path: string, scan: Scan): Iterable<FoundContent> | undefined {
    const known = this.#known.get(key)
    return known && toldAgain(known, path, scan)
  }

  keep(key: string, { found, gaps, isWhole }: Recording<FoundContent>): void {
    if (isWhole && this.#known.size < most) this.#known.set(key, { found, gaps })
  }
}
