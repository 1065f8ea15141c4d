// Lists of the files that packages of the operating system brought, as they come in with a layer: which of them matter is
// known once all of it has been read.

import { ownedAmong, type Owner } from '../ownership.ts'
import type { LayerFile } from './layer.ts'

export class FileLists {
  #held = new Map<string, Uint8Array>()
  #bytes = 0
  #limit: number
  /** Beyond the limit. */
  lost = 0

  /** Bytes of all of them. */
  constructor(limit: number) {
    this.#limit = limit
  }

  hold(path: string, contents: Uint8Array): void {
    this.#bytes += contents.length
    // A copy: the piece of the tar that holds it is a thousand times as large.
    if (this.#bytes <= this.#limit) this.#held.set(path, new Uint8Array(contents))
    else this.lost++
  }

  /** Of the files with packages: a package's list comes in the layer that brings its files. */
  owners(files: ReadonlyMap<string, LayerFile>): Map<string, Owner> {
    const owned = new Map<string, Owner>()
    if (this.#held.size === 0) return owned
    const paths = new Set<string>()
    for (const [path, { packages }] of files) if (packages.length > 0) paths.add(path)
    for (const [path, contents] of this.#held) {
      for (const [found, owner] of ownedAmong(paths, { path, contents })) owned.set(found, owner)
    }
    return owned
  }
}
