// What a layer lists, as one text: every file and folder of a layer is needed to know what it replaces of those below,
// and a hundred thousand small objects would cost more than reading them.
//
// Tokens end with a NUL, which no path holds: `/usr/bin` goes into a folder, `d` NAME is a folder there, `f` SIZE ` ` NAME
// a file, its size in base 36.

export interface Listed {
  folder: string
  name: string
  /** Bytes of a file; undefined for a folder. */
  size: number | undefined
}

export class ListingWriter {
  #pieces: string[] = []
  /** Joined from time to time: many short texts take several times their length. */
  #text = ''
  #folder: string | undefined
  #entries = 0
  #length = 0
  #limits: { listed: number; listing: number }

  constructor(limits: { listed: number; listing: number }) {
    this.#limits = limits
  }

  /** `name`: the last segment of the path; `size`: undefined for a folder. */
  add(path: string, name: string, size: number | undefined): void {
    if (this.#isFull) return
    this.#enter(path, path.length - name.length - 1)
    this.#push(size === undefined ? `d${name}` : `f${size.toString(36)} ${name}`)
    this.#entries++
    if (this.#pieces.length >= 4096) this.#join()
    if (this.#isFull) this.#text = ''
  }

  /** Undefined when there was more than is kept: then nothing of it is, since a part would look like the whole. */
  result(): string | undefined {
    if (this.#isFull) return undefined
    this.#join()
    return this.#text
  }

  get #isFull(): boolean {
    return this.#entries > this.#limits.listed || this.#length > this.#limits.listing
  }

  /** `length`: of the folder's part of the path, -1 at the root. Files of one folder usually come together. */
  #enter(path: string, length: number): void {
    const folder = this.#folder
    if (folder !== undefined && folder.length === Math.max(0, length) && path.startsWith(folder)) return
    this.#folder = path.slice(0, Math.max(0, length))
    this.#push(`/${this.#folder}`)
  }

  #push(token: string): void {
    this.#pieces.push(token)
    this.#length += token.length + 1
  }

  #join(): void {
    if (this.#pieces.length > 0) this.#text += `${this.#pieces.join('\0')}\0`
    this.#pieces = []
  }
}

/** The entries of one folder that were written together; a folder may come several times. */
export interface ListedFolder {
  folder: string
  /** Where its entries lie in the listing. */
  from: number
  to: number
}

/** Without looking at what is in them, so that folders nobody asks about cost next to nothing. */
export function* foldersIn(listing: string): Generator<ListedFolder> {
  for (let at = 0; at < listing.length;) {
    const next = listing.indexOf('\0/', at)
    const to = next < 0 ? listing.length : next + 1
    const from = listing.indexOf('\0', at) + 1
    yield { folder: listing.slice(at + 1, from - 1), from, to }
    at = to
  }
}

export function* entriesIn(listing: string, { folder, from, to }: ListedFolder): Generator<Listed> {
  for (let at = from; at < to;) {
    const end = listing.indexOf('\0', at)
    if (listing[at] === 'd') yield { folder, name: listing.slice(at + 1, end), size: undefined }
    else {
      const space = listing.indexOf(' ', at)
      yield { folder, name: listing.slice(space + 1, end), size: Number.parseInt(listing.slice(at + 1, space), 36) }
    }
    at = end + 1
  }
}
