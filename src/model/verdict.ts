// What is known of one distinct package version, whatever number of images and machines contain it.

import type { Finding } from './finding.ts'
import type { Distribution, Package } from './package.ts'

/** Why a package is not judged, or not wholly. `placed`: it is said of each place where the package lies. */
export interface PackageGap {
  why: string
  placed?: true
}

/** The distribution, as far as verdicts depend on it. */
export type Release = Pick<Distribution, 'id' | 'version' | 'ecosystem'>

export interface DistinctPackage {
  /** In the store. */
  id: number
  package: Omit<Package, 'place'>
  /** Of what a distribution installed. */
  release?: Release
  /** An index has judged it before, so that what is found now came with a change of the index. */
  judgedBefore: boolean
}

/** What the advisory index was asked for. */
export interface LookedUp {
  ecosystem: string
  /** Absent where the ecosystem was asked for and no name in it. */
  name?: string
}

/** What one generation of the advisory index says of a package. */
export interface Verdict {
  package: DistinctPackage
  lookups: readonly LookedUp[]
  /** A whole set of advisories was asked: what it does not name any more is fixed. */
  decided: boolean
  /** Names of vulnerabilities on which a record could not decide: they are not fixed either. */
  undecided: ReadonlySet<string>
  /** Nothing is left open. */
  judged: boolean
  gaps: readonly PackageGap[]
  /** About no resource in particular: `resource` is empty. */
  findings: readonly Finding[]
  /** Advisories that name it, of a package that was judged before: why one does not find it any more. */
  heard?: readonly HeardAdvisory[]
}

export interface HeardAdvisory {
  id: string
  /** ISO 8601, UTC: when its publisher took it back. */
  withdrawn?: string | undefined
}

/** With which index packages were judged. */
export interface Rematched {
  /** Of the index. */
  generation: string
  /** What was loaded for each ecosystem that was asked for: `none`, `starter 12`, `whole`, with what is too old. */
  ecosystems: Readonly<Record<string, string>>
  /** ISO 8601, UTC. */
  at: string
}

/** What evidence is about that holds for all packages of the estate: each was judged by the same index. */
export const packagesResource = 'estate/packages'
