import type { Finding } from './finding.ts'
import type { BaseImage, ImageConfig, ImageLayer, ImageOrigin, SetuidFile } from './image.ts'
import type { Depth } from './evidence.ts'
import type { Distribution, Package } from './package.ts'
import type { Gap } from './scan.ts'

/** How old the threat data is that a result rests on. */
export interface AdvisoryAge {
  /** ISO 8601, UTC: when the index was built. */
  builtAt: string
  /** `starter` for the set that comes with the product. */
  origin: string
  advisories: number
}

/** What building anew on another base clears, of all open vulnerabilities. */
export interface Rebase {
  onto: string
  clears: number
  of: number
}

/** What one `plimsoll scan` gives; every format renders this. */
export interface Result {
  target: {
    /** As the user gave it. */
    name: string
    /** `sbom`: a bill of materials that somebody else wrote, instead of the bytes. */
    kind: 'image' | 'rootfs' | 'host' | 'sbom'
    digest?: string
  }
  at: string
  /** Version of Plimsoll. */
  version: string
  distribution?: Distribution
  image?: {
    layers: readonly ImageLayer[]
    config: ImageConfig
    architecture?: string
    os?: string
    aliases: readonly string[]
    setuid?: readonly SetuidFile[]
    base?: BaseImage
    origin?: ImageOrigin
  }
  packages: readonly Package[]
  /** Packages judged of those found. */
  judged: Depth
  /** Rules evaluated of those that apply. */
  evaluated: Depth
  findings: readonly Finding[]
  gaps: readonly Gap[]
  advisories: AdvisoryAge
  /** Present where another base was compared; the best first. */
  rebase?: readonly Rebase[]
}
