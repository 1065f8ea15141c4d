// Versions of Ruby's packages: numbers and words between dots, a dash standing for `.pre.`.
//
// They are cut where digits meet letters. A word makes a prerelease: it is below any number, also below one that the other
// version lacks. Zeros in front of the first word, and at the end, do not count: 1.0 = 1, 1.0.a = 1.a.
// https://docs.ruby-lang.org/en/master/Gem/Version.html

import type { VersionOrder } from '../order.ts'
import { compareDigits, compareTexts } from './shared/digits.ts'
import { remembered } from './shared/remembered.ts'

export const gem: VersionOrder = { id: 'gem', ecosystems: ['RubyGems'], valid, compare }

const pattern = /^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

/** Far beyond any real version. */
const longest = 1000

function valid(version: string): boolean {
  return version.length <= longest && pattern.test(version)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  const left = segmentsOf(a)
  const right = segmentsOf(b)
  for (let at = 0; at < left.length || at < right.length; at++) {
    const difference = compareSegments(left[at] ?? '0', right[at] ?? '0')
    if (difference !== 0) return difference
  }
  return 0
}

const segmentsOf = remembered((version) => {
  const all = version.replaceAll('-', '.pre.').match(/[0-9]+|[a-z]+/gi) ?? []
  const word = all.findIndex((segment) => !isNumber(segment))
  const numbers = word < 0 ? all : all.slice(0, word)
  return [...withoutLastZeros(numbers), ...withoutLastZeros(all.slice(numbers.length))]
})

function withoutLastZeros(segments: readonly string[]): string[] {
  return segments.slice(0, segments.findLastIndex((segment) => !/^0+$/.test(segment)) + 1)
}

function compareSegments(a: string, b: string): number {
  const [one, other] = [isNumber(a), isNumber(b)]
  if (one !== other) return one ? 1 : -1
  return one ? compareDigits(a, b) : compareTexts(a, b)
}

function isNumber(segment: string): boolean {
  const code = segment.charCodeAt(0)
  return code >= 48 && code <= 57
}
