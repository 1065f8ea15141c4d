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

/**
 * What a distribution says of one package beyond its ranges, in `affected[].database_specific.fix_state`, for OSV has no word
 * for it. `not affected` is a verdict: it also silences what others say of the same vulnerability in that package.
 */
export const fixStates = ['not affected', 'undetermined', 'deferred', 'will not fix', 'end of life'] as const
export type FixState = (typeof fixStates)[number]

export function fixStateOf({ database_specific }: Affected): FixState | undefined {
  return fixStates.find((state) => state === database_specific?.['fix_state'])
}

/** FIRST's estimate that a vulnerability is exploited within 30 days: both from 0 to 1. https://www.first.org/epss/model */
export interface Epss {
  probability: number
  /** Share of all vulnerabilities that are less likely to be. */
  percentile: number
}

/** What a feed gives. `since` and `day` are days: `2025-08-25`. */
export type FeedItem =
  | { kind: 'advisory'; advisory: Advisory }
  /** It is known to be exploited. */
  | { kind: 'exploited'; id: string; since?: string }
  | ({ kind: 'epss'; id: string } & Epss)

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
  epss(id: string): Epss | undefined
}
