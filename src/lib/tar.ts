// Tar archives, read as a stream is pushed in: ustar, pax, GNU long names, GNU sparse headers, base-256 numbers.
//
// An archive is a row of 512-byte blocks: a header, then the contents padded to a whole block, then the next header;
// two blocks of zeros end it. Memory: one block, and the extended header of one entry.
// Format: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13
// GNU: https://www.gnu.org/software/tar/manual/html_node/Standard.html

export interface TarEntry {
  /** As the archive writes it: it can be absolute, and it can climb out. */
  path: string
  kind: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other'
  /** Bytes of contents in the archive. */
  size: number
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

const block = 512
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
  #held = new Uint8Array(block)
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
  write(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length && this.#state !== 'done') {
      const before = at
      at = this.#isBlockState() ? this.#takeBlock(chunk, at) : this.#takeData(chunk, at)
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

  #takeBlock(chunk: Uint8Array, at: number): number {
    if (this.#holding === 0 && chunk.length - at >= block) {
      this.#block(chunk.subarray(at, at + block), this.#position + block)
      return at + block
    }
    const piece = chunk.subarray(at, at + block - this.#holding)
    this.#held.set(piece, this.#holding)
    this.#holding += piece.length
    if (this.#holding === block) {
      this.#holding = 0
      this.#block(this.#held, this.#position + piece.length)
    }
    return at + piece.length
  }

  /** `end`: where the block ends in the archive. */
  #block(bytes: Uint8Array, end: number): void {
    if (this.#state === 'sparse map') return this.#sparseMap(bytes)
    if (bytes[0] === 0 && bytes.every((byte) => byte === 0)) {
      if (++this.#zeroBlocks === 2) this.#state = 'done'
      return
    }
    this.#zeroBlocks = 0
    this.#header(bytes, end)
  }

  #header(bytes: Uint8Array, end: number): void {
    checkSum(bytes, () => this.#error('a header has a wrong checksum'))
    const type = String.fromCharCode(bytes[156]!)
    const size = this.#number(this.#overrides.get('size'), bytes.subarray(124, 136))
    if ('xgLKX'.includes(type)) return this.#startExtended(type, size)

    const kind = kindOf(type, bytes)
    const contents = kind === 'file' || type === 'D' || type === 'M' ? size : 0
    const isGnuSparse = type === 'S'
    this.#pending = {
      path: this.#overrides.get('GNU.sparse.name') ?? this.#overrides.get('path') ?? pathOf(bytes),
      kind,
      size: contents,
      target: this.#overrides.get('linkpath') ?? string(bytes, 157, 100),
      sparse: isGnuSparse || [...this.#overrides.keys()].some((key) => key.startsWith('GNU.sparse.')),
      offset: end,
    }
    this.#overrides = new Map()
    if (isGnuSparse && bytes[482] === 1) this.#state = 'sparse map'
    else this.#startEntry()
  }

  /** GNU's old sparse format continues its map in blocks of their own. */
  #sparseMap(bytes: Uint8Array): void {
    this.#pending!.offset += block
    if (bytes[504] !== 1) this.#startEntry()
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
    if (type === 'L') this.#overrides.set('path', string(bytes, 0, size))
    if (type === 'K') this.#overrides.set('linkpath', string(bytes, 0, size))
    if (type !== 'x' && type !== 'X') return // global headers carry comments; runtimes ignore the rest as well
    for (const [key, value] of paxRecords(bytes, () => this.#error('a pax header is malformed'))) {
      this.#overrides.set(key, value)
    }
  }

  #number(decimal: string | undefined, field: Uint8Array): number {
    const value = decimal === undefined ? number(field) : /^\d+$/.test(decimal) ? Number(decimal) : Number.NaN
    if (!Number.isSafeInteger(value)) throw this.#error('a header has a size that is no number')
    return value
  }

  #error(why: string): TarError {
    return new TarError(`${why} (near byte ${this.#position} of the tar)`)
  }
}

function kindOf(type: string, bytes: Uint8Array): TarEntry['kind'] {
  switch (type) {
    case '0':
    case '\0':
    case '7':
    case 'S': {
      // Before ustar a folder was a file whose name ends in a slash.
      return type === '\0' && string(bytes, 0, 100).endsWith('/') ? 'folder' : 'file'
    }
    case '1':
      return 'hardlink'
    case '2':
      return 'symlink'
    case '5':
    case 'D':
      return 'folder'
    default:
      return 'other'
  }
}

function pathOf(bytes: Uint8Array): string {
  const name = string(bytes, 0, 100)
  const isUstar = string(bytes, 257, 6) === 'ustar' && bytes[263] === 0x30
  const prefix = isUstar ? string(bytes, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** The sum of all bytes, with the checksum's own eight taken as spaces; old writers summed signed bytes. */
function checkSum(bytes: Uint8Array, error: () => TarError): void {
  const field = bytes.subarray(148, 156)
  const written = number(field)
  const unsigned = sum(bytes) - sum(field) + 8 * 0x20
  if (written === unsigned) return
  const negative = (part: Uint8Array): number => 256 * part.filter((byte) => byte > 127).length
  if (written !== unsigned - negative(bytes) + negative(field)) throw error()
}

function sum(bytes: Uint8Array): number {
  let total = 0
  for (let index = 0; index < bytes.length; index++) total += bytes[index]!
  return total
}

/** Octal digits between spaces or NULs, or base-256 when the first bit is set; NaN when it is neither. */
function number(field: Uint8Array): number {
  if ((field[0]! & 0x80) === 0) {
    const digits = string(field, 0, field.length).trim()
    if (digits === '') return 0
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
  }
  if ((field[0]! & 0x40) !== 0) return Number.NaN // negative
  let value = field[0]! & 0x3f
  for (const byte of field.subarray(1)) value = value * 256 + byte
  return value
}

/** `LENGTH KEY=VALUE\n`, the length counting the whole record in bytes. */
function* paxRecords(bytes: Uint8Array, error: () => TarError): Generator<[string, string]> {
  let at = 0
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(0x20, at)
    const length = space < 0 || space - at > 10 ? Number.NaN : Number(decoder.decode(bytes.subarray(at, space)))
    const end = at + length
    const equals = bytes.indexOf(0x3d, space)
    if (!Number.isSafeInteger(length) || end > bytes.length || equals < space || equals >= end) throw error()
    if (bytes[end - 1] !== 0x0a) throw error()
    yield [decoder.decode(bytes.subarray(space + 1, equals)), decoder.decode(bytes.subarray(equals + 1, end - 1))]
    at = end
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Up to the first NUL. */
function string(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length)
  const end = field.indexOf(0)
  if (end === 0) return ''
  return decoder.decode(end < 0 ? field : field.subarray(0, end))
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
