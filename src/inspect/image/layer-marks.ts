// What a layer does to those below it: what it deletes, which folders it makes anew, which names lead elsewhere.
//
// Whiteouts: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts

import { parentOf } from '../../lib/path.ts'
import type { Scan } from '../../model/scan.ts'
import type { Limits } from '../limits.ts'

export const whiteout = '.wh.'
const opaqueMark = '.wh..wh..opq'

export class LayerMarks {
  readonly removed = new Set<string>()
  readonly opaque = new Set<string>()
  readonly links = new Map<string, string>()
  /** Beyond the limit. */
  lost = 0
  #length = 0
  #limits: Limits

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** `name`: of the file at the path, which begins as whiteouts do. */
  whiteout(path: string, name: string, scan: Scan): void {
    if (name === opaqueMark) return void (this.#hasRoom(path) && this.opaque.add(parentOf(path)))
    if (name.startsWith(whiteout + whiteout)) return // aufs' own bookkeeping
    const parent = parentOf(path)
    const removed = name.slice(whiteout.length)
    if (['', '.', '..'].includes(removed)) return scan.gap('a whiteout without a name', { path })
    if (this.#hasRoom(path)) this.removed.add(parent === '' ? removed : `${parent}/${removed}`)
  }

  link(path: string, target: string): void {
    if (this.#hasRoom(path + target)) this.links.set(path, target)
  }

  #hasRoom(text: string): boolean {
    const marks = this.removed.size + this.opaque.size + this.links.size
    const room = marks < this.#limits.marks && this.#length < this.#limits.listing
    if (room) this.#length += text.length
    else this.lost++
    return room
  }
}
