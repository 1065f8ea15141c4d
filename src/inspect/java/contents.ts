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
/** Folders of classes that are remembered to tell where most lie. */
const enoughFolders = 10_000

/** One pass over the names of all entries. `count` is called for each, and may throw `ZipError`. */
export function contentsOf(zip: Zip, path: string, scan: Scan, count: () => void): ArchiveContents {
  const seen: ArchiveContents = {
    properties: new Map(),
    poms: new Map(),
    nested: [],
    folders: new Map(),
    marked: new Map(),
    isRuntime: /\/(?:java|jdk)\.[\w.]+\.jmod$/.test(`/${path}`),
    isApplication: false,
  }
  try {
    for (const entry of zip.entries()) {
      count()
      note(entry, seen)
    }
  } catch (error) {
    scan.gap(`${reasonOf(error)}; what follows was not read`, { path })
  }
  return seen
}

function note(entry: ZipEntry, seen: ArchiveContents): void {
  const { path } = entry
  if (path.endsWith('.class')) return noteClass(path, seen)
  if (archivePath.test(path)) seen.nested.push(entry)
  else if (path.toUpperCase() === 'META-INF/MANIFEST.MF') seen.manifest ??= entry
  else {
    const [, which, kind] = path.includes('META-INF/maven/') ? (maven.exec(path) ?? []) : []
    if (which !== undefined) (kind === 'xml' ? seen.poms : seen.properties).set(which, entry)
  }
}

function noteClass(path: string, seen: ArchiveContents): void {
  const { folders, marked } = seen
  const mark = markedBy(path)
  if (mark) marked.set(`${mark.group}:${mark.artifact}`, mark)
  if (path.startsWith('META-INF/')) return // for one version of Java: the same classes again
  const classes = /^(?:(?:BOOT-INF|WEB-INF)\/)?classes\//.exec(path)?.[0] ?? ''
  if (classes.length > 'classes/'.length) seen.isApplication = true
  const folder = path.slice(classes.length, Math.max(classes.length, path.lastIndexOf('/')))
  const count = folders.get(folder) ?? 0
  if (count > 0 || folders.size < enoughFolders) folders.set(folder, count + 1)
}
