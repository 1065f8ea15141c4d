// A root file system that lies in a folder, or this machine itself: wanted files are read where they are. Symbolic
// links are followed as inside a container, so that none leads out of the root; nothing else is followed.

import { resolveInside } from '../../io/files.ts'
import type { ImageContents } from '../../model/image.ts'
import type { Distribution, Package } from '../../model/package.ts'
import type { Gap } from '../../model/scan.ts'
import { ContentSearch } from '../content-search.ts'
import { distributionOf, noteUnlisted, ofDistribution, releaseFiles, windowsNotRead } from '../distribution.ts'
import { osExtractors } from '../extractors.ts'
import { gapList } from '../gaps.ts'
import { givenGaps, givenIn, type WantedContent } from '../content-scanner.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { fileListGlobs, ownedAmong, type Owner } from '../ownership.ts'
import { withLicences } from '../licences.ts'
import { copyrightPath, licenceOfCopyright, withCopyright } from '../debian-copyright.ts'
import { fileOf, reconcile } from '../reconcile.ts'
import { type Reading, expanded, extractFrom, throughLinks, contentsOf } from './reading.ts'
import { walk, readPlatformPrograms } from './walk.ts'

export interface RootfsOptions {
  signal: AbortSignal
  limits?: Limits
  /** Also search all files that are walked for secrets and malware. */
  content?: WantedContent
  /** `operating-system` reads only the fixed places of package databases and of platforms' programs; `all` walks the whole tree as well. */
  packageFiles: 'all' | 'operating-system'
}

export interface RootfsInspection {
  distribution?: Distribution
  packages: Package[]
  /** Secrets and malware; absent where nobody looked for them. */
  contents?: ImageContents
  gaps: Gap[]
}

/** Rejects only when aborted; what cannot be read is a gap. `root` is a folder that is there. */
export async function inspectRootfs(root: string, options: RootfsOptions): Promise<RootfsInspection> {
  const { signal, limits = defaultLimits, packageFiles, content = false } = options
  const gaps = gapList(signal, limits.gaps)
  const contents = content && packageFiles === 'all' ? new ContentSearch(signal, limits, content) : undefined
  const reading: Reading = {
    root: root === '/' ? '' : root,
    scan: gaps.scan,
    limits,
    seen: new Set(),
    packages: [],
    contents,
    memory: new Map(),
    javaArchives: givenIn(content).javaArchives,
  }
  const distribution = await readRelease(reading)
  for (const extractor of osExtractors) {
    for (const glob of extractor.files) {
      for await (const path of expanded(glob, reading)) {
        await extractFrom(path, await throughLinks(path, reading), [extractor], reading)
      }
    }
  }
  if (packageFiles === 'all') await walk(reading)
  else await readPlatformPrograms(reading)
  if (await isWindows(reading)) gaps.scan.gap(windowsNotRead)
  else if (reading.packages.length === 0) gaps.scan.gap('no package was found in a form that is read')
  const found = reconcile(ofDistribution(reading.packages.toSorted(byPath), distribution), await ownersIn(reading))
  const packages = withLicences(await withCopyrightIn(reading, found))
  if (packages.length > 0) noteUnlisted(packages, distribution, gaps.scan)
  return {
    ...(distribution ? { distribution } : {}),
    packages,
    ...(contents
      ? { contents: { found: [...contents.found.values()].flat(), gaps: [...givenGaps(content), ...contents.gaps()] } }
      : {}),
    gaps: gaps.list(),
  }
}

/** Folders are read in no order; the same tree gives the same list. */
function byPath({ place: { path: a = '' } }: Package, { place: { path: b = '' } }: Package): number {
  return a < b ? -1 : a > b ? 1 : 0
}

async function readRelease(reading: Reading): Promise<Distribution | undefined> {
  for (const path of releaseFiles) {
    const contents = await contentsOf(path, await throughLinks(path, reading), reading)
    if (contents) return distributionOf(contents.toString('utf8'), path, reading.scan)
  }
  return undefined
}

/** Of the files in which packages were found, those that the operating system's packages brought. */
async function ownersIn(reading: Reading): Promise<Map<string, Owner>> {
  const owners = new Map<string, Owner>()
  const paths = new Set(reading.packages.map(fileOf))
  // Only packages of the system: there is nothing to own.
  if (reading.packages.every(({ place: { path = '' } }) => reading.seen.has(path))) return owners
  for (const glob of fileListGlobs) {
    for await (const path of expanded(glob, reading)) {
      reading.scan.signal.throwIfAborted()
      const real = await resolveInside(reading.root, path).catch(() => undefined)
      const contents = await contentsOf(path, real, reading)
      if (!contents) continue
      for (const [found, owner] of ownedAmong(paths, { path, contents })) owners.set(found, owner)
    }
  }
  return owners
}

/** Each file once: packages of several architectures share it. */
async function withCopyrightIn(reading: Reading, packages: readonly Package[]): Promise<Package[]> {
  const licences = new Map<string, string | undefined>()
  for (const found of packages) {
    const path = copyrightPath(found)
    if (path === undefined || licences.has(path)) continue
    reading.scan.signal.throwIfAborted()
    const real = await resolveInside(reading.root, path).catch(() => undefined)
    const contents = await contentsOf(path, real, reading)
    licences.set(path, contents && licenceOfCopyright(contents))
  }
  return withCopyright(packages, (path) => licences.get(path))
}

/** A disk of Windows, as mounted, or a layer of its images. */
async function isWindows({ root }: Reading): Promise<boolean> {
  for (const folder of ['Windows/System32', 'Files/Windows/System32']) {
    if (await resolveInside(root, folder).catch(() => undefined)) return true
  }
  return false
}
