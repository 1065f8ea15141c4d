// Numbers that look random and are the same for the same seed, so that each input can be made again by its number alone.

export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** `scope`: what the numbers are for; another scope gives others. */
  constructor(seed: number, scope: string, number: number) {
    this.#a = hashOf(scope) ^ seed
    this.#b = seed
    this.#c = number
    for (let round = 0; round < 12; round++) this.next()
  }

  /** 32 bits; sfc32 of PractRand. https://pracrand.sourceforge.net/RNG_engines.txt */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** From 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit)
  }

  /** From 1 on, each next one half as likely, up to `most`. */
  few(most: number): number {
    let count = 1
    while (count < most && this.oneIn(2)) count++
    return count
  }

  oneIn(chances: number): boolean {
    return this.below(chances) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193)
  return hash
}
