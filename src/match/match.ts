// Packages × advisories → vulnerabilities. Each distinct version is judged once, however many packages are built from it.

import { fixStateOf, type Advisory, type AdvisoryLookup, type AdvisorySet } from '../model/advisory.ts'
import type { Depth } from '../model/evidence.ts'
import type { Distribution, Package } from '../model/package.ts'
import type { Gap } from '../model/scan.ts'
import { judgeVersion } from './affected.ts'
import { foldAliases, type Hit } from './alias.ts'
import { judgedAs, judgingEcosystem, orderOf } from './ecosystem.ts'
import type { VersionOrder } from './order.ts'
import { rate } from './severity.ts'
import type { Vulnerability } from './vulnerability.ts'
import { orders as allOrders } from './versions/list.ts'

export interface Matched {
  vulnerabilities: Vulnerability[]
  /** Packages that a whole set of advisories could judge, of those found. */
  judged: Depth
  gaps: Gap[]
}

/**
 * Distributions' packages are judged by source package and release, as their advisories are written. What a later layer hid
 * is not judged: no container sees it. What the distribution brought is judged as the distribution's, and by it alone.
 */
export function matchPackages(
  found: readonly Package[],
  distribution: Distribution | undefined,
  lookup: AdvisoryLookup,
  orders: readonly VersionOrder[] = allOrders,
): Matched {
  const matched: Matched = {
    vulnerabilities: [],
    judged: { done: 0, of: 0, unit: 'packages judged' },
    gaps: [],
  }
  const packages = found.filter(({ hiddenBy, ownedBy }) => hiddenBy === undefined && ownedBy === undefined)
  matched.judged.of = packages.length
  for (const [ecosystem, ofEcosystem] of Map.groupBy(packages, (found) => found.ecosystem)) {
    const { judge, gap } = judgeOf(ecosystem, distribution, lookup, orders)
    if (gap) matched.gaps.push({ why: gap })
    if (judge) matchEcosystem(ofEcosystem, judge, matched)
  }
  return matched
}

interface Judge {
  /** With its release. */
  ecosystem: string
  order: VersionOrder
  set: AdvisorySet
  lookup: AdvisoryLookup
}

/** What judges all packages of an ecosystem; the gap says why nothing does, or that what does is not enough. */
function judgeOf(
  packageEcosystem: string,
  distribution: Distribution | undefined,
  lookup: AdvisoryLookup,
  orders: readonly VersionOrder[],
): { judge?: Judge; gap?: string } {
  const ecosystem = judgingEcosystem(packageEcosystem, distribution)
  if (ecosystem === undefined) return { gap: `unknown distribution${distribution ? ` (${distribution.name})` : ''}` }
  if (lookup.problem !== undefined) return { gap: lookup.problem }
  const set = lookup.judges(ecosystem)
  if (!set) return { gap: `no advisories for ${ecosystem.includes(':') ? `this release (${ecosystem})` : ecosystem}` }
  const order = orderOf(ecosystem, orders)
  if (!order) return { gap: `no order of versions for ${ecosystem}` }
  const judge = { ecosystem, order, set, lookup }
  if (!set.starter) return { judge }
  const few = `only the starter set of advisories (${set.advisories} records) for ${ecosystem}`
  return { judge, gap: `${few}: run plimsoll db build` }
}

function matchEcosystem(packages: readonly Package[], judge: Judge, { vulnerabilities, judged, gaps }: Matched): void {
  for (const same of Map.groupBy(packages, versionKey).values()) {
    const { name, version } = judgedAs(same[0]!)
    const { found, undecided } = judgeOne(name, version, judge)
    // What names this very version, or all of them, holds all the same; of the rest nothing is known, which is one gap.
    const readable = judge.order.valid(version)
    const why = `version ${version} of ${name} is not one of ${judge.order.id}'s`
    if (readable) for (const why of undecided) gaps.push({ why })
    else for (const { place } of same) gaps.push({ why, place })
    if (readable && undecided.length === 0 && !judge.set.starter) judged.done += same.length
    for (const one of same) for (const vulnerability of found) vulnerabilities.push({ package: one, ...vulnerability })
  }
}

function versionKey(found: Package): string {
  const { name, version } = judgedAs(found)
  return `${name}\n${version}`
}

function judgeOne(
  name: string,
  version: string,
  { ecosystem, order, lookup }: Judge,
): { found: Omit<Vulnerability, 'package'>[]; undecided: string[] } {
  const hits: Hit[] = []
  const undecided: string[] = []
  for (const advisory of lookup.find(ecosystem, name)) {
    if (advisory.withdrawn !== undefined) continue
    const { hit, why } = judgeAdvisory(advisory, ecosystem, name, version, order)
    if (hit) hits.push(hit)
    else if (why) undecided.push(`${advisory.id} ${why}: ${name} ${version} is not judged by it`)
  }
  return { found: foldAliases(hits, order, lookup), undecided }
}

/** Affected by any entry of the record is affected; undecided in one and affected in none is undecided. */
function judgeAdvisory(
  advisory: Advisory,
  ecosystem: string,
  name: string,
  version: string,
  order: VersionOrder,
): { hit?: Hit; why?: string } {
  let why: string | undefined
  for (const entry of advisory.affected ?? []) {
    if (entry.package?.ecosystem !== ecosystem || entry.package.name !== name) continue
    const verdict = judgeVersion(version, entry, order)
    if (verdict.is === 'affected') {
      const { fixedIn } = verdict
      const state = fixStateOf(entry)
      const rating = rate(entry.severity ?? advisory.severity)
      return { hit: { advisory, rating, ...(fixedIn ? { fixedIn } : {}), ...(state ? { state } : {}) } }
    }
    if (verdict.is === 'undecided') why ??= verdict.why
  }
  return why ? { why } : {}
}
