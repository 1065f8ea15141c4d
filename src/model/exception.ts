/** A statement of VEX, or a rule of an ignore file, as it was read: who says what of which findings, and until when. */
export interface StoredException {
  kind: 'vex' | 'ignore'
  /** The document, and the line in it where that is known. */
  file: string
  line?: number
  author?: string
  /** What a statement says; absent for a decision to live with it. */
  status?: string
  justification?: string
  reason?: string
  /** Ids and other names of what it is about; none: all of the packages or the paths that it names. */
  names: readonly string[]
  /** Names of packages, without versions. */
  packages: readonly string[]
  /** As they are written: images, packages with versions, paths. */
  products: readonly string[]
  /** Day on which it ends, `2026-12-31`. */
  until?: string
}

/** `told`: all that its file says of it, also what is not shown, such as its time or which architecture it is about. */
export interface ReadException extends StoredException {
  told: string
  /** Its day has passed: it suppresses nothing any more. */
  ended: boolean
}

/** As the store has it. */
export interface KnownException extends StoredException {
  key: string
  /** Its day has passed: it suppresses nothing any more. */
  ended: boolean
  /** ISO 8601, UTC. */
  firstRead: string
}
