import type { Finding } from './finding.ts'
import type { BaseImage, ImageConfig, ImageLayer, ImageOrigin, SetuidFile } from './image.ts'
import type { Depth } from './evidence.ts'
import type { Distribution, Package } from './package.ts'
import type { Gap } from './scan.ts'
import type { Severity, SeverityCounts } from './severity.ts'

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

/** An earlier result, of which only what is new counts. */
export interface Baseline {
  /** The file, as the user gave it. */
  name: string
  /** ISO 8601, UTC: when that result was made. */
  at: string
  /** Findings that stand in both: each has `known`. */
  known: number
  /** Findings of the baseline that are not there any more. */
  gone: number
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
  /** Present where only what can be fixed was wanted: open vulnerabilities without a fix, which are not among the findings. */
  withoutFix?: SeverityCounts
  baseline?: Baseline
  /** Present where a severity was to fail: how many findings that count are as severe or worse. */
  failOn?: { severity: Severity; over: number }
}
