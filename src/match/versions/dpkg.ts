// Versions of Debian, Ubuntu and their family: `[epoch:]upstream[-revision]`.
//
// Each part is read as runs of non-digits and digits in turn. Digits compare as numbers; in non-digits `~` sorts before
// everything, even the end, letters before all other characters. https://manpages.debian.org/deb-version.7

import type { VersionOrder } from '../order.ts'
import { compareDigits } from './shared/digits.ts'

export const dpkg: VersionOrder = { id: 'dpkg', ecosystems: ['Debian', 'Echo', 'Ubuntu'], valid, compare }

interface Parts {
  epoch: string
  upstream: string
  revision: string
}

/** dpkg keeps the epoch in a signed 32-bit integer and refuses larger ones. */
const largestEpoch = 2_147_483_647

function valid(version: string): boolean {
  const { epoch, upstream, revision } = partsOf(version)
  if (!/^[0-9]+$/.test(epoch) || Number(epoch) > largestEpoch) return false
  if (version.endsWith('-')) return false // an empty revision, unlike none
  return /^[0-9][A-Za-z0-9.+~:-]*$/.test(upstream) && /^[A-Za-z0-9.+~]*$/.test(revision)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  const left = partsOf(a)
  const right = partsOf(b)
  return (
    Number(left.epoch) - Number(right.epoch) ||
    compareRuns(left.upstream, right.upstream) ||
    compareRuns(left.revision, right.revision)
  )
}

function partsOf(version: string): Parts {
  const colon = version.indexOf(':')
  const hyphen = version.lastIndexOf('-')
  const end = hyphen > colon ? hyphen : version.length
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: version.slice(colon + 1, end),
    revision: version.slice(end + 1),
  }
}

function compareRuns(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = rank(a, i++) - rank(b, j++)
      if (difference !== 0) return difference
    }
    const fromA = i
    const fromB = j
    while (isDigit(a, i)) i++
    while (isDigit(b, j)) j++
    const difference = compareDigits(a.slice(fromA, i), b.slice(fromB, j))
    if (difference !== 0) return difference
  }
  return 0
}

/** The end and digits rank alike: both end the run of non-digits. */
function rank(text: string, at: number): number {
  if (at >= text.length || isDigit(text, at)) return 0
  const code = text.charCodeAt(at)
  if (code === 126) return -1 // ~
  return (code | 32) >= 97 && (code | 32) <= 122 ? code : code + 256
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at) // NaN beyond the end
  return code >= 48 && code <= 57
}
