// What every plug-in is given: a way to say what it could not do, and the signal to stop.

/** Where something is: a file, a line in it, the layer of the image (its digest) that holds it. */
export interface Place {
  path?: string
  line?: number
  layer?: string
}

/** What could not be read, matched, reached or heard. It is kept, counted and shown; it never becomes a zero. */
export interface Gap {
  /** One clause in lower case that names the reason, e.g. `no advisories for this release (Debian:12)`. */
  why: string
  place?: Place
}

export interface Scan {
  gap(why: string, at?: Place): void
  readonly signal: AbortSignal
}
