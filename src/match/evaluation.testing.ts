// OSV's published algorithm over comparisons that the ecosystem's own tool makes, and versions to ask it about.
// https://ossf.github.io/osv-schema/#evaluation

import type { Advisory, Affected, Range, RangeEvent } from '../model/advisory.ts'
import type { Pair, RealTool } from '../testing/version-tools.ts'

/** One version of one package by one record. */
export interface Case {
  record: Advisory
  /** With its release. */
  ecosystem: string
  name: string
  version: string
}

export type Compare = (a: string, b: string) => number

/** Withdrawn records are not looked at. */
export function isAffected(one: Case, compare: Compare): boolean {
  const { version } = one
  return entriesOf(one).some((entry) => {
    if (entry.versions?.includes(version)) return true
    return rangesOf(entry).some(({ events }) => {
      const limits = events.flatMap(({ limit }) => limit ?? [])
      if (limits.length > 0 && !limits.some((limit) => limit === '*' || compare(version, limit) < 0)) return false
      let vulnerable = false
      for (const event of events.toSorted((a, b) => compare(boundOf(a), boundOf(b)))) {
        if (event.introduced !== undefined && compare(version, event.introduced) >= 0) vulnerable = true
        else if (event.fixed !== undefined && compare(version, event.fixed) >= 0) vulnerable = false
        else if (event.last_affected !== undefined && compare(version, event.last_affected) > 0) vulnerable = false
      }
      return vulnerable
    })
  })
}

/** All comparisons of all cases, asked of the tool at once; "0" is before every version. */
export function comparisons(
  cases: readonly Case[],
  tool: RealTool,
): { compare: Compare; isVersion(version: string): boolean } {
  const pairs = new Map<string, Pair>()
  for (const one of cases) {
    const versions = versionsOf(one)
    for (const a of versions) for (const b of versions) pairs.set(`${a} ${b}`, [a, b])
  }
  const answers = pairs.size === 0 ? [] : tool.ask([...pairs.values()])
  const known = new Map(Array.from(pairs.keys(), (pair, n) => [pair, answers[n]!]))
  const isVersion = (version: string): boolean => known.get(`${version} ${version}`) === '0'
  const compare = (a: string, b: string): number => {
    if (a === '0' || b === '0') return Number(b === '0') - Number(a === '0')
    return Number(known.get(`${a} ${b}`))
  }
  return { compare, isVersion }
}

/** The version of a case and the bounds that it is compared with. */
export function versionsOf(one: Case): string[] {
  const bounds = entriesOf(one).flatMap((entry) => eventsOf(entry).map(boundOf))
  return [...new Set([one.version, ...bounds])].filter((version) => version !== '0')
}

/** What makes a version of the order a little less or more: prereleases, rebuilds, backports. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  apk: ['_rc1', '_p1', '_git20200101', '.1', 'a'],
  bitnami: ['-1', '-10', '-r1', '-rc1', '-rc.1', '+1', '-1+b.2'],
  // A dash would begin the platform.
  gem: ['.1', '.0', '.rc1', '.pre', 'a1', '.beta.2'],
  julia: ['-1', '-rc1', 'rc1', '+1', '+10', '-', '+'],
  nuget: ['.1', '.0', '-1', '-rc1', '-RC.1', '-preview.2', '+1'],
  dpkg: ['~', '~rc1', '~bpo9+1', '~deb10u1', '+deb10u1', '+b1', '.1'],
  rpm: ['~', '~rc1', '^1', '.1', '.el8_6', '.el9_2.1'],
}
const ofLanguages = ['.1', '-1', '-rc1', '-rc.1', 'rc1', 'a1', '.dev1', '+1']

/** A bound itself, its last number one more or its last but zeros one less, or with something behind it. */
export function near(bound: string, order: string, pick: <T>(list: readonly T[]) => T): string {
  const how = pick(['at', 'less', 'less', 'more', 'behind', 'behind'])
  if (how === 'at') return bound
  const suffix = pick(suffixes[order] ?? ofLanguages)
  // The revision is the end of it.
  if (how === 'behind') return order === 'apk' ? bound.replace(/(?=-r\d+$)|(?<!-r\d+)$/, suffix) : bound + suffix
  // Below 1.2.0 is 1.1.0.
  if (how === 'less') return bound.replace(/[1-9][0-9]{0,8}(?=[^1-9]*$)/, (last) => String(Number(last) - 1))
  return bound.replace(/[0-9]{1,9}(?=[^0-9]*$)/, (last) => String(Number(last) + 1))
}

export function entriesOf({ record, ecosystem, name }: Case): Affected[] {
  return (record.affected ?? []).filter(
    (entry) => entry.package?.ecosystem === ecosystem && entry.package.name === name,
  )
}

export function rangesOf(entry: Affected): Range[] {
  return (entry.ranges ?? []).filter(({ type }) => type !== 'GIT')
}

export function eventsOf(entry: Affected): RangeEvent[] {
  return rangesOf(entry).flatMap(({ events }) => events)
}

export function boundOf(event: RangeEvent): string {
  return event.introduced ?? event.fixed ?? event.last_affected ?? event.limit ?? '0'
}
