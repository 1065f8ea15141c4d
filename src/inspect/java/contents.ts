// What lies in a Java archive, told by the names of its entries.

import type { Zip, ZipEntry } from '../../lib/zip.ts'
import type { Scan } from '../../model/scan.ts'
import { archivePath } from './extensions.ts'
import { markedBy } from './identify.ts'
import { reasonOf } from './reason.ts'

export interface ArchiveContents {
  manifest?: ZipEntry
  /** By GROUP/ARTIFACT. */
  properties: Map<string, ZipEntry>
  poms: Map<string, ZipEntry>
  nested: ZipEntry[]
  folders: Map<string, number>
  marked: Map<string, { group: string; artifact: string }>
  /** A part of Java itself. */
  isRuntime: boolean
  /** Packed to be run, not to be depended on. */
  isApplication: boolean
}

const maven = /^(?:(?:BOOT-INF|WEB-INF)\/classes\/|classes\/)?META-INF\/maven\/([^/]+\/[^/]+)\/pom\.(properties|xml)$/
const ofApplications = /^(?:(?:BOOT-INF|WEB-INF)\/)?classes\//
/** Folders of classes that are remembered to tell where most lie. */
const enoughFolders = 10_000

/** One pass over the names of all entries. `count` is called for each, and may throw `ZipError`. */
export function contentsOf(zip: Zip, path: string, scan: Scan, count: () => void): ArchiveContents {
  const folders = new ClassFolders()
  const seen: ArchiveContents = {
    properties: new Map(),
    poms: new Map(),
    nested: [],
    folders: folders.counts,
    marked: new Map(),
    isRuntime: /\/(?:java|jdk)\.[\w.]+\.jmod$/.test(`/${path}`),
    isApplication: false,
  }
  try {
    for (const entry of zip.entries()) {
      count()
      note(entry, seen, folders)
    }
  } catch (error) {
    scan.gap(`${reasonOf(error)}; what follows was not read`, { path })
  }
  folders.end()
  return seen
}

function note(entry: ZipEntry, seen: ArchiveContents, folders: ClassFolders): void {
  const { path } = entry
  if (path.endsWith('.class')) return noteClass(path, seen, folders)
  if (archivePath.test(path)) seen.nested.push(entry)
  else if (path.toUpperCase() === 'META-INF/MANIFEST.MF') seen.manifest ??= entry
  else {
    const [, which, kind] = path.includes('META-INF/maven/') ? (maven.exec(path) ?? []) : []
    if (which !== undefined) (kind === 'xml' ? seen.poms : seen.properties).set(which, entry)
  }
}

function noteClass(path: string, seen: ArchiveContents, folders: ClassFolders): void {
  const mark = markedBy(path)
  if (mark) seen.marked.set(`${mark.group}:${mark.artifact}`, mark)
  if (folders.add(path)) seen.isApplication = true
}

/** How many classes lie in each folder. Those of one folder come together: most cost no more than a comparison. */
class ClassFolders {
  readonly counts = new Map<string, number>()
  /** `folder`: without what applications put in front; undefined where classes do not count. */
  #last: { path: string; folder: string | undefined; classes: number } | undefined

  /** Whether it is the first class of a folder of an application's own. */
  add(path: string): boolean {
    const end = Math.max(0, path.lastIndexOf('/'))
    if (this.#last?.path.length === end && path.startsWith(this.#last.path)) {
      this.#last.classes++
      return false
    }
    this.end()
    // For one version of Java: the same classes again.
    const front = path.startsWith('META-INF/') ? undefined : (ofApplications.exec(path)?.[0] ?? '')
    const folder = front === undefined ? undefined : path.slice(front.length, Math.max(front.length, end))
    this.#last = { path: path.slice(0, end), folder, classes: 1 }
    return front !== undefined && front.length > 'classes/'.length
  }

  end(): void {
    const { folder, classes } = this.#last ?? { folder: undefined, classes: 0 }
    this.#last = undefined
    if (folder === undefined) return
    const count = this.counts.get(folder) ?? 0
    if (count > 0 || this.counts.size < enoughFolders) this.counts.set(folder, count + classes)
  }
}
