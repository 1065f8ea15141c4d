// Versions of rpm packages: `[epoch:]version[-release]`.
//
// Each part is read as runs of digits and of letters; everything else only separates them. Digits compare as numbers and
// are greater than letters; `~` sorts before everything, even the end, and `^` just after the end.
// https://rpm-software-management.github.io/rpm/man/rpm-version.7

import type { VersionOrder } from '../order.ts'
import { compareDigits, compareTexts } from './shared/digits.ts'
import { remembered } from './shared/remembered.ts'

export const rpm: VersionOrder = {
  id: 'rpm',
  ecosystems: [
    'AlmaLinux',
    'Amazon Linux',
    'Azure Linux',
    'CBL-Mariner',
    'CentOS',
    'CentOS Stream',
    'Fedora',
    'Mageia',
    'openEuler',
    'openSUSE',
    'Oracle Linux',
    'Photon OS',
    'Red Hat',
    'Rocky Linux',
    'SUSE',
  ],
  valid,
  compare,
}

/** rpm keeps the epoch in an unsigned 32-bit integer. */
const largestEpoch = 4_294_967_295

/** Far beyond any real version; what is longer would only make the pattern slow. */
const longest = 1000

const pattern = /^(?:(?<epoch>[0-9]{1,10}):)?[A-Za-z0-9._+~^]+(?:-[A-Za-z0-9._+~^]+)?$/

/** What rpmbuild accepts as epoch, version and release. */
function valid(version: string): boolean {
  const match = version.length <= longest ? pattern.exec(version) : null
  return match !== null && Number(match.groups?.['epoch'] ?? 0) <= largestEpoch
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  const left = partsOf(a)
  const right = partsOf(b)
  return (
    left.epoch - right.epoch ||
    compareRuns(left.version, right.version) ||
    // No release at all is less than any: an advisory's 1.2 stands before 1.2-1.
    Number(left.release !== undefined) - Number(right.release !== undefined) ||
    compareRuns(left.release ?? [], right.release ?? [])
  )
}

interface Parts {
  epoch: number
  version: readonly string[]
  /** Undefined where there is none. */
  release: readonly string[] | undefined
}

const partsOf = remembered((text): Parts => {
  const colon = text.indexOf(':')
  const [version = '', release] = text.slice(colon + 1).split('-')
  return {
    epoch: colon < 0 ? 0 : Number(text.slice(0, colon)),
    version: runsOf(version),
    release: release === undefined ? undefined : runsOf(release),
  }
})

function runsOf(text: string): readonly string[] {
  return text.match(/[0-9]+|[A-Za-z]+|[~^]/g) ?? []
}

function compareRuns(left: readonly string[], right: readonly string[]): number {
  for (let at = 0; at < left.length || at < right.length; at++) {
    const difference = compareRun(left[at], right[at])
    if (difference !== 0) return difference
  }
  return 0
}

function compareRun(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  const [kindA, kindB] = [rank(a), rank(b)]
  if (kindA !== kindB) return kindA - kindB
  return kindA === ranks.digits ? compareDigits(a!, b!) : compareTexts(a!, b!)
}

const ranks = { tilde: 0, end: 1, caret: 2, letters: 3, digits: 4 } as const

function rank(text: string | undefined): number {
  if (text === undefined) return ranks.end
  if (text === '~') return ranks.tilde
  if (text === '^') return ranks.caret
  return text.charCodeAt(0) <= 57 ? ranks.digits : ranks.letters
}
