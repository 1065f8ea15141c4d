// What lies in a Java archive, told by the names of its entries.

import type { Passes, Zip, ZipEntry } from '../../lib/zip.ts'
import type { Scan } from '../../model/scan.ts'
import { Classes } from './classes.ts'
import { archivePath } from './extensions.ts'
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

/** One pass over the names of all entries. `count` is called for each, and may throw `ZipError`. */
export function contentsOf(zip: Zip, path: string, scan: Scan, count: () => void): ArchiveContents {
  const classes = new Classes()
  const seen: Omit<ArchiveContents, 'isApplication'> = {
    properties: new Map(),
    poms: new Map(),
    nested: [],
    folders: classes.folders,
    marked: classes.marked,
    isRuntime: /\/(?:java|jdk)\.[\w.]+\.jmod$/.test(`/${path}`),
  }
  try {
    const passes: Passes = (directory, start, end) => {
      count()
      return classes.take(directory, start, end)
    }
    for (const entry of zip.entries(passes)) note(entry, seen)
  } catch (error) {
    scan.gap(`${reasonOf(error)}; what follows was not read`, { path })
  }
  classes.end()
  return { ...seen, isApplication: classes.areOfAnApplication }
}

function note(entry: ZipEntry, seen: Omit<ArchiveContents, 'isApplication'>): void {
  const { path } = entry
  if (archivePath.test(path)) seen.nested.push(entry)
  else if (path.toUpperCase() === 'META-INF/MANIFEST.MF') seen.manifest ??= entry
  else {
    const [, which, kind] = path.includes('META-INF/maven/') ? (maven.exec(path) ?? []) : []
    if (which !== undefined) (kind === 'xml' ? seen.poms : seen.properties).set(which, entry)
  }
}
