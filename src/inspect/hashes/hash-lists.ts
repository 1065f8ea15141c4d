// Lists of the hashes of known malware that somebody gave, as one table for each kind of hash.

import { createHash, type Hash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Gap } from '../../model/scan.ts'
import { columnsIn, hashIn, type HashColumns } from './hash-line.ts'
import { HashTableBuilder, type HashTable } from './hash-table.ts'

export const algorithms = { sha256: 32, sha1: 20, md5: 16 } as const
export type Algorithm = keyof typeof algorithms

/** Plain data; threads share its memory. */
export interface HashLists {
  tables: { algorithm: Algorithm; table: HashTable }[]
  files: { path: string; columns?: HashColumns }[]
  /** Of what they hold. */
  key: string
  /** Lines that hold no hash. */
  gaps: Gap[]
}

/** 10 million SHA-256 take 400 MB, twice as much while they are sorted. */
const mostHashes = 10_000_000
const mostFiles = 1000
const longestLine = 64 * 1024
/** Lines of one file that are named. */
const namedLines = 5
/** A note is the number of the file times this, and the place of the line in it. */
const fileUnit = 2 ** 40

/** Throws with the path when one cannot be read, or holds no hash. */
export async function loadHashLists(paths: readonly string[], limit = mostHashes): Promise<HashLists> {
  if (paths.length > mostFiles) throw new Error(`more than ${mostFiles} lists of hashes were given`)
  const builders = new Map(
    Object.entries(algorithms).map(([, width]) => [width as number, new HashTableBuilder(width)]),
  )
  const key = createHash('sha256')
  const lists: HashLists = { tables: [], files: [], key: '', gaps: [] }
  let left = limit
  for (const [number, path] of paths.entries()) {
    const list = new ListReader(path, number * fileUnit, builders, left)
    await list.read(key)
    if (list.count === 0)
      throw new Error(`${path}: holds no hash: give one SHA-256, SHA-1 or MD5 a line, or a CSV with a column sha256`)
    left -= list.count
    lists.files.push({ path, ...(list.columns ? { columns: list.columns } : {}) })
    lists.gaps.push(...list.gaps())
  }
  for (const [algorithm, width] of Object.entries(algorithms) as [Algorithm, number][]) {
    const builder = builders.get(width)!
    if (builder.count > 0) lists.tables.push({ algorithm, table: builder.build() })
  }
  return { ...lists, key: key.digest('hex') }
}

/** Name of a hash and the list that has it, read again from the line that a note tells. */
export async function nameAt(lists: HashLists, note: number): Promise<{ list: string; name?: string }> {
  const { path, columns, line } = await lineAt(lists, note)
  const name = hashIn(line.trim(), columns)?.name
  return { list: basename(path), ...(name === undefined ? {} : { name }) }
}

/** The line that a note tells, its first 4,096 bytes; empty when the list is no longer there. */
export async function lineAt(lists: HashLists, note: number): Promise<HashLists['files'][number] & { line: string }> {
  const file = lists.files[Math.floor(note / fileUnit)]!
  let handle: FileHandle | undefined
  try {
    handle = await open(file.path, 'r')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, note % fileUnit)
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/, 1)
    return { ...file, line }
  } catch {
    return { ...file, line: '' } // it was there when it was loaded: what is found counts without its name
  } finally {
    await handle?.close()
  }
}

class ListReader {
  #path: string
  #note: number
  #builders: ReadonlyMap<number, HashTableBuilder>
  #left: number
  #line = 0
  #bad = 0
  #badLines: number[] = []
  count = 0
  columns: HashColumns | undefined

  constructor(path: string, note: number, builders: ReadonlyMap<number, HashTableBuilder>, left: number) {
    this.#path = path
    this.#note = note
    this.#builders = builders
    this.#left = left
  }

  async read(key: Hash): Promise<void> {
    const handle = await open(this.#path, 'r').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${this.#path}: could not be read (${error.code})`, { cause: error })
    })
    try {
      let carry = Buffer.alloc(0)
      let offset = 0
      for await (const piece of handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 })) {
        key.update(piece as Buffer)
        const bytes = Buffer.concat([carry, piece as Buffer])
        let start = 0
        for (let feed = bytes.indexOf(0x0a); feed >= 0; feed = bytes.indexOf(0x0a, start)) {
          this.#take(bytes, start, feed, offset + start)
          start = feed + 1
        }
        offset += start
        carry = bytes.subarray(start)
        if (carry.length > longestLine)
          throw new Error(`${this.#path}:${this.#line + 1}: the line is too long for a list of hashes`)
      }
      if (carry.length > 0) this.#take(carry, 0, carry.length, offset)
      key.update(`\n${this.#path.length}\n`)
    } finally {
      await handle.close()
    }
  }

  gaps(): Gap[] {
    if (this.#bad === 0) return []
    const which = `${this.#badLines.join(', ')}${this.#bad > namedLines ? ', …' : ''}`
    const why = `${this.#bad} lines of the list of hashes hold none: line ${which}`
    return [{ why, place: { path: this.#path, line: this.#badLines[0]! } }]
  }

  #take(bytes: Buffer, start: number, end: number, offset: number): void {
    this.#line++
    if (!this.columns && this.#takeDigits(bytes, start, end, offset)) return
    const line = bytes
      .toString('utf8', start, end)
      .replace(/^\uFEFF/, '')
      .trim()
    const isComment = /^(?:#|;|\/\/)/.test(line)
    if (line === '') return
    if (!this.columns && (this.count === 0 || isComment)) {
      this.columns = columnsIn(line)
      if (this.columns) return
    }
    if (isComment) return
    const hash = hashIn(line, this.columns)?.hash
    if (!hash) {
      if (++this.#bad <= namedLines) this.#badLines.push(this.#line)
      return
    }
    this.#counted()
    this.#builders.get(hash.length)!.add(hash, this.#note + offset)
  }
  /** The usual line, ten times as fast. */
  #takeDigits(bytes: Buffer, start: number, end: number, offset: number): boolean {
    for (const [width, builder] of this.#builders) {
      const after = start + width * 2
      if (after > end || (after < end && bytes[after]! > 0x20)) continue
      if (!builder.addHex(bytes.toString('latin1', start, after), this.#note + offset)) return false
      this.#counted()
      return true
    }
    return false
  }

  #counted(): void {
    if (++this.count > this.#left) throw new Error(`${this.#path}: more hashes than are held (${this.#left} were left)`)
  }
}
