// Globs over paths without a leading slash: `*` within a segment, `**` across segments (also none).

/** Many globs, asked about many paths: the last segment decides first, so that nearly every path costs two look-ups. */
export class GlobIndex<T> {
  #byName = new Map<string, Compiled<T>[]>()
  /** By what follows the last dot, for globs such as `*.jar`. */
  #byEnding = new Map<string, Compiled<T>[]>()
  #anyName: Compiled<T>[] = []

  constructor(globs: Iterable<readonly [glob: string, value: T]>) {
    for (const [order, [glob, value]] of [...globs].entries()) {
      const segments = glob.split('/')
      const name = segments.at(-1)!
      const literal = glob.split(/\*+\/?/).reduce((longest, part) => (part.length > longest.length ? part : longest))
      const compiled: Compiled<T> = { segments, pattern: undefined, literal, order, value }
      const ending = /\.(?<ending>[^.*]+)$/.exec(name)?.groups?.['ending']
      if (!name.includes('*')) append(this.#byName, name, compiled)
      else if (ending !== undefined) append(this.#byEnding, ending, compiled)
      else this.#anyName.push(compiled)
    }
  }

  /** The values of which a glob matches, each once, in the order given. `name`: the last segment of the path. */
  match(path: string, name = path.slice(path.lastIndexOf('/') + 1)): readonly T[] {
    const named = matching(path, this.#byName.get(name), undefined)
    const ending = matching(path, this.#byEnding.get(endingOf(name)), named)
    const found = matching(path, this.#anyName, ending)
    if (found === undefined) return none
    if (found.length === 1) return [found[0]!.value]
    return [...new Set(found.toSorted((a, b) => a.order - b.order).map(({ value }) => value))]
  }
}

interface Compiled<T> {
  segments: readonly string[]
  /** Made when a path first comes near: most of the globs never meet one. */
  pattern: RegExp | undefined
  /** Stands in every path that matches. */
  literal: string
  order: number
  value: T
}

/** Those found before, and those of the list that match. */
function matching<T>(
  path: string,
  list: readonly Compiled<T>[] | undefined,
  before: Compiled<T>[] | undefined,
): Compiled<T>[] | undefined {
  if (list === undefined) return before
  let found = before
  for (const compiled of list) {
    if (!path.includes(compiled.literal)) continue
    compiled.pattern ??= patternOf(compiled.segments)
    if (compiled.pattern.test(path)) (found ??= []).push(compiled)
  }
  return found
}

const none: readonly never[] = []

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
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
