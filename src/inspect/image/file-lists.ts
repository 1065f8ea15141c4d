// Lists of the files that packages of the operating system brought, as they come in with a layer: which of them matter is
// known once all of it has been read.

import type { Limits } from '../limits.ts'
import { mayHoldPackages, ownedAmong, type Owner } from '../ownership.ts'
import type { LayerFile } from './layer.ts'

export class FileLists {
  #held = new Map<string, Uint8Array>()
  #bytes = 0
  /** Of files that may come in other layers than the list. */
  #elsewhere = new Map<string, Owner>()
  #limits: Limits
  /** Beyond the limit. */
  lost = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  hold(path: string, contents: Uint8Array): void {
    // What may be found in other layers is told by its path alone, so that the list need not be held for it.
    for (const [found, owner] of ownedAmong({ has: mayHoldPackages }, { path, contents })) {
      if (this.#elsewhere.size < this.#limits.marks) this.#elsewhere.set(found, owner)
    }
    this.#bytes += contents.length
    // A copy: the piece of the tar that holds it is a thousand times as large.
    if (this.#bytes <= this.#limits.fileLists) this.#held.set(path, new Uint8Array(contents))
    else this.lost++
  }

  /** Of the files with packages, and of what may be found in other layers. */
  owners(files: ReadonlyMap<string, LayerFile>): Map<string, Owner> {
    const owned = new Map(this.#elsewhere)
    if (this.#held.size === 0) return owned
    const paths = new Set<string>()
    for (const [path, { packages }] of files) if (packages.length > 0) paths.add(path)
    for (const [path, contents] of this.#held) {
      for (const [found, owner] of ownedAmong(paths, { path, contents })) owned.set(found, owner)
    }
    return owned
  }
}
