// Versions of Arch Linux: `[epoch:]version-release`. An old relative of rpm's order, without its tilde and caret, in which it
// counts how many characters stand between two runs, and what is left over is later unless it begins with a letter.
// https://man.archlinux.org/man/vercmp.8

import type { VersionOrder } from '../order.ts'
import { compareDigits, compareTexts } from './shared/digits.ts'

export const pacman: VersionOrder = { id: 'pacman', ecosystems: ['Arch Linux'], valid, compare }

const pattern = /^(?:[0-9]{1,10}:)?[A-Za-z0-9][A-Za-z0-9._+~^@]*-[0-9]+(?:\.[0-9]+)*$/

/** Without a release the tool calls a version equal to each of its releases, which is no order: packages always have one. */
function valid(version: string): boolean {
  return version.length <= 1000 && pattern.test(version)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  const left = partsOf(a)
  const right = partsOf(b)
  return (
    compareRuns(left.epoch, right.epoch) ||
    compareRuns(left.version, right.version) ||
    compareRuns(left.release, right.release)
  )
}

function partsOf(text: string): { epoch: string; version: string; release: string } {
  const colon = text.indexOf(':')
  const dash = text.lastIndexOf('-')
  return {
    epoch: colon < 0 ? '0' : text.slice(0, colon),
    version: text.slice(colon + 1, dash),
    release: text.slice(dash + 1),
  }
}

function compareRuns(a: string, b: string): number {
  if (a === b) return 0
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const fromA = i
    const fromB = j
    while (i < a.length && kindAt(a, i) === other) i++
    while (j < b.length && kindAt(b, j) === other) j++
    if (i === a.length || j === b.length) break
    if (i - fromA !== j - fromB) return i - fromA - (j - fromB)
    const kind = kindAt(a, i)
    if (kind !== kindAt(b, j)) return kind === digit ? 1 : -1
    const endA = endOf(a, i, kind)
    const endB = endOf(b, j, kind)
    const [one, two] = [a.slice(i, endA), b.slice(j, endB)]
    const difference = kind === digit ? compareDigits(one, two) : compareTexts(one, two)
    if (difference !== 0) return difference
    i = endA
    j = endB
  }
  if (i === a.length && j === b.length) return 0
  const older = i === a.length ? kindAt(b, j) !== letter : kindAt(a, i) === letter
  return older ? -1 : 1
}

const other = 0
const letter = 1
const digit = 2

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code >= 48 && code <= 57) return digit
  return (code | 32) >= 97 && (code | 32) <= 122 ? letter : other
}

function endOf(text: string, from: number, kind: number): number {
  let at = from
  while (at < text.length && kindAt(text, at) === kind) at++
  return at
}
