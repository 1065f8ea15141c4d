// Advisories in OSV's schema, only the fields that are used. https://ossf.github.io/osv-schema/

import { z } from 'zod'

export const rangeEvent = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
  limit: z.string().optional(),
})

export const range = z.object({
  type: z.enum(['SEMVER', 'ECOSYSTEM', 'GIT']),
  repo: z.string().optional(),
  events: z.array(rangeEvent),
})

export const severityScore = z.object({ type: z.string(), score: z.string() })

export const affected = z.object({
  package: z.object({ ecosystem: z.string(), name: z.string(), purl: z.string().optional() }).optional(),
  ranges: z.array(range).optional(),
  versions: z.array(z.string()).optional(),
  severity: z.array(severityScore).optional(),
  ecosystem_specific: z.record(z.string(), z.unknown()).optional(),
  database_specific: z.record(z.string(), z.unknown()).optional(),
})

export const advisory = z.object({
  id: z.string().min(1),
  modified: z.string(),
  published: z.string().optional(),
  withdrawn: z.string().optional(),
  aliases: z.array(z.string()).optional(),
  upstream: z.array(z.string()).optional(),
  related: z.array(z.string()).optional(),
  summary: z.string().optional(),
  severity: z.array(severityScore).optional(),
  affected: z.array(affected).optional(),
  database_specific: z.record(z.string(), z.unknown()).optional(),
})

export type Advisory = z.infer<typeof advisory>
export type Affected = z.infer<typeof affected>
export type Range = z.infer<typeof range>
export type RangeEvent = z.infer<typeof rangeEvent>

/** What a feed gives: a record, or that a vulnerability is known to be exploited, and since when (`2025-08-25`). */
export type FeedItem = { kind: 'advisory'; advisory: Advisory } | { kind: 'exploited'; id: string; since?: string }

/** What was loaded for one ecosystem with its release. */
export interface AdvisorySet {
  advisories: number
  /** The few records that come with the product: what they match is true, what they miss says nothing. */
  starter: boolean
}

/** What matching asks of the advisory index; pure rooms are handed one, and never open the index themselves. */
export interface AdvisoryLookup {
  /** Why nothing at all can be judged: the index cannot be read. */
  readonly problem?: string
  /** What was loaded for the ecosystem with its release (`Debian:12`, `npm`); undefined where nothing was, so that nothing can be judged. */
  judges(ecosystem: string): AdvisorySet | undefined
  /** All advisories that name the package in this ecosystem (with its release where it has one). */
  find(ecosystem: string, name: string): readonly Advisory[]
  /** Whether the vulnerability is known to be exploited (CISA KEV). */
  exploited(id: string): boolean
}
