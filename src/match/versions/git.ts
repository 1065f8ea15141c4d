// Versions as the tags of Git repositories have them, without what a project writes in front: 8.4.0, 1.1.1w, 3.0.0-rc1.
//
// Numbers compare first, of which missing ones are zeros; then a stage (alpha, beta, pre, rc) is before the release, and a
// letter behind it. So `git tag --sort=version:refname` orders them where `versionsort.suffix` names the stages.
// https://git-scm.com/docs/git-config#Documentation/git-config.txt-versionsortsuffix

import type { VersionOrder } from '../order.ts'
import { compareDigits, compareTexts } from './shared/digits.ts'
import { remembered } from './shared/remembered.ts'

interface Version {
  numbers: readonly string[]
  /** `a` to `zz`, as OpenSSL's patches. */
  letter: string
  stage?: { rank: number; number: string }
}

const longest = 200
const stages = ['alpha', 'beta', 'pre', 'rc']
const pattern = new RegExp(
  `^v?(?<numbers>[0-9]+(?:\\.[0-9]+)*)(?:[-._]?(?<stage>${stages.join('|')})[-.]?(?<number>[0-9]*)|(?<letter>[a-z]{1,2}))?$`,
)

const parse = remembered((text): Version | null => {
  const groups = text.length > longest ? undefined : pattern.exec(text)?.groups
  if (!groups) return null
  const { numbers = '', stage, number = '', letter = '' } = groups
  const read = { numbers: numbers.split('.'), letter }
  return stage === undefined ? read : { ...read, stage: { rank: stages.indexOf(stage), number: number || '0' } }
})

export const git: VersionOrder = {
  id: 'git',
  ecosystems: ['GIT'],
  valid: (version) => parse(version) !== null,
  compare(a, b) {
    const left = parse(a)
    const right = parse(b)
    if (!left || !right) throw new Error(`${left ? b : a} is not one of git's`)
    return compareNumbers(left, right) || compareStages(left, right) || compareTexts(left.letter, right.letter)
  },
}

/**
 * Whether a release surely was there before the other one: a line goes on from its first release, and the first of the next
 * line may come before the last of this one. 8.4.0 was before 8.5.0 and before 8.15.2, 8.4.1 before 8.4.2; of 8.4.1 and 8.5.0
 * nobody can tell.
 */
export function isEarlierRelease(one: string, other: string): boolean {
  const left = parse(one)
  const right = parse(other)
  if (!left || !right || left.stage || right.stage) return false
  const length = Math.max(left.numbers.length, right.numbers.length)
  for (let at = 0; at < length; at++) {
    const difference = compareDigits(left.numbers[at] ?? '0', right.numbers[at] ?? '0')
    if (difference === 0) continue
    return difference < 0 && left.letter === '' && left.numbers.slice(at + 1).every((number) => /^0+$/.test(number))
  }
  return compareTexts(left.letter, right.letter) < 0
}

function compareNumbers({ numbers: a }: Version, { numbers: b }: Version): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = compareDigits(a[at] ?? '0', b[at] ?? '0')
    if (difference !== 0) return difference
  }
  return 0
}

function compareStages({ stage: a }: Version, { stage: b }: Version): number {
  if (!a || !b) return Number(b !== undefined) - Number(a !== undefined)
  return a.rank - b.rank || compareDigits(a.number, b.number)
}
