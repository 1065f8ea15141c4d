// How a finding came to be in the state that it is in.

import type { FindingState } from './finding.ts'

export const changeCauses = [
  'image replaced',
  'image gone',
  'package replaced',
  'package removed',
  'advisory withdrawn',
  'advisory corrected',
  'advisory renamed',
  'advisory returned',
  'exception',
  'exception ended',
  'not found again',
  'found again',
] as const
export type ChangeCause = (typeof changeCauses)[number]

/** Why, as one clause for people. */
export interface Because {
  cause: ChangeCause
  why: string
}

/** From `at` on the finding is in this state. */
export interface FindingChange extends Because {
  /** ISO 8601, UTC. */
  at: string
  state: FindingState
  /** What took the place of the image that had it. */
  image?: NamedImage
}

export interface NamedImage {
  id: string
  digest: string
  name: string
}

/** An image, and from when to when a workload ran it; it still does where there is no end. */
export interface ImageRun extends NamedImage {
  from: string
  to?: string
  /** Nobody has judged what is in it, so that nothing is fixed by it. */
  unjudged?: true
}
