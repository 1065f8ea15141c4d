// Tar archives, read as a stream is pushed in: ustar, pax, GNU long names, GNU sparse headers, base-256 numbers.
//
// An archive is a row of 512-byte blocks: a header, then the contents padded to a whole block, then the next header;
// two blocks of zeros end it. Memory: one block, and the extended header of one entry.
// Format: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13
// GNU: https://www.gnu.org/software/tar/manual/html_node/Standard.html

import { block, fieldOf, paxRecords, TarHeaders, type TarKind } from './tar-header.ts'

export interface TarEntry {
  /** As the archive writes it: it can be absolute, and it can climb out. */
  path: string
  kind: TarKind
  /** Bytes of contents in the archive. */
  size: number
  /** Permission bits; 0 where the field is damaged. */
  mode: number
  /** Of a symbolic or hard link. */
  target: string
  /** The contents in the archive are a map and the parts that are not holes. */
  sparse: boolean
  /** Where the contents begin, in bytes from the start of the archive. */
  offset: number
}

export interface TarVisitor {
  /** Whether the contents are wanted; when not, they are passed over. */
  entry(entry: TarEntry): boolean
  /** A piece of wanted contents: a view on what was pushed in, valid until the caller reuses that memory. */
  data(piece: Uint8Array): void
  /** All contents of the wanted entry were handed over. */
  end(): void
}

/** The bytes are not a tar archive, or end too early. */
export class TarError extends Error {
  override readonly name = 'TarError'
}

/** Of a long name or a pax header; Linux allows paths of 4,096 bytes. */
const extendedHeaderLimit = 1024 * 1024

type State = 'header' | 'extended' | 'sparse map' | 'wanted' | 'unwanted' | 'padding' | 'done'

export class TarReader {
  #visitor: TarVisitor
  #state: State = 'header'
  /** Bytes that were pushed in or jumped over. */
  #position = 0
  /** Bytes that are left of the current state. */
  #left = 0
  #padding = 0
  #held = new TarHeaders(new Uint8Array(block))
  #holding = 0
  #zeroBlocks = 0
  #extended: { type: string; pieces: Uint8Array[]; size: number } = { type: '', pieces: [], size: 0 }
  /** What extended headers say about the entry that follows. */
  #overrides = new Map<string, string>()
  #pending: TarEntry | undefined

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor
  }

  /** Throws `TarError`; what came before it has been handed over. */
  write(buffer: Uint8Array): void {
    // Views on a Buffer are Buffers, which cost several times as much to make; an archive of small files needs many.
    const chunk = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    const headers = new TarHeaders(chunk)
    let at = 0
    while (at < chunk.length && this.#state !== 'done') {
      const before = at
      at = this.#isBlockState() ? this.#takeBlock(headers, at) : this.#takeData(chunk, at)
      this.#position += at - before
    }
    this.#position += chunk.length - at
  }

  /** Bytes that come next and that nobody wants: a caller that can seek may jump over them, and say so by `skip`. */
  get unwanted(): number {
    return this.#state === 'unwanted' || this.#state === 'padding' ? this.#left : 0
  }

  skip(): void {
    this.#position += this.#left
    this.#left = 0
    this.#finishData()
  }

  /** To be called at the end of the input. Throws `TarError` when the archive is cut. */
  end(): void {
    const between = this.#state === 'header' && this.#holding === 0 && this.#overrides.size === 0
    // The last file's padding is sometimes left out, and so are the blocks of zeros; readers of the field take both.
    if (this.#state !== 'done' && this.#state !== 'padding' && !between) throw this.#error('the archive is cut')
  }

  #isBlockState(): boolean {
    return this.#state === 'header' || this.#state === 'sparse map'
  }

  #takeBlock(headers: TarHeaders, at: number): number {
    const { bytes } = headers
    if (this.#holding === 0 && bytes.length - at >= block) {
      this.#block(headers, at, this.#position + block)
      return at + block
    }
    const piece = bytes.subarray(at, at + block - this.#holding)
    this.#held.bytes.set(piece, this.#holding)
    this.#holding += piece.length
    if (this.#holding === block) {
      this.#holding = 0
      this.#block(this.#held, 0, this.#position + piece.length)
    }
    return at + piece.length
  }

  /** The block at `at`; `end`: where it ends in the archive. */
  #block(headers: TarHeaders, at: number, end: number): void {
    if (this.#state === 'sparse map') return this.#sparseMap(headers.bytes, at)
    if (headers.isEmpty(at)) {
      if (++this.#zeroBlocks === 2) this.#state = 'done'
      return
    }
    this.#zeroBlocks = 0
    this.#header(headers, at, end)
  }

  #header(headers: TarHeaders, at: number, end: number): void {
    if (!headers.hasItsSum(at)) throw this.#error('a header has a wrong checksum')
    const { bytes } = headers
    const type = bytes[at + 156]!
    const size = this.#size(headers, at)
    if (isExtended(type)) return this.#startExtended(String.fromCharCode(type), size)

    const kind = headers.kind(type, at)
    const isGnuSparse = type === 0x53 // S
    const hasOverrides = this.#overrides.size > 0
    this.#pending = {
      path: (hasOverrides ? this.#overriddenPath() : undefined) ?? headers.path(at),
      kind,
      size: kind === 'file' || type === 0x44 || type === 0x4d ? size : 0, // D and M of GNU hold lists
      mode: (headers.number(at + 100, 8) || 0) % 0o10000,
      target: (hasOverrides ? this.#overrides.get('linkpath') : undefined) ?? fieldOf(bytes, at + 157, 100),
      sparse: isGnuSparse || (hasOverrides && this.#isPaxSparse()),
      offset: end,
    }
    if (hasOverrides) this.#overrides = new Map()
    if (isGnuSparse && bytes[at + 482] === 1) this.#state = 'sparse map'
    else this.#startEntry()
  }

  #overriddenPath(): string | undefined {
    return this.#overrides.get('GNU.sparse.name') ?? this.#overrides.get('path')
  }

  /** GNU's old sparse format continues its map in blocks of their own. */
  #sparseMap(bytes: Uint8Array, at: number): void {
    this.#pending!.offset += block
    if (bytes[at + 504] !== 1) this.#startEntry()
  }

  #startEntry(): void {
    const entry = this.#pending!
    const wanted = this.#visitor.entry(entry)
    this.#state = wanted ? 'wanted' : 'unwanted'
    this.#left = entry.size
    this.#padding = paddingOf(entry.size)
    if (entry.size === 0) this.#finishData()
  }

  #startExtended(type: string, size: number): void {
    if (size > extendedHeaderLimit) throw this.#error(`an extended header is larger than ${extendedHeaderLimit} bytes`)
    this.#extended = { type, pieces: [], size }
    this.#state = 'extended'
    this.#left = size
    this.#padding = paddingOf(size)
    if (size === 0) this.#finishData()
  }

  #takeData(chunk: Uint8Array, at: number): number {
    const piece = chunk.subarray(at, at + this.#left)
    this.#left -= piece.length
    if (this.#state === 'wanted') this.#visitor.data(piece)
    if (this.#state === 'extended') this.#extended.pieces.push(new Uint8Array(piece))
    if (this.#left === 0) this.#finishData()
    return at + piece.length
  }

  #finishData(): void {
    const state = this.#state
    if (state === 'wanted') this.#visitor.end()
    if (state === 'extended') this.#readExtended()
    this.#state = 'header'
    if (state === 'padding' || this.#padding === 0) return
    this.#state = 'padding'
    this.#left = this.#padding
    this.#padding = 0
  }

  #readExtended(): void {
    const { type, pieces, size } = this.#extended
    this.#extended = { type: '', pieces: [], size: 0 }
    const bytes = joined(pieces, size)
    if (type === 'L') this.#overrides.set('path', fieldOf(bytes, 0, size))
    if (type === 'K') this.#overrides.set('linkpath', fieldOf(bytes, 0, size))
    if (type !== 'x' && type !== 'X') return // global headers carry comments; runtimes ignore the rest as well
    for (const [key, value] of paxRecords(bytes, () => this.#error('a pax header is malformed'))) {
      this.#overrides.set(key, value)
    }
  }

  #size(headers: TarHeaders, at: number): number {
    const decimal = this.#overrides.size > 0 ? this.#overrides.get('size') : undefined
    const size =
      decimal === undefined ? headers.number(at + 124, 12) : /^\d+$/.test(decimal) ? Number(decimal) : Number.NaN
    if (!Number.isSafeInteger(size)) throw this.#error('a header has a size that is no number')
    return size
  }

  #isPaxSparse(): boolean {
    for (const key of this.#overrides.keys()) if (key.startsWith('GNU.sparse.')) return true
    return false
  }

  #error(why: string): TarError {
    return new TarError(`${why} (near byte ${this.#position} of the tar)`)
  }
}

/** What follows speaks about the next entry: `x` and `X` of pax, `g` of all that follow, GNU's `L` and `K`. */
function isExtended(type: number): boolean {
  return type === 0x78 || type === 0x67 || type === 0x4c || type === 0x4b || type === 0x58
}

function paddingOf(size: number): number {
  return (block - (size % block)) % block
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
