// A list of texts as one text: whether something is in a list of hundreds is seen without reading them one by one.

const seam = ' '

/** With their number before them. Undefined where one of them holds what would part them. */
export function joined(texts: readonly string[]): string | undefined {
  return texts.some((text) => text.includes(seam)) ? undefined : `${texts.length}${seam}${texts.join(seam)}${seam}`
}

/** Answers as the array would that was joined. */
export class JoinedTexts implements Iterable<string> {
  readonly #text: string

  /** Of what `joined` returned. */
  constructor(text: string) {
    this.#text = text
  }

  get length(): number {
    return Number.parseInt(this.#text, 10)
  }

  includes(text: string): boolean {
    return !text.includes(seam) && this.#text.includes(`${seam}${text}${seam}`)
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#texts()[Symbol.iterator]()
  }

  toJSON(): string[] {
    return this.#texts()
  }

  #texts(): string[] {
    return this.#text.slice(this.#text.indexOf(seam) + seam.length, -seam.length).split(seam)
  }
}
