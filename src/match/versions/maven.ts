// Versions of Maven packages, as Maven's ComparableVersion orders them: any text is a version.
//
// A text is cut at dots, at dashes, and where digits meet letters. A dash, or such a meeting, opens a list inside the list:
// `1-beta2` is [1, [beta, [2]]]. Zeros and words that mean nothing ("ga", "final", "release") at the end of a list are left
// out. A list compares item by item; what the shorter one lacks counts as 0 or as the empty word.
// https://maven.apache.org/pom.html#version-order-specification

import type { VersionOrder } from '../order.ts'
import { compareTexts } from './shared/digits.ts'
import { remembered } from './shared/remembered.ts'

export const maven: VersionOrder = { id: 'maven', ecosystems: ['Maven'], valid, compare }

/** A number without leading zeros (of any length), a word, or a list. */
type Item = { number: string } | { word: string } | Item[]

/** Those known, the earliest first; the empty one is the release. Others come after all of them, in the order of text. */
const words = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp']
const aliases: Record<string, string> = { ga: '', final: '', release: '', cr: 'rc' }
const letters: Record<string, string> = { a: 'alpha', b: 'beta', m: 'milestone' }

/** Far beyond any real version. */
const longest = 1000

/** What Maven keeps for ranges, properties and file names is no version here, though ComparableVersion takes it. */
function valid(version: string): boolean {
  return version.length <= longest && /^[!#%&'+\-.0-9;=@A-Z^_`a-z~]+$/.test(version) && /[0-9A-Za-z]/.test(version)
}

function compare(a: string, b: string): number {
  return a === b ? 0 : compareItems(parse(a), parse(b))
}

const parse = remembered((version): Item[] => {
  const text = version.toLowerCase()
  const top: Item[] = []
  const open = [top]
  let list = top
  const nest = (): void => {
    const inner: Item[] = []
    list.push(inner)
    open.push(inner)
    list = inner
  }
  // A word after a dot, too, begins a list of its own, so that 1.0.x1 < 1.0-x2.
  const pushWord = (word: Item): void => {
    if (list.length > 0) nest()
    list.push(word)
  }
  let start = 0
  let digits = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '.' || character === '-') {
      list.push(at === start ? { number: '' } : itemOf(text.slice(start, at), digits))
      start = at + 1
      if (character === '-') nest()
      continue
    }
    const digit = character >= '0' && character <= '9'
    if (digit !== digits && at > start) {
      if (digits) list.push(itemOf(text.slice(start, at), true))
      else pushWord(wordOf(text.slice(start, at), true))
      start = at
      nest()
    }
    digits = digit
  }
  if (text.length > start && digits) list.push(itemOf(text.slice(start), true))
  else if (text.length > start) pushWord(wordOf(text.slice(start), false))
  for (const one of open.toReversed()) normalize(one)
  return top
})

function itemOf(text: string, digits: boolean): Item {
  return digits ? { number: text.replace(/^0+/, '') } : wordOf(text, false)
}

function wordOf(text: string, beforeDigit: boolean): Item {
  const word = (beforeDigit && Object.hasOwn(letters, text) ? letters[text] : undefined) ?? text
  return { word: (Object.hasOwn(aliases, word) ? aliases[word] : undefined) ?? word }
}

function normalize(list: Item[]): void {
  for (let at = list.length - 1; at >= 0; at--) {
    const item = list[at]!
    if (isNothing(item)) list.splice(at, 1)
    else if (!Array.isArray(item)) break
  }
}

function isNothing(item: Item): boolean {
  if (Array.isArray(item)) return item.length === 0
  return 'number' in item ? item.number === '' : item.word === ''
}

/** Undefined: the other list has ended. */
function compareItems(a: Item, b: Item | undefined): number {
  if (Array.isArray(a)) return compareList(a, b)
  if ('number' in a) {
    if (b === undefined) return a.number === '' ? 0 : 1
    return !Array.isArray(b) && 'number' in b ? compareNumbers(a.number, b.number) : 1
  }
  if (b === undefined) return compareWords(a.word, '')
  return !Array.isArray(b) && 'word' in b ? compareWords(a.word, b.word) : -1
}

function compareList(a: Item[], b: Item | undefined): number {
  if (b !== undefined && !Array.isArray(b)) return 'number' in b ? -1 : 1
  const length = Math.max(a.length, b?.length ?? 0)
  for (let at = 0; at < length; at++) {
    const one = a[at]
    const other = b?.[at]
    const difference = one ? compareItems(one, other) : other ? -compareItems(other, one) : 0
    if (difference !== 0) return difference
  }
  return 0
}

function compareNumbers(a: string, b: string): number {
  return a.length - b.length || compareTexts(a, b)
}

function compareWords(a: string, b: string): number {
  const [left, right] = [rankOf(a), rankOf(b)]
  return left - right || (left === words.length ? compareTexts(a, b) : 0)
}

function rankOf(word: string): number {
  const rank = words.indexOf(word)
  return rank < 0 ? words.length : rank
}
