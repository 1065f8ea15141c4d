// What every extractor needs and none can forget: limits, the deadline, the place of what it tells, and exceptions that
// become gaps.

import { parseExecutable } from '../lib/executable.ts'
import type { Executable } from '../lib/executable-format.ts'
import type { Package } from '../model/package.ts'
import type { Scan } from '../model/scan.ts'
import type { Extractor, ImageFile } from './extractor.ts'
import { at } from './gaps.ts'
import { isWhole, readKept, wholeFile, type KeptFile } from './kept-file.ts'
import type { Limits } from './limits.ts'
import type { HashLists } from './hashes/hash-lists.ts'
import { reasonOf } from './unreadable.ts'

export interface WantedFile {
  path: string
  contents: Uint8Array | KeptFile
  /** See `ImageFile`; of this file alone where it is absent. */
  memory?: Map<string, unknown>
  javaArchives?: HashLists | undefined
}

/** Packages of one file, without layer. Rejects only when the whole scan is aborted. */
export async function extractFile(
  extractor: Extractor,
  file: WantedFile,
  scan: Scan,
  limits: Limits,
): Promise<Package[]> {
  const { path, contents } = file
  const packages: Package[] = []
  const placed = at(scan, { path })
  const clock = deadline(limits.extractTime, scan.signal)
  const kept = contents instanceof Uint8Array ? wholeFile(contents) : contents
  const take = (found: Package): boolean => {
    clock()
    if (!isNamed(found)) {
      const { line } = found.place
      placed.gap('lists a package without a name or a version', line === undefined ? {} : { line })
      return true
    }
    if (packages.length < limits.packagesPerFile) return packages.push(found) > 0
    placed.gap(`lists more than ${limits.packagesPerFile} packages`)
    return false
  }
  try {
    const all = extractor.extract(imageFile(file, kept, placed, clock, limits), placed)
    // Waiting for what is there already would take longer than most files do.
    if (Symbol.iterator in all) {
      for (const found of all) if (!take(found)) break
    } else {
      for await (const found of all) if (!take(found)) break
    }
  } catch (error) {
    scan.signal.throwIfAborted()
    placed.gap(`could not be read as ${extractor.id}: ${reasonOf(error)}`)
  }
  return packages
}

const executables = new WeakMap<KeptFile, Executable | undefined>()

/** Fields that are there may be empty, or hold nothing but what a purl leaves out. */
function isNamed({ name, version, purl }: Package): boolean {
  return name.trim() !== '' && version.trim() !== '' && !purl.includes('/@')
}

function imageFile(
  { path, memory = new Map(), javaArchives }: WantedFile,
  kept: KeptFile,
  scan: Scan,
  clock: () => void,
  limits: Limits,
): ImageFile {
  const whole = (): Buffer => {
    if (!isWhole(kept)) throw new Error(`it is larger than ${limits.executable} bytes, and only parts of it were kept`)
    const { buffer, byteOffset, byteLength } = kept.parts[0]!.bytes
    return Buffer.from(buffer, byteOffset, byteLength)
  }
  const readAt = (offset: number, length: number): Uint8Array => readKept(kept, offset, length)
  return {
    path,
    size: kept.size,
    bytes: async () => whole(),
    text: async () => withoutMark(asUtf8(whole()).toString('utf8')),
    lines: () => linesOf(asUtf8(whole()), scan, clock, limits.line),
    read: readAt,
    get executable() {
      if (!executables.has(kept)) executables.set(kept, parseExecutable(readAt))
      return executables.get(kept)
    },
    memory,
    parts: kept.parts,
    ahead: kept.ahead,
    javaArchives,
  }
}

function* linesOf(bytes: Buffer, scan: Scan, clock: () => void, limit: number): Generator<string> {
  let number = 0
  for (let start = 0; start < bytes.length;) {
    if (++number % 1024 === 0) clock()
    const feed = bytes.indexOf(0x0a, start)
    const end = feed < 0 ? bytes.length : feed
    if (end - start > limit)
      return scan.gap(`a line is longer than ${limit} bytes; the rest was not read`, { line: number })
    const line = bytes.toString('utf8', start, bytes[end - 1] === 0x0d && end > start ? end - 1 : end)
    yield number === 1 ? withoutMark(line) : line
    start = end + 1
  }
}

/** What begins with the mark of UTF-16 is in it: PowerShell writes so, and pip and every reader of XML know it. */
function asUtf8(bytes: Buffer): Buffer {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE()
  if (mark !== 0xfffe && mark !== 0xfeff) return bytes
  return Buffer.from(new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be').decode(bytes))
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** Throws when the scan is aborted, or when the file has taken too long. */
function deadline(milliseconds: number, signal: AbortSignal): () => void {
  const end = performance.now() + milliseconds
  return () => {
    signal.throwIfAborted()
    if (performance.now() > end) throw new Error(`it took longer than ${milliseconds / 1000} s`)
  }
}
