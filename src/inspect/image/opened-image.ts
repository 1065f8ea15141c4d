// The seam of images: each way in gives an image whose documents are read and verified, and whose layers can be.

import type { ImageConfig } from '../../model/image.ts'
import type { Gap, Scan } from '../../model/scan.ts'
import type { Limits } from '../limits.ts'
import type { ImageFiles } from './image-files.ts'

export interface OpenedLayer {
  /** Digest of the uncompressed tar (`diff_id`), as the configuration names it. */
  digest: string
  /** Bytes as stored, compressed or not. */
  size?: number
  createdBy?: string
  /** The bytes as stored; throws at the end when they have another digest than the manifest names. */
  open(): AsyncIterable<Uint8Array>
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
  layers: readonly OpenedLayer[]
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
}
