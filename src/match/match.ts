// Packages × advisories → vulnerabilities. Each distinct version is judged once, however many packages are built from it.

import { foreignBuilder } from '../lib/package-builders.ts'
import { dockerModule, isPlatformPackage, isProjectVersion, majorOf } from '../lib/platform-programs.ts'
import { gitEcosystem, type AdvisoryLookup, type AdvisorySet } from '../model/advisory.ts'
import type { Depth } from '../model/evidence.ts'
import { unknownVersion, type Distribution, type Package } from '../model/package.ts'
import type { Gap } from '../model/scan.ts'
import { judgedAs, judgingSets, orderOf, type JudgingSet } from './ecosystem.ts'
import { judgePackage, type Judge, type Judged } from './judge.ts'
import type { VersionOrder } from './order.ts'
import { revisionOf } from './revision.ts'
import type { Vulnerability } from './vulnerability.ts'
import { git } from './versions/git.ts'
import { orders as allOrders } from './versions/list.ts'

export interface Matched {
  vulnerabilities: Vulnerability[]
  /** Packages that a whole set of advisories could judge, of those found. */
  judged: Depth
  gaps: Gap[]
  /** Names of vulnerabilities on which a record that is about one of the packages could not decide. */
  undecided: Set<string>
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
    undecided: new Set(),
  }
  const packages = found.filter(({ hiddenBy, ownedBy }) => hiddenBy === undefined && ownedBy === undefined)
  matched.judged.of = packages.length
  for (const [ecosystem, ofEcosystem] of Map.groupBy(packages, (found) => found.ecosystem)) {
    if (ecosystem === 'generic') {
      matchPrograms(ofEcosystem, lookup, matched)
      continue
    }
    const { judge, gap } = judgeOf(ecosystem, distribution, lookup, orders)
    if (gap) matched.gaps.push({ why: gap })
    if (judge) matchEcosystem(withoutForeign(ofEcosystem, matched.gaps), judge, lookup, matched)
  }
  return matched
}

/**
 * Programs that are in no ecosystem: the records of their repositories judge them, of those that have one. The others are named,
 * each by itself, for which of them are known differs from one inventory to the next.
 */
function matchPrograms(programs: readonly Package[], lookup: AdvisoryLookup, matched: Matched): void {
  if (lookup.problem !== undefined) return void matched.gaps.push({ why: lookup.problem })
  const judge = { sets: [], order: git, find: lookup.find, known: lookup, starter: false }
  const { known = [], unknown = [] } = Object.groupBy(programs, (found) => (revisionOf(found) ? 'known' : 'unknown'))
  matchEcosystem(known, judge, lookup, matched)
  const versions = new Map(unknown.map((found) => [`${found.name} ${found.version}`, found]))
  for (const found of versions.values()) matched.gaps.push(noFeed(found))
}

function noFeed({ name, version, place }: Package): Gap {
  return { why: `no feed judges ${name} ${version}`, place }
}

/** What judges all packages of an ecosystem; the gap says why nothing does, or that what does is not enough. */
function judgeOf(
  packageEcosystem: string,
  distribution: Distribution | undefined,
  lookup: AdvisoryLookup,
  orders: readonly VersionOrder[],
): { judge?: Judge & { starter: boolean }; gap?: string } {
  const [own, ...besides] = judgingSets(packageEcosystem, distribution)
  if (own === undefined) return { gap: `unknown distribution${distribution ? ` (${distribution.name})` : ''}` }
  if (lookup.problem !== undefined) return { gap: lookup.problem }
  const { ecosystem } = own
  const loaded = [own, ...besides].flatMap((set) => {
    const contents = lookup.judges(set.ecosystem)
    return contents ? [{ set, contents }] : []
  })
  // What subscribers get is no judgement of a machine without a subscription.
  if (!loaded.some(({ set }) => isEnough(set))) {
    return { gap: `no advisories for ${ecosystem.includes(':') ? `this release (${ecosystem})` : ecosystem}` }
  }
  const order = orderOf(ecosystem, orders)
  if (!order) return { gap: `no order of versions for ${ecosystem}` }
  const starter = loaded.every(({ contents }) => contents.starter)
  const sets = loaded.map(({ set }) => set)
  const judge = { sets, order, find: lookup.find, known: lookup, starter }
  return starter
    ? {
        judge,
        gap: starterGap(
          ecosystem,
          loaded.map(({ contents }) => contents),
        ),
      }
    : { judge }
}

function isEnough({ subscription, minorStream }: JudgingSet): boolean {
  return subscription === undefined && minorStream === undefined
}

function starterGap(ecosystem: string, sets: readonly AdvisorySet[]): string {
  const advisories = sets.reduce((sum, set) => sum + set.advisories, 0)
  return `only the starter set of advisories (${advisories} records) for ${ecosystem}: run plimsoll db build`
}

/** The distribution's and the project's own packages; of the others each builder is a gap. */
function withoutForeign(packages: readonly Package[], gaps: Gap[]): Package[] {
  const own: Package[] = []
  for (const found of packages) {
    const builder = foreignBuilder(found)
    const why = beyondRecords(found)
    if (why !== undefined) gaps.push({ why, place: found.place })
    else if (builder === undefined) own.push(found)
    else {
      const why = `built by ${builder}, not by the distribution, whose advisories say nothing of it`
      gaps.push({ why: `${found.name} was ${why}`, place: found.place })
    }
  }
  return own
}

/** Why the records of a platform's program do not speak of the version that was found. */
function beyondRecords({ ecosystem, name, version }: Package): string | undefined {
  if (version === unknownVersion || !isPlatformPackage(ecosystem, name)) return undefined
  if (!isProjectVersion(version))
    return `${name} ${version} is no release of its project: only who built it knows what was mended in it`
  // https://github.com/moby/moby/blob/master/project/BRANCHES-AND-TAGS.md
  if (name === dockerModule('29') && majorOf(version) >= 29)
    return `no feed judges Docker Engine ${version}: Go's database counts the versions of its module otherwise, from 2.0.0 on`
  return undefined
}

function matchEcosystem(
  packages: readonly Package[],
  judge: Judge & { starter: boolean },
  lookup: AdvisoryLookup,
  { vulnerabilities, judged, gaps, undecided: names }: Matched,
): void {
  const ofEcosystem = judge.sets.length > 0
  for (const same of Map.groupBy(packages, versionKey).values()) {
    const { name, version } = judgedAs(same[0]!)
    const revision = revisionOf(same[0]!)
    const repositories = revision && lookup.judges(gitEcosystem)
    const { found, undecided, ofRepository } = judgePackage(same[0]!, name, version, judge, repositories && revision)
    // What names this very version, or all of them, holds all the same; of the rest nothing is known, which is one gap.
    const readable = !ofEcosystem || judge.order.valid(version)
    const why =
      version === unknownVersion && isPlatformPackage(same[0]!.ecosystem, same[0]!.name)
        ? `the version of ${name} cannot be told`
        : `version ${version} of ${name} is not one of ${judge.order.id}'s`
    for (const name of undecided.flatMap((one) => one.names)) names.add(name)
    for (const name of ofRepository?.undecided ?? []) names.add(name)
    const open = [...undecided.map(({ why }) => ({ why })), ...openInRepository(same[0]!, ofRepository)]
    if (!ofEcosystem && !ofRepository?.records) open.push(noFeed(same[0]!))
    if (readable) gaps.push(...open)
    else for (const { place } of same) gaps.push({ why, place })
    const starter = judge.starter || repositories?.starter === true
    if (readable && open.length === 0 && !starter) judged.done += same.length
    for (const one of same) for (const vulnerability of found) vulnerabilities.push({ package: one, ...vulnerability })
  }
}

const mostNamed = 3

/** One gap for all, however many records a repository has. */
function openInRepository({ name, version }: Package, ofRepository: Judged['ofRepository']): Gap[] {
  const { undecided = [] } = ofRepository ?? {}
  if (undecided.length === 0) return []
  const named = undecided.slice(0, mostNamed).join(', ')
  const others = undecided.length > mostNamed ? ` and ${undecided.length - mostNamed} more` : ''
  return [
    { why: `only the history of its repository tells whether ${name} ${version} is affected by ${named}${others}` },
  ]
}

/** Packages that are judged alike. */
function versionKey(found: Package): string {
  const { name, version } = judgedAs(found)
  const revision = found.purl.includes('vcs_url=') ? found.purl : ''
  return `${name}\n${version}\n${found.module ?? ''}\n${found.arch ?? ''}\n${revision}`
}
