// What a document must look like, checked where it comes in: only the fields that are used, typed from then on.
//
// The rest of the product uses zod for this. Reading images does it here: loading zod takes each thread as long as
// decompressing 20 MB, and images hold thousands of small documents.

/** Where in the value, and what is wrong there. */
export interface Mismatch {
  path: readonly (string | number)[]
  message: string
}

export type Checked<T> =
  | { success: true; data: T; error?: undefined }
  | { success: false; data?: undefined; error: { issues: readonly Mismatch[] } }

export interface Shape<T> {
  /** Never throws. What an object has beyond its fields is left out. */
  safeParse(value: unknown): Checked<T>
}

export type Shaped<S> = S extends Shape<infer T> ? T : never

type Optional<F> = { [K in keyof F]: undefined extends Shaped<F[K]> ? K : never }[keyof F]
type Fields<F> = { [K in Exclude<keyof F, Optional<F>>]: Shaped<F[K]> } & { [K in Optional<F>]?: Shaped<F[K]> }
type Flat<T> = { [K in keyof T]: T[K] }

/** Marks a mismatch among what a reader gives, which can be any value. */
class Wrong {
  path: (string | number)[] = []
  message: string

  constructor(message: string) {
    this.message = message
  }

  below(key: string | number): this {
    this.path.unshift(key)
    return this
  }
}

type Read<T> = (value: unknown) => T | Wrong

class Reader<T> implements Shape<T> {
  readonly read: Read<T>

  constructor(read: Read<T>) {
    this.read = read
  }

  safeParse(value: unknown): Checked<T> {
    const data = this.read(value)
    return data instanceof Wrong ? { success: false, error: { issues: [data] } } : { success: true, data }
  }
}

function readerOf<T>(shape: Shape<T>): Read<T> {
  return (shape as Reader<T>).read
}

function typed<T>(name: string, is: (value: unknown) => boolean): Shape<T> {
  return new Reader<T>((value) => (is(value) ? (value as T) : new Wrong(`expected ${name}`)))
}

export const boolean = typed<boolean>('true or false', (value) => typeof value === 'boolean')
export const number = typed<number>('a number', (value) => typeof value === 'number')
/** From 0 on. */
export const count = typed<number>(
  'a whole number from 0 on',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
)
export const unknown = typed<unknown>('anything', () => true)

/** Lengths in UTF-16 code units. */
export function text({ least = 0, most = Infinity } = {}): Shape<string> {
  return new Reader((value) => {
    if (typeof value !== 'string') return new Wrong('expected a text')
    if (value.length < least) return new Wrong('is empty')
    return value.length > most ? new Wrong(`is longer than ${most} characters`) : value
  })
}

/** A text for which `is` holds; `message` is a clause: `is no digest`. */
export function textThat(is: (text: string) => boolean, message: string): Shape<string> {
  return new Reader((value) => {
    if (typeof value !== 'string') return new Wrong('expected a text')
    return is(value) ? value : new Wrong(message)
  })
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  const read = readerOf(shape)
  return new Reader((value) => (value === undefined ? undefined : read(value)))
}

/** May be absent or null, either of which is undefined then. */
export function nullish<T>(shape: Shape<T>): Shape<T | undefined> {
  const read = readerOf(shape)
  return new Reader((value) => (value === undefined || value === null ? undefined : read(value)))
}

export function array<T>(shape: Shape<T>, most = Infinity): Shape<T[]> {
  const read = readerOf(shape)
  return new Reader((value) => {
    if (!Array.isArray(value)) return new Wrong('expected a list')
    if (value.length > most) return new Wrong(`has more than ${most} entries`)
    const list: T[] = []
    for (const [index, member] of value.entries()) {
      const found = read(member)
      if (found instanceof Wrong) return found.below(index)
      list.push(found)
    }
    return list
  })
}

/** An object whose keys are data. */
export function record<T>(shape: Shape<T>): Shape<Record<string, T>> {
  const read = readerOf(shape)
  return new Reader((value) => {
    if (!isObject(value)) return new Wrong('expected an object')
    const entries: [string, T][] = []
    for (const [key, member] of Object.entries(value)) {
      const found = read(member)
      if (found instanceof Wrong) return found.below(key)
      entries.push([key, found])
    }
    return Object.fromEntries(entries)
  })
}

export function object<F extends Record<string, Shape<unknown>>>(fields: F): Shape<Flat<Fields<F>>> {
  const readers = Object.entries(fields).map(([key, shape]) => [key, readerOf(shape)] as const)
  return new Reader((value) => {
    if (!isObject(value)) return new Wrong('expected an object')
    const found: Record<string, unknown> = {}
    for (const [key, read] of readers) {
      const member = read(Object.hasOwn(value, key) ? value[key] : undefined)
      if (member instanceof Wrong) return member.below(key)
      if (member !== undefined) found[key] = member
    }
    return found as Flat<Fields<F>>
  })
}

/** The first that fits. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  const [a, b] = [readerOf(first), readerOf(second)]
  return new Reader<A | B>((value) => {
    const found = a(value)
    return found instanceof Wrong ? b(value) : found
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
