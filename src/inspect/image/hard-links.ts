// Hard links of a layer to files that an extractor wants. Such a file may still wait to be read when a link to it comes in: a
// link holds what the file holds once all of the layer is read.

import type { LayerFile } from './layer.ts'

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

/** What lies in an archive keeps its place in there. */
function movedTo(file: LayerFile, from: string, path: string): LayerFile {
  const packages = file.packages.map((found) => {
    const inner = found.place.path?.startsWith(from) ? found.place.path.slice(from.length) : ''
    return { ...found, place: { ...found.place, path: path + inner } }
  })
  const moved = { ...file, packages }
  delete moved.found // what it holds is told once
  return moved
}
