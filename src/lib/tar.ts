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
  write(buffer: Uint8Array): void {
    // Views on a Buffer are Buffers, which cost several times as much to make; an archive of small files needs many.
    const chunk = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
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
      this.#block(chunk, at, this.#position + block)
      return at + block
    }
    const piece = chunk.subarray(at, at + block - this.#holding)
    this.#held.set(piece, this.#holding)
    this.#holding += piece.length
    if (this.#holding === block) {
      this.#holding = 0
      this.#block(this.#held, 0, this.#position + piece.length)
    }
    return at + piece.length
  }

  /** The block at `at`; `end`: where it ends in the archive. */
  #block(bytes: Uint8Array, at: number, end: number): void {
    if (this.#state === 'sparse map') return this.#sparseMap(bytes, at)
    if (bytes[at] === 0 && sum(bytes, at, block) === 0) {
      if (++this.#zeroBlocks === 2) this.#state = 'done'
      return
    }
    this.#zeroBlocks = 0
    this.#header(bytes, at, end)
  }

  #header(bytes: Uint8Array, at: number, end: number): void {
    if (!hasItsSum(bytes, at)) throw this.#error('a header has a wrong checksum')
    const type = String.fromCharCode(bytes[at + 156]!)
    const size = this.#size(bytes, at)
    if ('xgLKX'.includes(type)) return this.#startExtended(type, size)

    const kind = kindOf(type, bytes, at)
    const contents = kind === 'file' || type === 'D' || type === 'M' ? size : 0
    const isGnuSparse = type === 'S'
    this.#pending = {
      path: this.#overrides.get('GNU.sparse.name') ?? this.#overrides.get('path') ?? pathOf(bytes, at),
      kind,
      size: contents,
      mode: (number(bytes, at + 100, 8) || 0) % 0o10000,
      target: this.#overrides.get('linkpath') ?? string(bytes, at + 157, 100),
      sparse: isGnuSparse || this.#isPaxSparse(),
      offset: end,
    }
    if (this.#overrides.size > 0) this.#overrides = new Map()
    if (isGnuSparse && bytes[at + 482] === 1) this.#state = 'sparse map'
    else this.#startEntry()
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
    if (type === 'L') this.#overrides.set('path', string(bytes, 0, size))
    if (type === 'K') this.#overrides.set('linkpath', string(bytes, 0, size))
    if (type !== 'x' && type !== 'X') return // global headers carry comments; runtimes ignore the rest as well
    for (const [key, value] of paxRecords(bytes, () => this.#error('a pax header is malformed'))) {
      this.#overrides.set(key, value)
    }
  }

  #size(bytes: Uint8Array, at: number): number {
    const decimal = this.#overrides.get('size')
    const size =
      decimal === undefined ? number(bytes, at + 124, 12) : /^\d+$/.test(decimal) ? Number(decimal) : Number.NaN
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

function kindOf(type: string, bytes: Uint8Array, at: number): TarEntry['kind'] {
  switch (type) {
    case '0':
    case '\0':
    case '7':
    case 'S': {
      // Before ustar a folder was a file whose name ends in a slash.
      return type === '\0' && string(bytes, at, 100).endsWith('/') ? 'folder' : 'file'
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

function pathOf(bytes: Uint8Array, at: number): string {
  const name = string(bytes, at, 100)
  if (bytes[at + 345] === 0) return name
  const isUstar = string(bytes, at + 257, 6) === 'ustar' && bytes[at + 263] === 0x30
  const prefix = isUstar ? string(bytes, at + 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** The sum of all bytes, with the checksum's own eight taken as spaces; old writers summed signed bytes. */
function hasItsSum(bytes: Uint8Array, at: number): boolean {
  const written = number(bytes, at + 148, 8)
  const unsigned = sum(bytes, at, block) - sum(bytes, at + 148, 8) + 8 * 0x20
  if (written === unsigned) return true
  return written === unsigned - 256 * (highBytes(bytes, at, block) - highBytes(bytes, at + 148, 8))
}

function sum(bytes: Uint8Array, start: number, length: number): number {
  let total = 0
  for (let index = start; index < start + length; index++) total += bytes[index]!
  return total
}

function highBytes(bytes: Uint8Array, start: number, length: number): number {
  let count = 0
  for (let index = start; index < start + length; index++) count += bytes[index]! >> 7
  return count
}

/** Octal digits between spaces, up to a NUL, or base-256 when the first bit is set; NaN when it is neither. */
function number(bytes: Uint8Array, start: number, length: number): number {
  if ((bytes[start]! & 0x80) !== 0) return base256(bytes, start, length)
  let at = start
  let end = start
  while (end < start + length && bytes[end] !== 0) end++
  while (at < end && isSpace(bytes[at]!)) at++
  while (end > at && isSpace(bytes[end - 1]!)) end--
  let value = 0
  for (; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 7) return Number.NaN
    value = value * 8 + digit
  }
  return value
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

function base256(bytes: Uint8Array, start: number, length: number): number {
  if ((bytes[start]! & 0x40) !== 0) return Number.NaN // negative
  let value = bytes[start]! & 0x3f
  for (let index = start + 1; index < start + length; index++) value = value * 256 + bytes[index]!
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
  let end = start
  let ascii = true
  for (; end < start + length && bytes[end] !== 0; end++) if (bytes[end]! > 127) ascii = false
  if (end === start) return ''
  const field = bytes.subarray(start, end)
  // Several times as quick for names, which nearly always are.
  return ascii && field.length <= 256
    ? String.fromCharCode.apply(undefined, field as unknown as number[])
    : decoder.decode(field)
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
