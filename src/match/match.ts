// Packages × advisories → vulnerabilities. Each distinct version is judged once, however many packages are built from it.

import type { Advisory, AdvisoryLookup, AdvisorySet } from '../model/advisory.ts'
import type { Depth } from '../model/evidence.ts'
import type { Distribution, Package } from '../model/package.ts'
import type { Gap } from '../model/scan.ts'
import { judgeVersion } from './affected.ts'
import { foldAliases, type Hit } from './alias.ts'
import { judgingEcosystem, withoutRelease } from './ecosystem.ts'
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

/** Distributions' packages are judged by source package and release, as their advisories are written. */
export function matchPackages(
  packages: readonly Package[],
  distribution: Distribution | undefined,
  lookup: AdvisoryLookup,
  orders: readonly VersionOrder[] = allOrders,
): Matched {
  const matched: Matched = {
    vulnerabilities: [],
    judged: { done: 0, of: packages.length, unit: 'packages judged' },
    gaps: [],
  }
  for (const [ecosystem, ofEcosystem] of Map.groupBy(packages, (found) => found.ecosystem)) {
    const judge = judgeOf(ecosystem, distribution, lookup, orders)
    if (judge.gap) matched.gaps.push(judge.gap)
    if (judge.order) matchEcosystem(ofEcosystem, { ...judge, order: judge.order, lookup }, matched)
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

/** What judges all packages of an ecosystem, and what must be said of it; without an order nothing can. */
function judgeOf(
  packageEcosystem: string,
  distribution: Distribution | undefined,
  lookup: AdvisoryLookup,
  orders: readonly VersionOrder[],
): { ecosystem: string; set: AdvisorySet; order?: VersionOrder; gap?: Gap } {
  const none = { advisories: 0, starter: false }
  const ecosystem = judgingEcosystem(packageEcosystem, distribution)
  if (ecosystem === undefined) {
    const name = distribution ? ` (${distribution.name})` : ''
    return { ecosystem: packageEcosystem, set: none, gap: { why: `unknown distribution${name}` } }
  }
  const set = lookup.judges(ecosystem)
  if (!set) {
    const what = ecosystem.includes(':') ? `this release (${ecosystem})` : ecosystem
    return { ecosystem, set: none, gap: { why: `no advisories for ${what}` } }
  }
  const order = orders.find(({ ecosystems }) => ecosystems.includes(withoutRelease(ecosystem)))
  if (!order) return { ecosystem, set, gap: { why: `no order of versions for ${withoutRelease(ecosystem)}` } }
  if (!set.starter) return { ecosystem, set, order }
  const why = `only the starter set of advisories (${set.advisories} records) for ${ecosystem}: run plimsoll db build`
  return { ecosystem, set, order, gap: { why } }
}

function matchEcosystem(packages: readonly Package[], judge: Judge, { vulnerabilities, judged, gaps }: Matched): void {
  for (const same of Map.groupBy(packages, versionKey).values()) {
    const { name, version } = judgedVersion(same[0]!)
    if (!judge.order.valid(version)) {
      const why = `version ${version} of ${name} is not one of ${judge.order.id}'s`
      for (const { place } of same) gaps.push({ why, place })
      continue
    }
    const { found, undecided } = judgeOne(name, version, judge)
    for (const why of undecided) gaps.push({ why })
    if (undecided.length === 0 && !judge.set.starter) judged.done += same.length
    for (const one of same) for (const vulnerability of found) vulnerabilities.push({ package: one, ...vulnerability })
  }
}

function judgedVersion(found: Package): { name: string; version: string } {
  return found.source ?? found
}

function versionKey(found: Package): string {
  const { name, version } = judgedVersion(found)
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
      return { hit: { advisory, rating: rate(entry.severity ?? advisory.severity), ...(fixedIn ? { fixedIn } : {}) } }
    }
    if (verdict.is === 'undecided') why ??= verdict.why
  }
  return why ? { why } : {}
}
