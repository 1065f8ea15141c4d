// Versions of NuGet packages: semantic versions with up to four numbers, and letters of either case.
// Missing numbers are zeros, zeros in front of them mean nothing (a label that is a number has none, as in semantic versions),
// and what follows a plus sign does not count.
// https://learn.microsoft.com/nuget/concepts/package-versioning

import type { VersionOrder } from '../order.ts'
import { compareTexts } from './shared/digits.ts'
import { remembered } from './shared/remembered.ts'

export const nuget: VersionOrder = { id: 'nuget', ecosystems: ['NuGet'], valid, compare }

const label = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const pattern = new RegExp(
  `^(?<numbers>[0-9]+(?:\\.[0-9]+){0,3})(?:-(?<labels>${label}(?:\\.${label})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
)

/** Of one number: those of .NET have 32 bits with a sign. */
const greatest = 2 ** 31 - 1

interface Parsed {
  numbers: number[]
  /** In upper case; undefined for a release. */
  labels: string[] | undefined
}

function valid(version: string): boolean {
  return version.length <= 1000 && parse(version) !== null
}

const parse = remembered((version): Parsed | null => {
  const groups = pattern.exec(version)?.groups
  const numbers = groups?.['numbers']?.split('.').map(Number)
  if (!numbers || numbers.some((number) => number > greatest)) return null
  return { numbers, labels: groups?.['labels']?.toUpperCase().split('.') }
})

function compare(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)]
  if (!left || !right) return 0
  for (let at = 0; at < 4; at++) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0)
    if (difference !== 0) return difference
  }
  if (!left.labels || !right.labels) return Number(left.labels === undefined) - Number(right.labels === undefined)
  return compareLabels(left.labels, right.labels)
}

function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, other] = [a[at], b[at]]
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1
    const difference = compareLabel(one, other)
    if (difference !== 0) return difference
  }
  return 0
}

/** Numbers come before words; a number that is too large for .NET is a word. */
function compareLabel(a: string, b: string): number {
  const [one, other] = [numberOf(a), numberOf(b)]
  if (one !== undefined && other !== undefined) return one - other
  if (one !== undefined || other !== undefined) return one !== undefined ? -1 : 1
  return compareTexts(a, b)
}

function numberOf(label: string): number | undefined {
  // A dash in front is a sign to .NET's parser of integers.
  if (!/^-?[0-9]+$/.test(label)) return undefined
  const number = Number(label)
  return number >= -greatest - 1 && number <= greatest ? number : undefined
}
