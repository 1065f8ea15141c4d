// What the semantic versions of several ecosystems share: three numbers, labels behind a dash, a build behind a plus sign.
//
// Numbers compare first; then a version with labels is below the one without; then labels, one by one: numbers as numbers,
// below words, and the shorter list first. The build does not count. https://semver.org/#spec-item-11

import type { VersionOrder } from '../../order.ts'
import { compareDigits, compareTexts } from './digits.ts'
import { remembered } from './remembered.ts'

export interface Semantic {
  /** Major, minor and patch. */
  numbers: readonly [string, string, string]
  labels?: readonly Label[]
  build?: readonly Label[]
}

interface Label {
  text: string
  numeric: boolean
}

/** Where an ecosystem departs from the specification. */
interface Departures {
  /** `above`: what stands behind the dash is a revision of the packager's, later than the version without. */
  labelled?: 'below' | 'above'
  /** A build is later than none, and builds compare as labels do. */
  buildCounts?: boolean
}

/** For patterns of those that write numbers in another way. */
export const number = '(?:0|[1-9][0-9]*)'
const label = `(?:${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`

/** Labels, build and the end. */
export const tail = `(?:-(?<labels>${label}(?:\\.${label})*))?(?:\\+(?<build>[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`

/** The grammar of the specification, https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions */
export const strict = new RegExp(`^(?<major>${number})\\.(?<minor>${number})\\.(?<patch>${number})${tail}`)

/** As tags are written: with or without a `v` in front. */
export const tagged = new RegExp(`^v?${strict.source.slice(1)}`)

/** Far beyond any real version; what is longer would only make the pattern slow. */
const longest = 1000

/** An order of semantic versions; `read` gives undefined for what is none. */
export function semanticOrder(
  id: string,
  ecosystems: readonly string[],
  read: (version: string) => Semantic | undefined,
  { labelled = 'below', buildCounts = false }: Departures = {},
): VersionOrder {
  const parse = remembered((version) => (version.length > longest ? null : (read(version) ?? null)))
  const withLabels = labelled === 'below' ? -1 : 1
  return {
    id,
    ecosystems,
    valid: (version) => parse(version) !== null,
    compare(a, b) {
      const left = parse(a)
      const right = parse(b)
      if (!left || !right) throw new Error(`${left ? b : a} is not one of ${id}'s`)
      return (
        compareNumbers(left, right) ||
        compareLabels(left.labels, right.labels, withLabels) ||
        (buildCounts ? compareLabels(left.build, right.build, 1) : 0)
      )
    },
  }
}

/** What a pattern with the groups major, minor, patch, labels and build finds; missing numbers are zeros. */
export function readAs(pattern: RegExp, largest?: string): (version: string) => Semantic | undefined {
  return (version) => {
    const groups = pattern.exec(version)?.groups
    if (!groups) return undefined
    const { major = '0', minor = '0', patch = '0', labels, build } = groups
    if (largest && [major, minor, patch].some((one) => compareDigits(one, largest) > 0)) return undefined
    return {
      numbers: [major, minor, patch],
      ...(labels === undefined ? {} : { labels: labelsOf(labels) }),
      ...(build === undefined ? {} : { build: labelsOf(build) }),
    }
  }
}

export function labelsOf(text: string): Label[] {
  return text.split('.').map((one) => ({ text: one, numeric: /^[0-9]+$/.test(one) }))
}

function compareNumbers({ numbers: a }: Semantic, { numbers: b }: Semantic): number {
  return compareDigits(a[0], b[0]) || compareDigits(a[1], b[1]) || compareDigits(a[2], b[2])
}

/** `present`: how a list compares to none. */
function compareLabels(a: readonly Label[] | undefined, b: readonly Label[] | undefined, present: 1 | -1): number {
  if (!a || !b) return a ? present : b ? -present : 0
  const common = Math.min(a.length, b.length)
  for (let at = 0; at < common; at++) {
    const difference = compareLabel(a[at]!, b[at]!)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function compareLabel(a: Label, b: Label): number {
  if (a.numeric !== b.numeric) return a.numeric ? -1 : 1
  return a.numeric ? compareDigits(a.text, b.text) : compareTexts(a.text, b.text)
}
