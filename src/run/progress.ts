/** One step of a cycle, as it happens; the last one of each `step` counts. */
export interface Progress {
  /** Id of the cycle: when it began. */
  cycle: string
  step: 'sources' | 'images' | 'matching' | 'hardening' | 'coverage'
  done: number
  of: number
  /** What is being looked at. */
  note: string
  /** True once, when the cycle is over: everything of it has been recorded, or `note` says what it failed with. */
  finished: boolean
}

export type ReportProgress = (progress: Progress) => void
