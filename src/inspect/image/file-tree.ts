// The files of an image as its layers pile up, with their sizes: what a later layer replaces or removes is shipped and
// of no use. Each file is added once and taken away once, however many layers there are.

import type { LayerIndex } from './layer-index.ts'
import { entriesIn, foldersIn, type ListedFolder } from './listing.ts'

/** Sizes are below 50 GB, and layers fewer than 512: together below 2^53. */
const sizes = 2 ** 40

/** A file is one number, its layer and its size together: there may be half a million. */
type Node = Folder | number

/** Most folders are of one layer alone, and what that one lists of them need not be told apart. */
class Folder {
  readonly #nodes = new Map<string, Node>()
  #listed: { layer: number; listing: string; places: ListedFolder[] } | undefined

  /** Takes all that the layer lists there; false where something from elsewhere lies in the folder. */
  takeWhole(layer: number, listing: string, place: ListedFolder): boolean {
    if (this.#listed === undefined && this.#nodes.size === 0) this.#listed = { layer, listing, places: [] }
    if (this.#listed?.layer !== layer) return false
    this.#listed.places.push(place)
    return true
  }

  /** `layer`: the one that asks: what it lists itself is not told apart for it. */
  get(name: string, layer: number): Node | undefined {
    if (this.#listed && this.#listed.layer !== layer) this.#tellApart()
    return this.#nodes.get(name)
  }

  set(name: string, node: Node): void {
    this.#nodes.set(name, node)
  }

  delete(name: string): void {
    this.#nodes.delete(name)
  }

  clear(): void {
    this.#nodes.clear()
    this.#listed = undefined
  }

  all(): Iterable<Node> {
    if (this.#listed) this.#tellApart()
    return this.#nodes.values()
  }

  /** Of several entries of one name in a layer the last one counts. */
  #tellApart(): void {
    const { layer, listing, places } = this.#listed!
    this.#listed = undefined
    const sizeOf = new Map<string, number | undefined>()
    for (const place of places) for (const { name, size } of entriesIn(listing, place)) sizeOf.set(name, size)
    for (const [name, size] of sizeOf) {
      // Folders with something in them, and links, stand there already.
      if (!this.#nodes.has(name)) this.#nodes.set(name, size === undefined ? new Folder() : layer * sizes + size)
    }
  }
}

export class FileTree {
  #root = new Folder()
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
    this.#wasted.push(0)
    for (const path of layer.removed) this.#remove(segmentsOf(realPath(path, real)))
    for (const path of layer.opaque) this.#empty(segmentsOf(real(path)))
    for (const listed of foldersIn(listing)) {
      const segments = segmentsOf(real(listed.folder))
      const folder = isLast ? this.#folderBelow(segments) : this.#folderAt(segments)
      if (folder === undefined || (!isLast && folder.takeWhole(this.#layer, listing, listed))) continue
      for (const { name, size } of entriesIn(listing, listed)) {
        if (isLast && folder.get(name, this.#layer) === undefined) continue
        this.#put(folder, name, size)
      }
    }
    for (const path of Object.keys(layer.links)) {
      const segments = segmentsOf(realPath(path, real))
      const name = segments.pop()
      if (name !== undefined) this.#put(this.#folderAt(segments), name, 0)
    }
  }

  /** That is being applied. */
  get #layer(): number {
    return this.#wasted.length - 1
  }

  /** `size`: undefined for a folder, which leaves what is in it. */
  #put(folder: Folder, name: string, size: number | undefined): void {
    const before = folder.get(name, this.#layer)
    if (size === undefined && before instanceof Folder) return
    if (before !== undefined) this.#waste(before)
    folder.set(name, size === undefined ? new Folder() : this.#layer * sizes + size)
  }

  #folderAt(segments: readonly string[]): Folder {
    let folder = this.#root
    for (const segment of segments) {
      const next = folder.get(segment, this.#layer)
      if (next instanceof Folder) folder = next
      else {
        if (next !== undefined) this.#waste(next)
        const made = new Folder()
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
      const next = folder.get(segment, this.#layer)
      if (next === undefined) return undefined
      if (!(next instanceof Folder)) {
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
      const next = folder.get(segment, this.#layer)
      if (!(next instanceof Folder)) return undefined
      folder = next
    }
    return folder
  }

  #remove(segments: readonly string[]): void {
    const folder = this.#find(segments.slice(0, -1))
    const name = segments.at(-1)
    if (folder === undefined || name === undefined) return
    const before = folder.get(name, this.#layer)
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
  #waste(from: Node): void {
    const waiting: Node[] = [from]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node instanceof Folder) for (const child of node.all()) waiting.push(child)
      else {
        const layer = Math.floor(node / sizes)
        if (layer < this.#layer) this.#wasted[layer]! += node % sizes
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
