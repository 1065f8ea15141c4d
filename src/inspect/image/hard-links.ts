// Hard links of a layer to files that an extractor wants. Such a file may still wait to be read when a link to it comes in: a
// link holds what the file holds once all of the layer is read.

import { lyingAt } from './brought.ts'
import type { LayerFile } from './layer-index.ts'

export class HardLinks {
  #fill: (() => void)[] = []

  /** `link`, at `path`, will hold what `read`, at `target`, holds. */
  add(link: LayerFile, path: string, read: LayerFile, target: string): void {
    this.#fill.push(() => Object.assign(link, movedTo(read, target, path)))
  }

  fill(): void {
    for (const fill of this.#fill.splice(0)) fill()
  }
}

/** Secrets and malware of it are told once. */
function movedTo(file: LayerFile, from: string, path: string): LayerFile {
  const { found: _, ...moved } = lyingAt(file, from, path)
  return moved
}
