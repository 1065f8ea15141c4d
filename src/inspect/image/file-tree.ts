// The files of an image as its layers pile up, with their sizes: what a later layer replaces or removes is shipped and
// of no use. Each file is added once and taken away once, however many layers there are.

import type { LayerIndex } from './layer.ts'
import { entriesIn, foldersIn } from './listing.ts'

/** A file is one number, its layer and its size together: there may be half a million. */
type Folder = Map<string, Folder | number>

/** Sizes are below 50 GB, and layers fewer than 512: together below 2^53. */
const sizes = 2 ** 40

export class FileTree {
  #root: Folder = new Map()
  #wasted: number[] = []

  /** Bytes of each layer's files that are gone; undefined from the first layer on that was not listed. */
  get wasted(): readonly number[] {
    return this.#wasted
  }

  /**
   * `real`: where a folder of the layer lies when there are symbolic links on the way. `isLast`: no layer follows, so that
   * its files are only held against those below.
   */
  apply(layer: LayerIndex, listing: string, real: (folder: string) => string, isLast: boolean): void {
    const number = this.#wasted.push(0) - 1
    for (const path of layer.removed) this.#remove(segmentsOf(realPath(path, real)))
    for (const path of layer.opaque) this.#empty(segmentsOf(real(path)))
    for (const path of Object.keys(layer.links)) this.#add(realPath(path, real), number, 0)
    for (const listed of foldersIn(listing)) {
      const segments = segmentsOf(real(listed.folder))
      const folder = isLast ? this.#folderBelow(segments) : this.#folderAt(segments)
      if (folder === undefined) continue
      for (const { name, size } of entriesIn(listing, listed)) {
        if (isLast && !folder.has(name)) continue
        this.#put(folder, name, size === undefined ? undefined : number * sizes + size)
      }
    }
  }

  #add(path: string, layer: number, size: number): void {
    const segments = segmentsOf(path)
    const name = segments.pop()
    if (name !== undefined) this.#put(this.#folderAt(segments), name, layer * sizes + size)
  }

  /** `file`: undefined for a folder, which leaves what is in it. */
  #put(folder: Folder, name: string, file: number | undefined): void {
    const before = folder.get(name)
    if (file === undefined && before instanceof Map) return
    if (before !== undefined) this.#waste(before)
    folder.set(name, file ?? new Map())
  }

  #folderAt(segments: readonly string[]): Folder {
    let folder = this.#root
    for (const segment of segments) {
      const next = folder.get(segment)
      if (next instanceof Map) folder = next
      else {
        if (next !== undefined) this.#waste(next)
        const made: Folder = new Map()
        folder.set(segment, made)
        folder = made
      }
    }
    return folder
  }

  /** Undefined where there is none; a file that lies in the way is replaced. */
  #folderBelow(segments: readonly string[]): Folder | undefined {
    let folder = this.#root
    for (const segment of segments) {
      const next = folder.get(segment)
      if (next === undefined) return undefined
      if (!(next instanceof Map)) {
        this.#waste(next)
        folder.delete(segment)
        return undefined
      }
      folder = next
    }
    return folder
  }

  #find(segments: readonly string[]): Folder | undefined {
    let folder = this.#root
    for (const segment of segments) {
      const next = folder.get(segment)
      if (!(next instanceof Map)) return undefined
      folder = next
    }
    return folder
  }

  #remove(segments: readonly string[]): void {
    const folder = this.#find(segments.slice(0, -1))
    const name = segments.at(-1)
    if (folder === undefined || name === undefined) return
    const before = folder.get(name)
    if (before !== undefined) this.#waste(before)
    folder.delete(name)
  }

  #empty(segments: readonly string[]): void {
    const folder = this.#find(segments)
    if (folder === undefined) return
    this.#waste(folder)
    folder.clear()
  }

  /** Not what the layer itself brought. Not recursive: an archive may nest folders two thousand deep. */
  #waste(from: Folder | number): void {
    const waiting = [from]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node instanceof Map) for (const child of node.values()) waiting.push(child)
      else {
        const layer = Math.floor(node / sizes)
        if (layer < this.#wasted.length - 1) this.#wasted[layer]! += node % sizes
      }
    }
  }
}

function segmentsOf(path: string): string[] {
  return path === '' ? [] : path.split('/')
}

function realPath(path: string, real: (folder: string) => string): string {
  const slash = path.lastIndexOf('/')
  const folder = real(path.slice(0, Math.max(0, slash)))
  return folder === '' ? path.slice(slash + 1) : `${folder}/${path.slice(slash + 1)}`
}
