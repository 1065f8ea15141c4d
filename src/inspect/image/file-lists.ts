// Lists of the files that packages of the operating system brought, as they come in with a layer: which of them matter is
// known once all of it has been read.

import type { Limits } from '../limits.ts'
import { mayHoldPackages, ownedAmong, type Owner } from '../ownership.ts'
import type { LayerFile } from './layer-index.ts'

export class FileLists {
  #held = new Map<string, Uint8Array>()
  #bytes = 0
  #owners = new Map<string, Owner>()
  #limits: Limits
  /** Beyond the limit. */
  lost = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  hold(path: string, contents: Uint8Array): void {
    this.#bytes += contents.length
    // A copy: the piece of the tar that holds it is a thousand times as large.
    if (this.#bytes <= this.#limits.fileLists) return void this.#held.set(path, new Uint8Array(contents))
    this.lost++
    // What may hold packages is told by its path alone, so that the list need not be held for it.
    this.#take(mayHoldPackages, path, contents)
  }

  /** Of the files with packages, and of what may be found in other layers: a list may come in another than its files. */
  owners(files: ReadonlyMap<string, LayerFile>): ReadonlyMap<string, Owner> {
    const isHere = (path: string): boolean => (files.get(path)?.packages.length ?? 0) > 0
    for (const [path, contents] of this.#held) {
      this.#take((file) => isHere(file) || mayHoldPackages(file), path, contents)
    }
    this.#held.clear()
    return this.#owners
  }

  #take(has: (path: string) => boolean, path: string, contents: Uint8Array): void {
    for (const [found, owner] of ownedAmong({ has }, { path, contents })) {
      if (this.#owners.size < this.#limits.marks) this.#owners.set(found, owner)
    }
  }
}
