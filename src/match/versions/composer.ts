// Versions of PHP's packages, as Composer normalizes them and PHP's version_compare orders them.
//
// `v1.2-RC3` is 1.2.0.0-RC3: four numbers, or a date of any length, then a stability, then `dev`, where
// dev < alpha < beta < RC < nothing < a further number < patch. `2.x-dev` is above every 2.y. A branch by name, `dev-main`,
// is before and after nothing: it is no version here. https://getcomposer.org/doc/articles/versions.md
// https://www.php.net/manual/function.version-compare.php

import type { VersionOrder } from '../order.ts'
import { compareDigits } from './shared/digits.ts'
import { remembered } from './shared/remembered.ts'

export const composer: VersionOrder = {
  id: 'composer',
  ecosystems: ['Packagist'],
  valid: (version) => parse(version) !== null,
  compare,
}

/** A number as its digits, or the rank of a word. */
type Part = string | number

const ranks = { dev: 0, alpha: 1, beta: 2, RC: 3, end: 4, number: 5, patch: 6 }
const stabilities: Readonly<Record<string, number>> = {
  a: ranks.alpha,
  alpha: ranks.alpha,
  b: ranks.beta,
  beta: ranks.beta,
  rc: ranks.RC,
  p: ranks.patch,
  pl: ranks.patch,
  patch: ranks.patch,
}

const modifiers =
  '[._-]?(?:(?<stability>stable|beta|b|rc|alpha|a|patch|pl|p)(?<nth>(?:[.-]?[0-9]+)*)?)?(?<dev>[.-]?dev)?'
const classical = new RegExp(`^v?(?<numbers>[0-9]{1,5}(?:\\.[0-9]+){0,3})${modifiers}$`, 'i')
const dated = new RegExp(`^v?(?<numbers>[0-9]{4}(?:[.:-]?[0-9]{2}){1,6}(?:[.:-]?[0-9]{1,3})?)${modifiers}$`, 'i')
const branch = /^v?(?<numbers>[0-9]+(?:\.(?:[0-9]+|[x*])){0,3})[.-]?dev$/i

/** What Composer puts for the numbers that a branch leaves open. */
const open = '9999999'

/** Far beyond any real version; what is longer would only make the patterns slow. */
const longest = 256

const parse = remembered((version): Part[] | null => {
  if (version.length > longest) return null
  const text = version.replace(/@(?:stable|RC|beta|alpha|dev)$/i, '').replace(/^([^,\s+]+)\+\S+$/, '$1')
  const four = classical.exec(text)?.groups
  if (four) return withModifiers(padded(four['numbers']!.split('.'), '0'), four)
  const date = dated.exec(text)?.groups
  if (date) return withModifiers(date['numbers']!.match(/[0-9]+/g)!, date)
  const numbers = branch.exec(text)?.groups?.['numbers']?.split('.')
  return numbers ? [...padded(numbers, open).map((one) => (/[x*]/i.test(one) ? open : one)), ranks.dev] : null
})

function padded(numbers: readonly string[], filler: string): string[] {
  return Array.from({ length: 4 }, (_, at) => numbers[at] ?? filler)
}

function withModifiers(numbers: readonly string[], groups: Readonly<Record<string, string | undefined>>): Part[] {
  const stability = groups['stability']?.toLowerCase()
  if (stability === 'stable') return [...numbers]
  return [
    ...numbers,
    ...(stability === undefined ? [] : [stabilities[stability]!, ...(groups['nth']?.match(/[0-9]+/g) ?? [])]),
    ...(groups['dev'] === undefined ? [] : [ranks.dev]),
  ]
}

function compare(a: string, b: string): number {
  const left = parse(a) ?? []
  const right = parse(b) ?? []
  for (let at = 0; at < left.length || at < right.length; at++) {
    const difference = compareParts(left[at] ?? ranks.end, right[at] ?? ranks.end)
    if (difference !== 0) return difference
  }
  return 0
}

function compareParts(a: Part, b: Part): number {
  if (typeof a === 'string' && typeof b === 'string') return compareDigits(a, b)
  return (typeof a === 'string' ? ranks.number : a) - (typeof b === 'string' ? ranks.number : b)
}
