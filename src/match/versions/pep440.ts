// Versions of Python packages: `[epoch!]release[{a|b|rc}N][.postN][.devN][+local]`, each part in several spellings.
//
// 1.0.dev1 < 1.0a1.dev1 < 1.0a1 < 1.0a1.post1 < 1.0rc1 < 1.0 < 1.0+local < 1.0.post1.dev1 < 1.0.post1; zeros at the end
// of a release do not count; of local parts numbers are above words.
// https://packaging.python.org/en/latest/specifications/version-specifiers/#version-scheme

import type { VersionOrder } from '../order.ts'
import { compareDigits, compareTexts } from './shared/digits.ts'
import { remembered } from './shared/remembered.ts'

export const pep440: VersionOrder = { id: 'pep440', ecosystems: ['PyPI'], valid, compare }

const pattern = new RegExp(
  [
    '^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\\.[0-9]+)*)',
    '(?:[-_.]?(?<stage>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<stageNumber>[0-9]+)?)?',
    '(?<post>-(?<implicit>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>[0-9]+)?)?',
    '(?<dev>[-_.]?dev[-_.]?(?<devNumber>[0-9]+)?)?',
    '(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$',
  ].join(''),
  'i',
)

/** Nearly all are nothing else. */
const numbers = /^[0-9]+(?:\.[0-9]+)*$/

/** Far beyond any real version; what is longer would only make the pattern slow. */
const longest = 1000

function valid(version: string): boolean {
  return version.length <= longest && (numbers.test(version) || pattern.test(version))
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  const left = partsOf(a)
  const right = partsOf(b)
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareReleases(left.release, right.release) ||
    left.stage - right.stage ||
    compareDigits(left.stageNumber, right.stageNumber) ||
    compareOptional(left.post, right.post, 'none first') ||
    compareOptional(left.dev, right.dev, 'none last') ||
    compareLocals(left.local, right.local)
  )
}

interface Parts {
  epoch: string
  release: string[]
  stage: number
  stageNumber: string
  post: string | undefined
  dev: string | undefined
  local: string | undefined
}

const partsOf = remembered((version): Parts => {
  const found = pattern.exec(version)?.groups ?? {}
  const post = found['post'] === undefined ? undefined : (found['implicit'] ?? found['postNumber'] ?? '0')
  const dev = found['dev'] === undefined ? undefined : (found['devNumber'] ?? '0')
  return {
    epoch: found['epoch'] ?? '0',
    release: (found['release'] ?? '').split('.'),
    stage: stageOf(found['stage'], post, dev),
    stageNumber: found['stageNumber'] ?? '0',
    post,
    dev,
    local: found['local'],
  }
})

/** A development release of the release itself is before its first alpha. */
function stageOf(stage: string | undefined, post: string | undefined, dev: string | undefined): number {
  if (stage === undefined) return post === undefined && dev !== undefined ? 0 : 4
  const letter = stage.slice(0, 1).toLowerCase()
  return letter === 'a' ? 1 : letter === 'b' ? 2 : 3 // c, pre, preview and rc are one
}

function compareReleases(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = compareDigits(a[at] ?? '0', b[at] ?? '0')
    if (difference !== 0) return difference
  }
  return 0
}

function compareOptional(a: string | undefined, b: string | undefined, none: 'none first' | 'none last'): number {
  if (a !== undefined && b !== undefined) return compareDigits(a, b)
  const order = Number(a !== undefined) - Number(b !== undefined)
  return none === 'none first' ? order : -order
}

function compareLocals(a: string | undefined, b: string | undefined): number {
  const left = a?.toLowerCase().split(/[-_.]/) ?? []
  const right = b?.toLowerCase().split(/[-_.]/) ?? []
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = compareLocalParts(left[at]!, right[at]!)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function compareLocalParts(a: string, b: string): number {
  const numbers = [a, b].filter((part) => /^[0-9]+$/.test(part)).length
  if (numbers === 2) return compareDigits(a, b)
  if (numbers === 1) return /^[0-9]+$/.test(a) ? 1 : -1
  return compareTexts(a, b)
}
