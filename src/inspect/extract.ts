// What every extractor needs and none can forget: limits, the deadline, the place of what it tells, and exceptions that
// become gaps.

import type { Package } from '../model/package.ts'
import type { Scan } from '../model/scan.ts'
import type { Extractor, ImageFile } from './extractor.ts'
import { at } from './gaps.ts'
import type { Limits } from './limits.ts'
import { reasonOf } from './unreadable.ts'

export interface WantedFile {
  path: string
  contents: Uint8Array
}

/** Packages of one file, without layer. Rejects only when the whole scan is aborted. */
export async function extractFile(
  extractor: Extractor,
  { path, contents }: WantedFile,
  scan: Scan,
  limits: Limits,
): Promise<Package[]> {
  const packages: Package[] = []
  const placed = at(scan, { path })
  const clock = deadline(limits.extractTime, scan.signal)
  try {
    for await (const found of extractor.extract(imageFile(path, contents, placed, clock, limits), placed)) {
      clock()
      if (packages.length >= limits.packagesPerFile) {
        placed.gap(`lists more than ${limits.packagesPerFile} packages`)
        break
      }
      packages.push(found)
    }
  } catch (error) {
    scan.signal.throwIfAborted()
    placed.gap(`could not be read as ${extractor.id}: ${reasonOf(error)}`)
  }
  return packages
}

function imageFile(path: string, contents: Uint8Array, scan: Scan, clock: () => void, limits: Limits): ImageFile {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength)
  return {
    path,
    size: bytes.length,
    bytes: async () => bytes,
    text: async () => withoutMark(bytes.toString('utf8')),
    lines: () => linesOf(bytes, scan, clock, limits.line),
  }
}

async function* linesOf(bytes: Buffer, scan: Scan, clock: () => void, limit: number): AsyncGenerator<string> {
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
