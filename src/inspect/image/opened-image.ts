// The seam of images: each way in gives an image whose documents are read and verified, and whose layers can be.

import type { ImageConfig, ImageOrigin, OriginDocuments } from '../../model/image.ts'
import type { Gap, Scan } from '../../model/scan.ts'
import type { Limits } from '../limits.ts'
import type { Trust } from '../origin/trust.ts'
import type { ImageFiles, LayerPart } from './image-files.ts'

export interface OpenedLayer {
  /** Digest of the uncompressed tar (`diff_id`), as the configuration names it. */
  digest: string
  /** Bytes as stored, compressed or not. */
  size?: number
  createdBy?: string
  /** The bytes as stored. They need no check of their own: `digest` names what they must be without compression. */
  open(): AsyncIterable<Uint8Array>
  /** The same bytes in a file, so that several layers can be read at once; absent where they only come as a stream. */
  part?(): Promise<LayerPart>
}

export interface OpenedImage {
  /** For messages: the path or reference that it was opened by. */
  name: string
  /** Digest of the platform's manifest; of the configuration in a docker archive. */
  digest: string
  configDigest: string
  aliases: readonly string[]
  architecture?: string
  os?: string
  config: ImageConfig
  /** Of the manifest. https://github.com/opencontainers/image-spec/blob/main/annotations.md */
  annotations?: Readonly<Record<string, string>>
  /** What lies beside it in its registry or layout; without one its labels tell. */
  origin?: ImageOrigin
  /** What that was read from. */
  originDocuments?: OriginDocuments
  layers: readonly OpenedLayer[]
  /** That none of them is kept is no damage: what is left is judged, and the gaps tell. */
  withoutLayers?: boolean
  gaps: readonly Gap[]
  close(): Promise<void>
}

/** `linux/arm64`; the variant is not looked at. */
export interface Platform {
  os: string
  architecture: string
}

export interface WayIn {
  /** File name = id = export. */
  readonly id: string
  /** By what is in it, never by its name. */
  accepts(files: ImageFiles): Promise<boolean>
  /** Errors are one clause, which the framework completes with the target and what to do. */
  open(files: ImageFiles, options: WayInOptions): Promise<Omit<OpenedImage, 'name' | 'gaps' | 'close'>>
}

export interface WayInOptions {
  scan: Scan
  limits: Limits
  platform: Platform
  /** Who may have signed. */
  trust: Trust
}
