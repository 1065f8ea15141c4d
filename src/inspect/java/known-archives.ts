// Archives that lie in others more than once, as libraries do in each application of one image: the second time, what was
// found in the first is told under the new path, and nothing is unpacked.
//
// Known by name, size and CRC-32, which whoever builds an image could forge, to hide a library of that same image; he could
// as well strip it. So this must never outlive the layer or file system that is being read.

import type { ZipEntry } from '../../lib/zip.ts'
import type { Package } from '../../model/package.ts'
import type { Gap, Scan } from '../../model/scan.ts'

/** Archives that are remembered, packages in one, and gaps. */
const most = 20_000
const mostPackages = 1000
const mostGaps = 100

interface Known {
  /** Archives above one another in it, itself included. */
  height: number
  /** Paths from the archive on: `!/lib/a.jar`. */
  packages: readonly Package[]
  gaps: readonly Gap[]
}

export class KnownArchives {
  #known = new Map<string, Known>()

  /** Undefined for one that has to be read. `levels`: how many archives may lie above one another from it on. */
  find(entry: ZipEntry, levels: number): Known | undefined {
    const known = this.#known.get(keyOf(entry))
    return known && known.height <= levels ? known : undefined
  }

  keep(entry: ZipEntry, recording: ArchiveRecording): void {
    const { height, packages, gaps } = recording
    if (packages.length > mostPackages || gaps.length > mostGaps) return
    if (this.#known.size < most) this.#known.set(keyOf(entry), { height, packages, gaps })
  }
}

function keyOf({ path, size, crc }: ZipEntry): string {
  return `${crc}/${size}/${path.slice(path.lastIndexOf('/') + 1)}`
}

/** What is told of one archive while it is read, with its paths from there on. */
export class ArchiveRecording {
  height = 1
  readonly packages: Package[] = []
  readonly gaps: Gap[] = []
  readonly scan: Scan
  #path: string

  constructor(path: string, { gap, signal }: Scan) {
    this.#path = path
    this.scan = {
      signal,
      gap: (why, at) => {
        if (this.gaps.length <= mostGaps)
          this.gaps.push({ why, ...(at ? { place: { ...at, ...this.#below(at.path) } } : {}) })
        gap(why, at)
      },
    }
  }

  /** `height`: as high as that archives lie above one another in it. */
  reaches(height: number): void {
    this.height = Math.max(this.height, height)
  }

  take(found: Package): void {
    // One more tells that there are too many.
    if (this.packages.length <= mostPackages)
      this.packages.push({ ...found, place: { ...found.place, ...this.#below(found.place.path) } })
  }

  #below(path: string | undefined): { path?: string } {
    return path?.startsWith(this.#path) ? { path: path.slice(this.#path.length) } : {}
  }
}

/** The same under another path. */
export function* toldAgain({ packages, gaps }: Known, path: string, scan: Scan): Generator<Package> {
  for (const { why, place } of gaps) scan.gap(why, { ...place, path: path + (place?.path ?? '') })
  for (const found of packages) yield { ...found, place: { ...found.place, path: path + (found.place.path ?? '') } }
}
