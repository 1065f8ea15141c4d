// A record as it is stored, and what several of one id say together.

import type { Advisory, Affected } from '../model/advisory.ts'
import { comparableName } from '../model/package-name.ts'
import { entriesText, headOf } from './advisory-excerpt.ts'

export interface PackageName {
  ecosystem: string
  name: string
}

/** Its time stands beside it: a record that only has a new time has not changed. */
export interface Storable {
  id: string
  modified: string
  record: string
  /** What judging reads in its place. */
  head: string
  names: readonly (PackageName & { entries: string })[]
}

export type Dated = Pick<Storable, 'modified' | 'record'>

export function storable(advisory: Advisory): Storable {
  const { id, modified } = advisory
  const record = JSON.stringify({ ...advisory, modified: undefined })
  const names = packagesOf(advisory).map((one) => ({ ...one, entries: entriesText(one.entries, one.name) }))
  return { id, modified, record, head: headOf(advisory), names }
}

export function stored(modified: string, record: string): Advisory {
  const advisory = JSON.parse(record) as Advisory
  advisory.modified = modified
  return advisory
}

export function isSame(one: Dated, other: Dated): boolean {
  return one.modified === other.modified && one.record === other.record
}

/** Each once, with what the record says of it. */
export function packagesOf({ affected = [] }: Advisory): (PackageName & { entries: Affected[] })[] {
  const packages = new Map<string, PackageName & { entries: Affected[] }>()
  for (const entry of affected) {
    if (!entry.package) continue
    const { ecosystem } = entry.package
    const name = comparableName(ecosystem, entry.package.name)
    const key = `${ecosystem}\n${name}`
    const known = packages.get(key)
    if (known) known.entries.push(entry)
    else packages.set(key, { ecosystem, name, entries: [entry] })
  }
  return [...packages.values()]
}

/** What one part of a feed says. */
export interface Saying {
  feed: string
  /** Feeds whose records of the same id its own replace. */
  replaces: readonly string[]
  advisory: Advisory
}

/** Of all that is said under one id, in order; `from` is the one whose record it is, or the first of those that it has parts of. */
export function foldAll<T extends Saying>([first, ...others]: readonly [T, ...T[]]): { advisory: Advisory; from: T } {
  let { advisory } = first
  let from = first
  for (const one of others) {
    const rank = from.feed === one.feed ? 0 : ranked(from, one)
    const folded = rank === 0 ? fold(advisory, one.advisory) : rank > 0 ? advisory : one.advisory
    if (folded === one.advisory) from = one
    advisory = folded
  }
  return { advisory, from }
}

/** Positive when the first one's records replace those of the other, negative the other way round. */
function ranked(one: Saying, other: Saying): number {
  return Number(one.replaces.includes(other.feed)) - Number(other.replaces.includes(one.feed))
}

/** The newer one; of two equally old ones with different content nothing is lost. Times may be made up: 0001-01-01. */
function fold(one: Advisory, other: Advisory): Advisory {
  // A record that names no package never hides one that does.
  const [fewer, more] = [one, other].toSorted((a, b) => (a.affected?.length ?? 0) - (b.affected?.length ?? 0))
  if ((fewer!.affected?.length ?? 0) === 0) return more!
  if (one.modified !== other.modified) return one.modified > other.modified ? one : other
  const texts = new Map([...one.affected!, ...other.affected!].map((entry) => [JSON.stringify(entry), entry]))
  return texts.size === one.affected!.length ? one : { ...one, affected: [...texts.values()] }
}
