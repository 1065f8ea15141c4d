// Several records that name the same vulnerability of one package version, as one.

import type { Advisory, AdvisoryLookup, Epss, FixState } from '../model/advisory.ts'
import type { Saying } from '../model/finding.ts'
import { bySeverity } from '../model/severity.ts'
import type { VersionOrder } from './order.ts'
import type { Rating } from './severity.ts'
import type { Vulnerability } from './vulnerability.ts'

/** One record that affects the version that is being judged. */
export interface Hit {
  advisory: Advisory
  rating: Rating
  fixedIn?: string
  state?: FixState
}

type Known = Pick<AdvisoryLookup, 'exploited' | 'epss'>

export function foldAliases(
  hits: readonly Hit[],
  order: VersionOrder,
  lookup: Known,
): Omit<Vulnerability, 'package'>[] {
  return groupByName(hits).map((same) => fold(same, order, lookup))
}

/** Records that share a name, directly or through a third, belong together. */
function groupByName(hits: readonly Hit[]): Hit[][] {
  const groups = new Map<string, Hit[]>()
  for (const hit of hits) {
    const names = namesOf(hit.advisory)
    const joined = new Set(names.flatMap((name) => groups.get(name) ?? []))
    const group = [...joined, hit]
    for (const { advisory } of group) for (const name of namesOf(advisory)) groups.set(name, group)
  }
  return [...new Set(groups.values())]
}

/**
 * Names of this very vulnerability. A distribution's record is about what is upstream; where that is one vulnerability it is
 * a name of it, while an announcement of many (a DSA) stays a thing of its own.
 */
function namesOf({ id, aliases = [], upstream = [] }: Advisory): string[] {
  return [id, ...aliases, ...(upstream.length === 1 ? upstream : [])]
}

function fold(same: readonly Hit[], order: VersionOrder, lookup: Known): Omit<Vulnerability, 'package'> {
  const sorted = same.toSorted(bestFirst)
  const { advisory } = sorted[0]!
  const names = new Set(
    same.flatMap(({ advisory: { id, aliases, upstream } }) => [id, ...(aliases ?? []), ...(upstream ?? [])]),
  )
  const worst = same.map(({ rating }) => rating).toSorted(worstFirst)[0]!
  const fixedIn = fixedInAll(same, order)
  names.delete(advisory.id)
  const epss = likeliest([advisory.id, ...names], lookup)
  const fixState = fixedIn === undefined ? sorted.find(({ state }) => state)?.state : undefined
  return {
    advisory,
    aliases: [...names].toSorted(),
    ...worst,
    exploited: [advisory.id, ...names].some((name) => lookup.exploited(name)),
    ...(fixedIn === undefined ? {} : { fixedIn }),
    ...(epss ? { epss } : {}),
    ...(fixState ? { fixState } : {}),
    says: sorted.map(toSaying),
  }
}

function toSaying({ advisory: { id }, rating, fixedIn, state }: Hit): Saying {
  return { id, ...rating, ...(fixedIn === undefined ? {} : { fixedIn }), ...(state ? { state } : {}) }
}

function likeliest(names: readonly string[], lookup: Known): Epss | undefined {
  const estimates = names.flatMap((name) => lookup.epss(name) ?? [])
  return estimates.toSorted((a, b) => b.probability - a.probability)[0]
}

/** The record that tells the most; the id decides between equals, so that it is the same in every run. */
function bestFirst(a: Hit, b: Hit): number {
  const told = (hit: Hit): number => Number(hit.fixedIn !== undefined) * 2 + Number(hit.rating.score !== undefined)
  return told(b) - told(a) || (a.advisory.id < b.advisory.id ? -1 : 1)
}

function worstFirst(a: Rating, b: Rating): number {
  return bySeverity(a.severity, b.severity) || (b.score ?? 0) - (a.score ?? 0)
}

/** The highest of the fixes, which is right by all records; one without a fix does not take it from the others. */
function fixedInAll(same: readonly Hit[], order: VersionOrder): string | undefined {
  const fixes = same.flatMap(({ fixedIn }) => (fixedIn === undefined ? [] : [fixedIn]))
  return fixes.toSorted((a, b) => (order.valid(a) && order.valid(b) ? order.compare(b, a) : 0))[0]
}
