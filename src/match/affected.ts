// Whether one version is affected by one entry of an OSV record.
// https://ossf.github.io/osv-schema/#evaluation

import type { Affected, Range, RangeEvent } from '../model/advisory.ts'
import type { VersionOrder } from './order.ts'
import { actions } from './versions/actions.ts'
import { bitnami } from './versions/bitnami.ts'
import { cargo } from './versions/cargo.ts'
import { go } from './versions/go.ts'
import { hex } from './versions/hex.ts'
import { julia } from './versions/julia.ts'
import { pub } from './versions/pub.ts'
import { semver } from './versions/semver.ts'

/** Ecosystems with semantic versions of their own: a range that calls itself SEMVER means those. */
const semanticOrders: ReadonlySet<VersionOrder> = new Set([actions, bitnami, cargo, go, hex, julia, pub])

/** `undecided`: the entry could say it, but not in a way that can be read; never taken for "not affected". */
export type Verdict = { is: 'affected'; fixedIn?: string } | { is: 'not affected' } | { is: 'undecided'; why: string }

export function judgeVersion(version: string, entry: Affected, order: VersionOrder): Verdict {
  const ranges = entry.ranges ?? []
  const readable = ranges.filter(({ type }) => type !== 'GIT')
  const versions = entry.versions ?? []
  if (readable.length === 0 && versions.length === 0) {
    return {
      is: 'undecided',
      why: ranges.length > 0 ? 'has only ranges of commits' : 'has neither ranges nor versions',
    }
  }
  const verdicts = readable.map((range) => judgeRange(version, range, order))
  const inRange = verdicts.find(({ is }) => is === 'affected')
  if (inRange) return inRange
  if (versions.includes(version)) return { is: 'affected' }
  return verdicts.find(({ is }) => is === 'undecided') ?? { is: 'not affected' }
}

function judgeRange(version: string, range: Range, ecosystemOrder: VersionOrder): Verdict {
  const order = range.type === 'SEMVER' && !semanticOrders.has(ecosystemOrder) ? semver : ecosystemOrder
  const events = range.events.flatMap(boundOf)
  if (!order.valid(version) && events.some(({ at }) => at !== '0' && at !== '*'))
    return { is: 'undecided', why: `has ranges of ${order.id} versions` }
  const unreadable = events.find(({ at }) => at !== '0' && at !== '*' && !order.valid(at))
  if (unreadable) return { is: 'undecided', why: `has the bound ${unreadable.at}, which is not one of ${order.id}'s` }
  const bounds = events.map((event) => ({ ...event, above: compareToVersion(event.at, version, order) }))

  const limits = bounds.filter(({ kind }) => kind === 'limit')
  if (limits.length > 0 && !limits.some(({ above }) => above > 0)) return { is: 'not affected' }

  let affected = false
  // The sort is stable: of two events at one version the later one in the record decides.
  const sorted = bounds.filter(({ kind }) => kind !== 'limit').toSorted((a, b) => compareBounds(a.at, b.at, order))
  for (const { kind, above } of sorted) {
    if (kind === 'introduced' && above <= 0) affected = true
    else if (kind === 'fixed' && above <= 0) affected = false
    else if (kind === 'last_affected' && above < 0) affected = false
  }
  if (!affected) return { is: 'not affected' }
  const fix = sorted.find(({ kind, above }) => kind === 'fixed' && above > 0)
  return fix ? { is: 'affected', fixedIn: fix.at } : { is: 'affected' }
}

function boundOf(event: RangeEvent): { kind: keyof RangeEvent; at: string }[] {
  const kinds = ['introduced', 'fixed', 'last_affected', 'limit'] as const
  return kinds.flatMap((kind) => (event[kind] === undefined ? [] : [{ kind, at: event[kind] }]))
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
