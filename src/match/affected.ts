// Whether one version is affected by one entry of an OSV record.
// https://ossf.github.io/osv-schema/#evaluation

import { z } from 'zod'
import { range, type Affected, type Range, type RangeEvent, type VersionList } from '../model/advisory.ts'
import { isPseudoVersion } from '../lib/platform-programs.ts'
import type { VersionOrder } from './order.ts'
import { actions } from './versions/actions.ts'
import { bitnami } from './versions/bitnami.ts'
import { cargo } from './versions/cargo.ts'
import { git } from './versions/git.ts'
import { go } from './versions/go.ts'
import { hex } from './versions/hex.ts'
import { julia } from './versions/julia.ts'
import { pep440 } from './versions/pep440.ts'
import { pub } from './versions/pub.ts'
import { semver } from './versions/semver.ts'

/** Ecosystems with semantic versions of their own: a range that calls itself SEMVER means those. */
const semanticOrders: ReadonlySet<VersionOrder> = new Set([actions, bitnami, cargo, git, go, hex, julia, pub])

/** `undecided`: the entry could say it, but not in a way that can be read; never taken for "not affected". */
export type Verdict = { is: 'affected'; fixedIn?: string } | { is: 'not affected' } | { is: 'undecided'; why: string }

export function judgeVersion(version: string, entry: Affected, order: VersionOrder): Verdict {
  const { ranges = [] } = entry
  const versions: VersionList = entry.versions ?? []
  let undecided: Verdict | undefined
  let hasRange = false
  for (const range of ranges) {
    if (range.type === 'GIT') continue
    hasRange = true
    const verdict = judgeRange(version, withLastKnown(range, entry), order)
    if (verdict.is === 'affected') return verdict
    if (verdict.is === 'undecided') undecided ??= verdict
  }
  if (!hasRange && versions.length === 0) {
    return ranges.length > 0
      ? judgeCommit(commitOf(version), ranges)
      : { is: 'undecided', why: 'has neither ranges nor versions' }
  }
  if (versions.includes(version) || (!hasRange && isSpelledIn(versions, version, order))) return { is: 'affected' }
  return undecided ?? { is: 'not affected' }
}

/** Python's lock files have a version in another spelling than who published it: 1.0b0 of 1.0-beta. A range would tell as much. */
function isSpelledIn(versions: VersionList, version: string, order: VersionOrder): boolean {
  if (order !== pep440 || !order.valid(version)) return false
  for (const one of versions) if (order.valid(one) && order.compare(one, version) === 0) return true
  return false
}

/**
 * Go's database keeps versions that are no modules' apart, such as the releases of a program, and leaves a range without an
 * end in their place. A pseudo-version is a module's.
 * https://go.dev/doc/security/vuln/database#schema
 */
export function withCustomRanges(entry: Affected, version: string): Affected {
  const told = entry.ecosystem_specific?.['custom_ranges']
  if (told === undefined || isPseudoVersion(version)) return entry
  const custom = customRanges.safeParse(told)
  if (!custom.success || custom.data.length === 0) return entry
  const { ranges = [] } = entry
  // A range whose ends are of both kinds is told in halves: where one list has every end, the other lacks none.
  const own = ranges.length > 0 && !ranges.some(hasOpenEnd) ? custom.data.map(withoutOpenEnd) : custom.data
  return { ...entry, ranges: [...ranges.map(withoutOpenEnd), ...own].filter(({ events }) => events.length > 0) }
}

/** Go's database has the events in order. */
function hasOpenEnd({ events }: Range): boolean {
  return events.at(-1)?.introduced !== undefined
}

function withoutOpenEnd(told: Range): Range {
  const last = told.events.findLastIndex(({ introduced }) => introduced === undefined)
  return { ...told, events: told.events.slice(0, last + 1) }
}

const customRanges = z.array(range)

/**
 * GitHub's own upper bound where it knows of no fix: `<= 1.4.2`. With a fix or a last version in the range it adds nothing.
 * https://docs.github.com/en/code-security/security-advisories/working-with-global-security-advisories-from-the-github-advisory-database
 */
function withLastKnown(range: Range, { database_specific }: Affected): Range {
  const told = database_specific?.['last_known_affected_version_range']
  const bound = typeof told === 'string' ? /^<(?<orEqual>=)? ?(?<at>\S+)$/.exec(told)?.groups : undefined
  if (!bound || range.events.some(({ fixed, last_affected }) => fixed !== undefined || last_affected !== undefined)) {
    return range
  }
  const at = bound['at']!
  return { ...range, events: [...range.events, bound['orEqual'] ? { last_affected: at } : { limit: at }] }
}

/** A commit as the version itself, or the one in a pseudo-version of Go. https://go.dev/ref/mod#pseudo-versions */
function commitOf(version: string): string | undefined {
  return /^(?:v?\d+\.\d+\.\d+-(?:.*[.-])?\d{14}-)?(?<commit>[0-9a-f]{12}|[0-9a-f]{40})(?:\+incompatible)?$/.exec(
    version,
  )?.groups?.['commit']
}

/**
 * Without the history only the commits that the record names can be told, and a range that holds all there are. Of several
 * ranges one is enough to be affected, and each must say that it is not: a fix of one line is in the range of another.
 */
export function judgeCommit(commit: string | undefined, ranges: readonly Range[]): Verdict {
  if (ranges.some(isOfAll)) return { is: 'affected' }
  const why = 'has only ranges of commits'
  if (commit === undefined) return { is: 'undecided', why }
  const named = (at: string | undefined): boolean => at !== undefined && at.toLowerCase().startsWith(commit)
  const isEnd = ({ fixed, limit }: RangeEvent): boolean => named(fixed) || named(limit)
  if (ranges.length > 0 && ranges.every(({ events }) => events.some(isEnd))) return { is: 'not affected' }
  const isIn = ({ introduced, last_affected }: RangeEvent): boolean => named(introduced) || named(last_affected)
  const holds = ({ events }: Range): boolean => events.some(isIn) && !events.some(isEnd)
  if (ranges.some(holds)) return { is: 'affected' }
  return { is: 'undecided', why: `${why}, and whether ${commit} lies in them only the history tells` }
}

/** From the first commit, which is "0", without an end. */
function isOfAll({ events }: Range): boolean {
  return events.length > 0 && events.every((event) => event.introduced === '0' && Object.keys(event).length === 1)
}

/**
 * The smallest version that none of the entries affects, of those that they name as fixes and that are not below `from`;
 * undefined where there is none.
 */
export function smallestClear(from: string, entries: readonly Affected[], order: VersionOrder): string | undefined {
  if (!order.valid(from)) return undefined
  const fixes = new Set(entries.flatMap(fixesIn))
  const above = [...fixes].filter((fix) => fix !== '0' && order.valid(fix) && order.compare(fix, from) >= 0)
  return above
    .toSorted((a, b) => order.compare(a, b))
    .find((fix) => entries.every((entry) => judgeVersion(fix, entry, order).is === 'not affected'))
}

/** The fixes that the ranges of versions name. */
export function fixesIn({ ranges = [] }: Affected): string[] {
  return ranges.flatMap(({ type, events }) => (type === 'GIT' ? [] : events.flatMap(({ fixed }) => fixed ?? [])))
}

/** Whether the next fix above an affected version is surely clear: a single range has no other that could hold it. */
export function isPlain({ ranges = [], versions = [] }: Affected): boolean {
  return ranges.length === 1 && versions.length === 0
}

/** "Fixed in 0" says that no version ever was affected; a distribution says it in words as well. */
export function isNegative(entry: Affected): boolean {
  if (entry.database_specific?.['fix_state'] === 'not affected') return true
  const { ranges = [], versions = [] } = entry
  return (
    versions.length === 0 &&
    ranges.length > 0 &&
    ranges.every(({ events }) => events.some(({ fixed }) => fixed === '0') && events.every(isZero))
  )
}

function isZero({ introduced = '0', fixed = '0', last_affected, limit }: RangeEvent): boolean {
  return introduced === '0' && fixed === '0' && last_affected === undefined && limit === undefined
}

function judgeRange(version: string, range: Range, ecosystemOrder: VersionOrder): Verdict {
  const order = range.type === 'SEMVER' && !semanticOrders.has(ecosystemOrder) ? semver : ecosystemOrder
  const readable = order.valid(version)
  const only = onlyFix(range)
  if (readable && only !== undefined && order.valid(only)) {
    return order.compare(only, version) > 0 ? { is: 'affected', fixedIn: only } : { is: 'not affected' }
  }
  const bounds = boundsOf(range.events)
  if (!readable && bounds.some(isVersion)) return { is: 'undecided', why: `has ranges of ${order.id} versions` }
  const unreadable = bounds.find((bound) => isVersion(bound) && !order.valid(bound.at))
  if (unreadable) return { is: 'undecided', why: `has the bound ${unreadable.at}, which is not one of ${order.id}'s` }

  const limits = bounds.filter(isLimit)
  if (limits.length > 0 && !limits.some(({ at }) => compareToVersion(at, version, order) > 0)) {
    return { is: 'not affected' }
  }
  let affected = false
  let fixedIn: string | undefined
  for (const { kind, at } of sorted(bounds, order)) {
    if (kind === 'limit') continue
    const above = compareToVersion(at, version, order)
    if (kind === 'introduced' && above <= 0) affected = true
    else if (kind === 'fixed' && above <= 0) affected = false
    else if (kind === 'last_affected' && above < 0) affected = false
    else if (kind === 'fixed') fixedIn ??= at
  }
  if (!affected) return { is: 'not affected' }
  return fixedIn === undefined ? { is: 'affected' } : { is: 'affected', fixedIn }
}

/** Of a range that goes from the first version to one fix, as nearly all ranges of distributions do: judged without sorting. */
function onlyFix({ events }: Range): string | undefined {
  if (events.length !== 2) return undefined
  const [first, { introduced, fixed, last_affected, limit }] = events as [RangeEvent, RangeEvent]
  if (first.introduced !== '0' || fixed === undefined || fixed === '0') return undefined
  if (first.fixed !== undefined || first.last_affected !== undefined || first.limit !== undefined) return undefined
  return introduced === undefined && last_affected === undefined && limit === undefined ? fixed : undefined
}

interface Bound {
  kind: keyof RangeEvent
  at: string
}

/** Nearly every event has one. */
function boundsOf(events: readonly RangeEvent[]): Bound[] {
  const bounds: Bound[] = []
  for (const { introduced, fixed, last_affected, limit } of events) {
    if (introduced !== undefined) bounds.push({ kind: 'introduced', at: introduced })
    if (fixed !== undefined) bounds.push({ kind: 'fixed', at: fixed })
    if (last_affected !== undefined) bounds.push({ kind: 'last_affected', at: last_affected })
    if (limit !== undefined) bounds.push({ kind: 'limit', at: limit })
  }
  return bounds
}

function isVersion({ at }: Bound): boolean {
  return at !== '0' && at !== '*'
}

function isLimit({ kind }: Bound): boolean {
  return kind === 'limit'
}

/** Nearly all records have them in order. The sort is stable: of two at one version the later one in the record decides. */
function sorted(bounds: Bound[], order: VersionOrder): Bound[] {
  const isInOrder = bounds.every(({ at }, n) => n === 0 || compareBounds(bounds[n - 1]!.at, at, order) <= 0)
  return isInOrder ? bounds : bounds.toSorted((a, b) => compareBounds(a.at, b.at, order))
}

/** Where a bound is: "0" is before every version, "*" after. */
function compareToVersion(bound: string, version: string, order: VersionOrder): number {
  if (bound === '0') return -1
  return bound === '*' ? 1 : order.compare(bound, version)
}

function compareBounds(a: string, b: string, order: VersionOrder): number {
  if (a === b) return 0
  if (b === '0' || b === '*') return -compareToVersion(b, a, order)
  return compareToVersion(a, b, order)
}
