// Finds many short texts in bytes, in one pass that looks at few of them.
//
// Of a text of at least n bytes, one of its first n-1 pairs of bytes lies at any given place modulo n-1. So it is enough to
// look at every (n-1)th pair, and to compare where it is a pair that begins a text; after S. Wu and U. Manber, "A fast
// algorithm for multi-pattern searching" (1994). The byte after the pair is looked at before anything is compared, since
// pairs of hundreds of texts stand everywhere. With 500 texts of three bytes and more, some 1 ns a byte.

interface Candidate<T> {
  keyword: Uint8Array
  /** Of the pair in the keyword. */
  offset: number
  value: T
}

/** Bytes of the shortest keyword. */
export const shortestKeyword = 3

export class KeywordSearch<T> {
  #stride: number
  /** By pair: 0 where no keyword has it near its start, else its number. */
  #pairs = new Uint16Array(0x10000)
  /** By number of the pair and the byte after it: 0, or the number of a list of candidates. */
  #lists: Uint16Array
  #candidates: Candidate<T>[][] = [[]]
  #numbered = 1

  /** Keywords are Latin-1. Throws when one is shorter than `shortestKeyword`. */
  constructor(entries: Iterable<readonly [keyword: string, value: T]>) {
    const keywords = [...entries].map(([keyword, value]) => ({ keyword: latin1(keyword), value }))
    const shortest = keywords.reduce((least, { keyword }) => Math.min(least, keyword.length), 16)
    if (shortest < shortestKeyword) throw new Error(`a keyword is shorter than ${shortestKeyword} bytes`)
    this.#stride = shortest - 1
    const byPair = new Map<number, Candidate<T>[]>()
    for (const { keyword, value } of keywords) {
      for (let offset = 0; offset < this.#stride; offset++) {
        const pair = (keyword[offset]! << 8) | keyword[offset + 1]!
        byPair.set(pair, [...(byPair.get(pair) ?? []), { keyword, offset, value }])
      }
    }
    this.#lists = new Uint16Array((byPair.size + 1) * 256)
    for (const [pair, candidates] of byPair) this.#add(pair, candidates)
  }

  /** `found` is told where each keyword begins, in nearly ascending order. */
  each(bytes: Uint8Array, found: (at: number, value: T) => void): void {
    const pairs = this.#pairs
    const lists = this.#lists
    const stride = this.#stride
    const last = bytes.length - 1
    for (let at = 0; at < last; at += stride) {
      const pair = pairs[(bytes[at]! << 8) | bytes[at + 1]!]!
      if (pair === 0) continue
      const list = lists[(pair << 8) | (at + 1 < last ? bytes[at + 2]! : 0)]!
      if (list !== 0) this.#compare(bytes, at, list, found)
    }
  }

  #compare(bytes: Uint8Array, at: number, list: number, found: (at: number, value: T) => void): void {
    for (const { keyword, offset, value } of this.#candidates[list]!) {
      if (standsAt(keyword, bytes, at - offset)) found(at - offset, value)
    }
  }

  #add(pair: number, candidates: readonly Candidate<T>[]): void {
    const number = this.#numbered++
    this.#pairs[pair] = number
    // A keyword that ends with the pair may have anything after it
    const open = candidates.filter(({ keyword, offset }) => keyword.length === offset + 2)
    const openList = open.length > 0 ? this.#candidates.push(open) - 1 : 0
    this.#lists.fill(openList, number << 8, (number + 1) << 8)
    for (const third of new Set(candidates.flatMap(({ keyword, offset }) => keyword[offset + 2] ?? []))) {
      const list = candidates.filter(({ keyword, offset }) => (keyword[offset + 2] ?? third) === third)
      this.#lists[(number << 8) | third] = this.#candidates.push(list) - 1
    }
  }
}

function standsAt(keyword: Uint8Array, bytes: Uint8Array, start: number): boolean {
  if (start < 0 || start + keyword.length > bytes.length) return false
  for (let index = 0; index < keyword.length; index++) if (bytes[start + index] !== keyword[index]) return false
  return true
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
