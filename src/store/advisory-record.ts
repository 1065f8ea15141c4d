// A record as it is stored, and what several of one id say together.

import type { Advisory } from '../model/advisory.ts'
import { comparableName } from '../model/package-name.ts'

export interface PackageName {
  ecosystem: string
  name: string
}

/** Its time stands beside it: a record that only has a new time has not changed. */
export interface Storable {
  id: string
  modified: string
  record: string
  names: readonly PackageName[]
}

export type Dated = Pick<Storable, 'modified' | 'record'>

export function storable(advisory: Advisory): Storable {
  const { id, modified } = advisory
  const record = JSON.stringify({ ...advisory, modified: undefined })
  return { id, modified, record, names: packagesOf(advisory) }
}

export function stored(modified: string, record: string): Advisory {
  const advisory = JSON.parse(record) as Advisory
  advisory.modified = modified
  return advisory
}

export function isSame(one: Dated, other: Dated): boolean {
  return one.modified === other.modified && one.record === other.record
}

/** Each once. */
export function packagesOf({ affected = [] }: Advisory): PackageName[] {
  const names = affected.flatMap(({ package: named }) =>
    named ? [{ ecosystem: named.ecosystem, name: comparableName(named.ecosystem, named.name) }] : [],
  )
  if (names.length < 2) return names
  return [...new Map(names.map((one) => [`${one.ecosystem}\n${one.name}`, one])).values()]
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
