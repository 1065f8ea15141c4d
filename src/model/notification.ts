import type { Severity } from './severity.ts'

/** New findings of one team, by one change of the advisory index or of exceptions. No secret and no address is in it. */
export interface NotificationContent {
  team: string
  /** Of the index that brought them. */
  generation: string
  /** ISO 8601, UTC. */
  at: string
  /** Worst first, at most `mostFindings`. */
  findings: readonly NotifiedFinding[]
  /** All of them, also those that are not listed. */
  total: number
}

/** One vulnerability of one package version; or any other finding that is open again. */
export interface NotifiedFinding {
  rule: string
  /** The name that people look it up by: its CVE. */
  name: string
  aliases: readonly string[]
  title: string
  severity: Severity
  score?: number
  exploited: boolean
  fix?: string
  /** It was known and excepted before: why it is open again. */
  reopened?: string
  /** Absent for what is in no package. */
  package?: { ecosystem: string; name: string; version: string; purl: string; fixedIn?: string }
  /** Images of the team's workloads that contain it. */
  images: number
  /** Running workloads, at most `mostWorkloads`. */
  workloads: readonly { id: string; name: string }[]
  /** All that run it. */
  workloadCount: number
}

export const mostFindings = 200
export const mostWorkloads = 50
