// What is kept of a layer that was read.

import type { FoundContent } from '../../model/image.ts'
import type { Package } from '../../model/package.ts'
import type { Gap } from '../../model/scan.ts'
import type { Owner } from '../ownership.ts'

/** All that is kept of a layer; plain data, so that it can be stored as JSON. Paths have no leading slash. */
export interface LayerIndex {
  /** Digest of the uncompressed tar (`diff_id`), as computed. */
  digest: string
  /** Bytes of the uncompressed tar. */
  size: number
  entries: number
  /** Which reader made it: one with other extractors sees other packages. */
  reader: string
  /** False when the layer ended early; the gaps tell why, and it must not be reused. */
  complete: boolean
  /** Files that were wanted, with what they hold. */
  files: Record<string, LayerFile>
  /** Paths that the layer deletes from those below it. */
  removed: string[]
  /** Folders of which nothing below this layer remains. */
  opaque: string[]
  /** Symbolic links, with their targets as written. */
  links: Record<string, string>
  /** All its files and folders, see `listing.ts`; absent when there are more than are kept. */
  listing?: string
  /** Files with packages that a package of the operating system brought. */
  owned: Record<string, Owner>
  /** Without layer in their place. */
  gaps: Gap[]
  /** What could not be searched for secrets and malware; absent where nobody looked for them. */
  contentGaps?: Gap[]
}

export interface LayerFile {
  packages: Package[]
  /** Of os-release, which is judged when the layers are merged. */
  text?: string
  /** Of a package's copyright file. */
  licence?: string
  /** Permission bits of one that runs as its owner or group. */
  mode?: number
  /** Of a program, in hex. */
  sha256?: string
  /** Secrets and malware. */
  found?: FoundContent[]
}

/** Keeps layers by the digest of their uncompressed tar. */
export interface LayerCache {
  get(digest: string): Promise<LayerIndex | undefined>
  put(layer: LayerIndex): Promise<void>
}
