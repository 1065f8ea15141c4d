// Several records that name the same vulnerability of one package version, as one.

import type { Advisory, AdvisoryLookup, Affected, Epss, FixState } from '../model/advisory.ts'
import type { Saying } from '../model/finding.ts'
import { bySeverity } from '../model/severity.ts'
import { smallestClear } from './affected.ts'
import type { VersionOrder } from './order.ts'
import { symbolsHint } from './symbols.ts'
import type { Rating } from './severity.ts'
import type { Vulnerability } from './vulnerability.ts'

/** One record that affects the version that is being judged. */
export interface Hit {
  advisory: Advisory
  rating: Rating
  /** Those by which it is affected. */
  entries: readonly Affected[]
  fixedIn?: string
  /** Who does not pay for it cannot get the fix. */
  subscription?: string
  state?: FixState
}

export type Known = Pick<AdvisoryLookup, 'exploited' | 'epss'>

export interface Folding {
  version: string
  order: VersionOrder
  /** Vulnerabilities of which a record says that the package never had them. */
  silenced: ReadonlySet<string>
  /** Records that judged the version, whatever they said. */
  judging: readonly Advisory[]
  known: Known
}

export interface Folded {
  vulnerability: Omit<Vulnerability, 'package'>
  /** Entries that a version must not be affected by to be clear of it. */
  clearing: readonly Affected[]
}

/**
 * A record of one vulnerability is folded with the others that name it. An announcement of several (a DSA) adds its fix to
 * each that has a record of its own, and stands for those alone that have none.
 */
export function foldHits(hits: readonly Hit[], folding: Folding): Folded[] {
  if (hits.length === 0) return []
  const { silenced } = folding
  const single = hits.filter(({ advisory }) => vulnerabilitiesOf(advisory).length <= 1)
  const announcements = hits.filter(({ advisory }) => vulnerabilitiesOf(advisory).length > 1)
  const groups = groupByName(single).filter(
    (same) => !same.some(({ advisory }) => namesOf(advisory).some((name) => silenced.has(name))),
  )
  const folded = groups.map((same) => {
    const names = new Set(same.flatMap(({ advisory }) => namesOf(advisory)))
    const announced = announcements.filter(({ advisory }) =>
      vulnerabilitiesOf(advisory).some((name) => names.has(name)),
    )
    return fold(same, announced, [...names], folding)
  })
  if (announcements.length === 0) return folded
  // Vulnerabilities that a record of their own judged.
  const alone = new Set(folding.judging.filter((one) => vulnerabilitiesOf(one).length <= 1).flatMap(namesOf))
  for (const announcement of announcements) {
    const { advisory } = announcement
    const left = vulnerabilitiesOf(advisory).filter((name) => !silenced.has(name) && !alone.has(name))
    if (left.length > 0)
      folded.push(fold([announcement], [], [advisory.id, ...(advisory.aliases ?? []), ...left], folding))
  }
  return folded
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

/** Names of this very vulnerability: of an announcement of many only its own. */
export function namesOf(advisory: Advisory): string[] {
  const { id, aliases = [] } = advisory
  const about = vulnerabilitiesOf(advisory)
  return [id, ...aliases, ...(about.length === 1 ? about : [])]
}

/**
 * What a distribution's record is about: what it calls upstream, and for those that fill nothing else (Alma, Rocky, SUSE) the
 * CVEs that it calls related. `DEBIAN-CVE-2024-1` is Debian's record of CVE-2024-1, and no vulnerability beside it.
 */
export function vulnerabilitiesOf({ id, aliases = [], upstream = [], related = [] }: Advisory): readonly string[] {
  if (upstream.length === 0 && (aliases.length > 0 || related.length === 0 || !announcement.test(id))) return []
  const about = upstream.length > 0 ? upstream : related.filter((name) => name.startsWith('CVE-'))
  return about.length < 2 ? about.map(withoutPublisher) : [...new Set(about.map(withoutPublisher))]
}

const announcement = /^(?:AL[BES]A|R[LX][BES]A|RH[BES]A|ELSA|ALAS\w*|MGASA|(?:open)?SUSE-[A-Z]U|openEuler-SA|OESA)-/

function withoutPublisher(name: string): string {
  return /^[A-Z]+-(?<cve>CVE-\d+-\d+)$/.exec(name)?.groups?.['cve'] ?? name
}

/** `names`: all of the vulnerability's; `announced`: what says more of it without being about it alone. */
function fold(same: readonly Hit[], announced: readonly Hit[], allNames: readonly string[], folding: Folding): Folded {
  const { version, order, known } = folding
  const sorted = same.toSorted(bestFirst)
  const { advisory } = sorted[0]!
  const names = [...new Set(allNames)].filter((name) => name !== advisory.id)
  const worst = same.map(({ rating }) => rating).toSorted(worstFirst)[0]!
  const fix = fixOf(same, version, order) ?? fixOf(announced, version, order)
  const epss = likeliest([advisory.id, ...names], known)
  const fixState = fix === undefined ? sorted.find(({ state }) => state)?.state : undefined
  const hint = symbolsHint(sorted.flatMap(({ entries }) => entries))
  const vulnerability = {
    advisory,
    aliases: names.toSorted(),
    ...worst,
    exploited: [advisory.id, ...names].some((name) => known.exploited(name)),
    ...(fix === undefined ? {} : { fixedIn: fix.fixedIn }),
    ...(fix?.subscription === undefined ? {} : { subscription: fix.subscription }),
    ...(epss ? { epss } : {}),
    ...(fixState ? { fixState } : {}),
    ...(hint === undefined ? {} : { hint }),
    says: [...sorted, ...announced.toSorted(bestFirst)].map(toSaying),
  }
  return { vulnerability, clearing: fix?.entries ?? [] }
}

/** The smallest version that is right by all records that know a fix; one without does not take it from the others. */
function fixOf(hits: readonly Hit[], version: string, order: VersionOrder) {
  const fixed = hits.filter(({ fixedIn }) => fixedIn !== undefined)
  const open = fixed.filter(({ subscription }) => subscription === undefined)
  const counted = open.length > 0 ? open : fixed
  if (counted.length === 0) return undefined
  const entries = counted.flatMap((hit) => hit.entries)
  const fixedIn = counted.length === 1 ? counted[0]!.fixedIn : smallestClear(version, entries, order)
  const subscription = open.length > 0 ? undefined : counted[0]!.subscription
  return fixedIn === undefined ? undefined : { fixedIn, subscription, entries }
}

function toSaying({ advisory: { id }, rating, fixedIn, state, subscription }: Hit): Saying {
  return {
    id,
    ...rating,
    ...(fixedIn === undefined ? {} : { fixedIn }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(state ? { state } : {}),
  }
}

function likeliest(names: readonly string[], known: Known): Epss | undefined {
  const estimates = names.flatMap((name) => known.epss(name) ?? [])
  return estimates.length < 2 ? estimates[0] : estimates.toSorted((a, b) => b.probability - a.probability)[0]
}

/** The record that tells the most; the id decides between equals, so that it is the same in every run. */
function bestFirst(a: Hit, b: Hit): number {
  const told = (hit: Hit): number => Number(hit.fixedIn !== undefined) * 2 + Number(hit.rating.score !== undefined)
  return told(b) - told(a) || (a.advisory.id < b.advisory.id ? -1 : 1)
}

function worstFirst(a: Rating, b: Rating): number {
  return bySeverity(a.severity, b.severity) || (b.score ?? 0) - (a.score ?? 0)
}
