// Versions of Alpine, Wolfi and Chainguard packages, as apk-tools 2.14 and later order them:
// `1{.2}[a]{_suffix[3]}[~commit][-r4]`.
//
// Two versions compare part by part. Where the kinds of two parts differ, the version whose part comes earlier in `kinds`
// is the greater one; so 1.2 < 1.2.1, 1.2 < 1.2-r0 and 1.2_rc1 < 1.2 < 1.2_p1.
// https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd

import type { VersionOrder } from '../order.ts'
import { compareDigits, compareTexts } from './shared/digits.ts'
import { remembered } from './shared/remembered.ts'

export const apk: VersionOrder = {
  id: 'apk',
  ecosystems: ['Alpaquita', 'Alpine', 'BellSoft Hardened Containers', 'Chainguard', 'MinimOS', 'Wolfi'],
  valid,
  compare,
}

const before = ['alpha', 'beta', 'pre', 'rc']
const after = ['cvs', 'svn', 'git', 'hg', 'p']

/** The greatest first. */
const kinds = ['first', 'number', 'letter', 'after', 'suffix number', 'commit', 'revision', 'end', 'before'] as const
type Kind = (typeof kinds)[number]

interface Part {
  kind: Kind
  text: string
}

const suffix = [...before, ...after].join('|')
const pattern = new RegExp(`^[0-9]+(?:\\.[0-9]+)*[a-z]?(?:_(?:${suffix})[0-9]*)*(?:~[0-9a-fA-F]+)?(?:-r[0-9]+)?$`)
const part = new RegExp(`\\.?[0-9]+|_(?:${suffix})|~[0-9a-fA-F]+|-r[0-9]+|[a-z]`, 'g')
const end: Part = { kind: 'end', text: '' }

/** Far beyond any real version; what is longer would only make the pattern slow. */
const longest = 1000

function valid(version: string): boolean {
  return version.length <= longest && pattern.test(version)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  const left = partsOf(a)
  const right = partsOf(b)
  for (let at = 0; ; at++) {
    const one = left[at] ?? end
    const other = right[at] ?? end
    const difference =
      one.kind === other.kind
        ? compareParts(one.kind, one.text, other.text)
        : kinds.indexOf(other.kind) - kinds.indexOf(one.kind)
    if (difference !== 0 || one === end) return difference
  }
}

const partsOf = remembered((version): Part[] => {
  let previous: Kind | undefined
  return Array.from(version.matchAll(part), ([text]) => {
    previous = kindOf(text, previous)
    return { kind: previous, text: text.replace(/^(?:[._~]|-r)/, '') }
  })
})

function kindOf(text: string, previous: Kind | undefined): Kind {
  if (previous === undefined) return 'first'
  if (text.startsWith('.')) return 'number'
  if (text.startsWith('_')) return before.includes(text.slice(1)) ? 'before' : 'after'
  if (text.startsWith('~')) return 'commit'
  if (text.startsWith('-r')) return 'revision'
  return /^[0-9]/.test(text) ? 'suffix number' : 'letter'
}

function compareParts(kind: Kind, a: string, b: string): number {
  if (kind === 'before') return before.indexOf(a) - before.indexOf(b)
  if (kind === 'after') return after.indexOf(a) - after.indexOf(b)
  if (kind === 'commit' || kind === 'letter') return compareTexts(a, b)
  // Behind a dot a leading zero makes it a fraction: 8.2.0015 < 8.2.002, though 15 > 2.
  if (kind === 'number' && (a.startsWith('0') || b.startsWith('0'))) return compareTexts(a, b)
  return compareDigits(a, b)
}
