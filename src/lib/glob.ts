// Globs over paths without a leading slash: `*` within a segment, `**` across segments (also none).

/** Many globs, asked about many paths: the last segment decides first, so that nearly every path costs one look-up. */
export class GlobIndex<T> {
  #byName = new Map<string, Compiled<T>[]>()
  #anyName: Compiled<T>[] = []
  #onTheWay: RegExp[] = []

  constructor(globs: Iterable<readonly [glob: string, value: T]>) {
    for (const [glob, value] of globs) {
      const segments = glob.split('/')
      const name = segments.at(-1)!
      const compiled = { pattern: patternOf(segments), value }
      if (name.includes('*')) this.#anyName.push(compiled)
      else this.#byName.set(name, [...(this.#byName.get(name) ?? []), compiled])
      for (let length = 1; length < segments.length; length++) {
        if (segments[length - 1] !== '**') this.#onTheWay.push(patternOf(segments.slice(0, length)))
      }
    }
  }

  /** The values whose globs match, in the order given. */
  match(path: string): T[] {
    const named = this.#byName.get(path.slice(path.lastIndexOf('/') + 1))
    const values: T[] = []
    for (const list of [named ?? [], this.#anyName]) {
      for (const { pattern, value } of list) if (pattern.test(path)) values.push(value)
    }
    return values
  }

  // Not as a block comment, which the globs would end.
  // Whether the path is one that a glob names on the way to its files: `lib` and `lib/apk` for `lib/apk/db/installed`;
  // for `**/node_modules/*/package.json` any `node_modules`, and whatever is directly in it.
  onTheWay(path: string): boolean {
    return this.#onTheWay.some((pattern) => pattern.test(path))
  }
}

interface Compiled<T> {
  pattern: RegExp
  value: T
}

function patternOf(segments: readonly string[]): RegExp {
  const last = segments.length - 1
  const parts = segments.map((segment, index) => {
    if (segment === '**') return index === last ? '.+' : '(?:[^/]+/)*'
    const text = segment.split('*').map(escaped).join('[^/]*')
    return index === last ? text : `${text}/`
  })
  return new RegExp(`^${parts.join('')}$`, 's')
}

function escaped(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
}
