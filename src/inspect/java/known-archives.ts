// Archives that lie in others more than once, as libraries do in each application of one image: the second time, what was
// found in the first is told under the new path, and nothing is unpacked.
//
// Known by name, size and CRC-32, which whoever builds an image could forge, to hide a library of that same image; he could
// as well strip it. So this must never outlive the layer or file system that is being read.

import type { ZipEntry } from '../../lib/zip.ts'
import type { Package } from '../../model/package.ts'
import { Recording, type Told } from '../recording.ts'

/** Archives that are remembered. */
const most = 20_000

interface Known extends Told<Package> {
  /** Archives above one another in it, itself included. */
  height: number
}

export class KnownArchives {
  #known = new Map<string, Known>()

  /** Undefined for one that has to be read. `levels`: how many archives may lie above one another from it on. */
  find(entry: ZipEntry, levels: number): Known | undefined {
    const known = this.#known.get(keyOf(entry))
    return known && known.height <= levels ? known : undefined
  }

  keep(entry: ZipEntry, { height, found, gaps, isWhole }: ArchiveRecording): void {
    if (isWhole && this.#known.size < most) this.#known.set(keyOf(entry), { height, found, gaps })
  }
}

function keyOf({ path, size, crc }: ZipEntry): string {
  return `${crc}/${size}/${path.slice(path.lastIndexOf('/') + 1)}`
}

export class ArchiveRecording extends Recording<Package> {
  height = 1

  /** `height`: as high as that archives lie above one another in it. */
  reaches(height: number): void {
    this.height = Math.max(this.height, height)
  }
}
