// The classes of an archive: in which folders they lie, and those that tell an artifact. There may be a hundred thousand, so
// that a name becomes a text only where something depends on it.

import { utf8Of } from '../../lib/utf8.ts'
import { markedBy, markerNames } from './identify.ts'

const ending = Buffer.from('.class')
const slash = 0x2f
const ofApplications = /^(?:(?:BOOT-INF|WEB-INF)\/)?classes\//
/** Folders of classes that are remembered to tell where most lie. */
const enoughFolders = 10_000

/** By length and first byte: nearly no other name has both of a marker. */
const kindsOfMarkers = new Set([...markerNames].map((name) => kindOf(name.length, name.charCodeAt(0))))

function kindOf(length: number, first: number): number {
  return length * 256 + first
}

export class Classes {
  /** How many lie in each folder, without what applications put in front. */
  readonly folders = new Map<string, number>()
  readonly marked = new Map<string, { group: string; artifact: string }>()
  /** Packed to be run, not to be depended on. */
  areOfAnApplication = false
  /** Those of one folder come together: most cost a comparison of bytes. `folder`: undefined where they do not count. */
  #last: { bytes: Uint8Array; folder: string | undefined; count: number } | undefined

  /** Whether the name is one of a class. */
  take(names: Uint8Array, start: number, end: number): boolean {
    if (!isClass(names, start, end)) return false
    let name = end - ending.length
    while (name > start && names[name - 1] !== slash) name--
    if (kindsOfMarkers.has(kindOf(end - name, names[name]!))) this.#mark(utf8Of(names, start, end))
    const folder = Math.max(start, name - 1)
    if (this.#last && isSame(this.#last.bytes, names, start, folder)) this.#last.count++
    else this.#enter(names.subarray(start, folder))
    return true
  }

  /** After the last. */
  end(): void {
    const { folder, count } = this.#last ?? { folder: undefined, count: 0 }
    this.#last = undefined
    if (folder === undefined) return
    const before = this.folders.get(folder) ?? 0
    if (before > 0 || this.folders.size < enoughFolders) this.folders.set(folder, before + count)
  }

  #mark(path: string): void {
    const mark = markedBy(path)
    if (mark) this.marked.set(`${mark.group}:${mark.artifact}`, mark)
  }

  #enter(bytes: Uint8Array): void {
    this.end()
    const path = utf8Of(bytes, 0, bytes.length)
    // For one version of Java: the same classes again.
    const isCounted = path !== 'META-INF' && !path.startsWith('META-INF/')
    const front = ofApplications.exec(`${path}/`)?.[0] ?? ''
    if (isCounted && front.length > 'classes/'.length) this.areOfAnApplication = true
    this.#last = { bytes, folder: isCounted ? path.slice(front.length) : undefined, count: 1 }
  }
}

function isClass(names: Uint8Array, start: number, end: number): boolean {
  const from = end - ending.length
  if (from < start) return false
  for (let at = 0; at < ending.length; at++) if (names[from + at] !== ending[at]) return false
  return true
}

function isSame(folder: Uint8Array, names: Uint8Array, start: number, end: number): boolean {
  if (folder.length !== end - start) return false
  // From the end, where folders differ.
  for (let at = folder.length - 1; at >= 0; at--) if (folder[at] !== names[start + at]) return false
  return true
}
