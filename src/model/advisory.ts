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
  /** OSV's converter of CVE records tells from which versions it has the commits. */
  database_specific: z
    .object({ versions: z.array(rangeEvent).optional().catch(undefined) })
    .optional()
    .catch(undefined),
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

/** What is asked of the versions that an entry lists; an array is one. */
export interface VersionList extends Iterable<string> {
  readonly length: number
  includes(version: string): boolean
}

export type Affected = Omit<z.infer<typeof affected>, 'versions'> & { versions?: VersionList | undefined }
export type Advisory = Omit<z.infer<typeof advisory>, 'affected'> & { affected?: Affected[] | undefined }
export type Range = z.infer<typeof range>
export type RangeEvent = z.infer<typeof rangeEvent>

/** The set of records of Git repositories; their names are those of `repositoryName`. */
export const gitEcosystem = 'GIT'

/** In `affected[].database_specific.tags_of` of a repository whose list of tags holds those of others too. */
export const severalRepositories = 'several repositories'

/**
 * What a distribution says of one package beyond its ranges, in `affected[].database_specific.fix_state`, for OSV has no word
 * for it. `not affected` is a verdict: it also silences what others say of the same vulnerability in that package.
 */
export const fixStates = ['not affected', 'undetermined', 'deferred', 'will not fix', 'end of life'] as const
export type FixState = (typeof fixStates)[number]

export function fixStateOf({ database_specific }: Affected): FixState | undefined {
  const told = database_specific?.['fix_state']
  return told === undefined ? undefined : fixStates.find((state) => state === told)
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
  /** Support of one release ends or has ended: of an ecosystem with its release, `Debian:12`, else of a product, `kubernetes:1.30`. */
  | { kind: 'end-of-life'; of: string; day: string }

/** Before the items of one part of a feed, by whoever reads the feeds: all that follow come from it. */
export interface FeedBegins {
  kind: 'begin'
  /** Id of the feed. */
  feed: string
  /** `npm` of OSV's many; empty for a feed that is one whole. */
  part: string
  /** When it was fetched, ISO 8601, UTC. */
  asOf?: string
  /** Why what is read is not the newest there is. */
  problem?: string
  /** Feeds whose records of the same id its own replace, whatever their times. */
  replaces?: readonly string[]
  /** What its files are, by what they hold: the same again when none of them has changed. */
  madeOf?: string
  /** Said when it has been read: some file of it could not be, so that it must be read again though nothing changes. */
  unread?: true
}

/** How old one part of a feed is, as it stands in the index. */
export interface FeedAge {
  feed: string
  part: string
  asOf?: string
  /** The time of the newest record; absent where the feed dates none. */
  newest?: string
  records: number
  problem?: string
}

/** What was loaded for one ecosystem with its release. */
export interface AdvisorySet {
  advisories: number
  /** The few records that come with the product: what they match is true, what they miss says nothing. */
  starter: boolean
  /** The parts of feeds that speak of it, where the index knows their age. */
  feeds?: readonly FeedAge[]
}

/** What matching asks of the advisory index; pure rooms are handed one, and never open the index themselves. */
export interface AdvisoryLookup {
  /** Why nothing at all can be judged: the index cannot be read. */
  readonly problem?: string
  /** What was loaded for the ecosystem with its release (`Debian:12`, `npm`); undefined where nothing was, so that nothing can be judged. */
  judges(ecosystem: string): AdvisorySet | undefined
  /**
   * All advisories that name the package in this ecosystem (with its release where it has one), each with its entries of this
   * package; those of others may be left out.
   */
  find(ecosystem: string, name: string): readonly Advisory[]
  /** Whether the vulnerability is known to be exploited (CISA KEV). */
  exploited(id: string): boolean
  epss(id: string): Epss | undefined
  /** Days on which support ends, by ecosystem with its release (`Debian:12`) or product (`kubernetes:1.30`), as its feeds have them. */
  ends?(): ReadonlyMap<string, string>
}
