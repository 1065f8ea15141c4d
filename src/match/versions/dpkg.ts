// Versions of Debian, Ubuntu and their family: `[epoch:]upstream[-revision]`.
//
// Each part is read as runs of non-digits and digits in turn. Digits compare as numbers; in non-digits `~` sorts before
// everything, even the end, letters before all other characters. https://manpages.debian.org/deb-version.7

import type { VersionOrder } from '../order.ts'

export const dpkg: VersionOrder = { id: 'dpkg', ecosystems: ['Debian', 'Echo', 'Ubuntu'], valid, compare }

/** dpkg keeps the epoch in a signed 32-bit integer and refuses larger ones. */
const largestEpoch = 2_147_483_647

/** Nearly all have no other colon or hyphen than those that part them. */
const plain = /^(?:[0-9]{1,9}:)?[0-9][A-Za-z0-9.+~]*(?:-[A-Za-z0-9.+~]+)?$/

function valid(version: string): boolean {
  if (plain.test(version)) return true
  const { colon, hyphen } = seams(version)
  const epoch = colon < 0 ? '0' : version.slice(0, colon)
  if (!/^[0-9]+$/.test(epoch) || Number(epoch) > largestEpoch) return false
  if (version.endsWith('-')) return false // an empty revision, unlike none
  const upstream = version.slice(colon + 1, hyphen)
  return /^[0-9][A-Za-z0-9.+~:-]*$/.test(upstream) && /^[A-Za-z0-9.+~]*$/.test(version.slice(hyphen + 1))
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  const left = seams(a)
  const right = seams(b)
  return (
    epochOf(a, left) - epochOf(b, right) ||
    compareRuns(a, left.colon + 1, left.hyphen, b, right.colon + 1, right.hyphen) ||
    compareRuns(a, left.hyphen + 1, a.length, b, right.hyphen + 1, b.length)
  )
}

/** Where the parts of a version meet; the hyphen is at its end where there is no revision. */
interface Seams {
  colon: number
  hyphen: number
}

function seams(version: string): Seams {
  const colon = version.indexOf(':')
  const hyphen = version.lastIndexOf('-')
  return { colon, hyphen: hyphen > colon ? hyphen : version.length }
}

function epochOf(version: string, { colon }: Seams): number {
  return colon < 0 ? 0 : Number(version.slice(0, colon))
}

/** From `i` to `endA`, and from `j` to `endB`: nothing is cut out, for this is asked more often than all else. */
function compareRuns(a: string, i: number, endA: number, b: string, j: number, endB: number): number {
  while (i < endA || j < endB) {
    while ((i < endA && !isDigit(a, i)) || (j < endB && !isDigit(b, j))) {
      const difference = rank(a, i++, endA) - rank(b, j++, endB)
      if (difference !== 0) return difference
    }
    while (i < endA && a.charCodeAt(i) === 48) i++
    while (j < endB && b.charCodeAt(j) === 48) j++
    // Of two numbers without zeros before them the longer one is the larger; of equally long ones the first digit decides.
    let first = 0
    for (; i < endA && j < endB && isDigit(a, i) && isDigit(b, j); i++, j++) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(j)
    }
    if (i < endA && isDigit(a, i)) return 1
    if (j < endB && isDigit(b, j)) return -1
    if (first !== 0) return first
  }
  return 0
}

/** The end and digits rank alike: both end the run of non-digits. */
function rank(text: string, at: number, end: number): number {
  if (at >= end || isDigit(text, at)) return 0
  const code = text.charCodeAt(at)
  if (code === 126) return -1 // ~
  return (code | 32) >= 97 && (code | 32) <= 122 ? code : code + 256
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}
