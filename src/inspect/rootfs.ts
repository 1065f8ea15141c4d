// A root file system that lies in a folder, or this machine itself: wanted files are read where they are. Symbolic
// links are followed as inside a container, so that none leads out of the root; nothing else is followed.

import { lstat, statfs } from 'node:fs/promises'
import { FileUnreadable, folderEntries, openPlainFile, readPart, readWhole, resolveInside } from '../io/files.ts'
import { GlobIndex } from '../lib/glob.ts'
import { platformFiles } from '../lib/platform-programs.ts'
import type { ImageContents } from '../model/image.ts'
import type { Distribution, Package } from '../model/package.ts'
import type { Gap, Scan } from '../model/scan.ts'
import type { WantedContent } from './content-scanner.ts'
import { ContentSearch } from './content-search.ts'
import { distributionOf, ofDistribution, releaseFiles, windowsNotRead } from './distribution.ts'
import { ExecutableCapture, mayBeExecutable } from './executable-capture.ts'
import { extractFile } from './extract.ts'
import type { Extractor } from './extractor.ts'
import { executableExtractors, languageExtractors, osExtractors, watchedIn } from './extractors.ts'
import { gapList } from './gaps.ts'
import { givenGaps } from './content-scanner.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { fileListGlobs, ownedAmong, type Owner } from './ownership.ts'
import { withLicences } from './licences.ts'
import { fileOf, reconcile } from './reconcile.ts'
import { isPlatformFile } from './programs/known.ts'
import { readFrom } from './spooled-file.ts'
import { reasonOf } from './unreadable.ts'

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
  return {
    ...(distribution ? { distribution } : {}),
    packages: withLicences(
      reconcile(ofDistribution(reading.packages.toSorted(byPath), distribution), await ownersIn(reading)),
    ),
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

interface Reading {
  root: string
  scan: Scan
  limits: Limits
  /** Real paths of what was read by its fixed place: two names of one database are one database. */
  seen: Set<string>
  packages: Package[]
  contents: ContentSearch | undefined
  /** Of the extractors. */
  memory: Map<string, unknown>
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

/** A disk of Windows, as mounted, or a layer of its images. */
async function isWindows({ root }: Reading): Promise<boolean> {
  for (const folder of ['Windows/System32', 'Files/Windows/System32']) {
    if (await resolveInside(root, folder).catch(() => undefined)) return true
  }
  return false
}

/** Paths that are there for a glob that has no `**`. */
async function* expanded(glob: string, reading: Reading, above = ''): AsyncGenerator<string> {
  const star = glob.indexOf('*')
  if (star < 0) return yield above + glob
  const slash = glob.lastIndexOf('/', star)
  const folder = above + glob.slice(0, Math.max(0, slash))
  const [pattern = '', ...rest] = glob.slice(slash + 1).split('/')
  const names = new GlobIndex([[pattern, true]])
  for (const name of await namesIn(folder, reading)) {
    if (names.match(name).length === 0) continue
    const path = folder === '' ? name : `${folder}/${name}`
    if (rest.length === 0) yield path
    else yield* expanded(rest.join('/'), reading, `${path}/`)
  }
}

async function namesIn(folder: string, { root, scan, limits }: Reading): Promise<string[]> {
  const names: string[] = []
  try {
    const real = await resolveInside(root, folder)
    if (real === undefined) return []
    for await (const { name } of folderEntries(`${root}/${real}`)) {
      if (names.push(name) >= limits.entries) {
        scan.gap(`has more than ${limits.entries} entries`, { path: folder })
        break
      }
    }
  } catch (error) {
    scan.gap(reasonOf(error), { path: folder })
  }
  return names.toSorted()
}

/** `real`: where the path leads, undefined when nothing is to be read there. */
async function extractFrom(
  path: string,
  real: string | undefined,
  extractors: readonly Extractor[],
  reading: Reading,
): Promise<void> {
  const { scan, limits, packages, memory } = reading
  scan.signal.throwIfAborted()
  if (extractors.every(({ inParts }) => inParts)) return extractInParts(path, real, extractors, reading)
  const contents = await contentsOf(path, real, reading)
  if (!contents) return
  for (const extractor of extractors) {
    for (const found of await extractFile(extractor, { path, contents, memory }, scan, limits)) packages.push(found)
  }
}

/** Read where it lies, so that its size costs no memory. */
async function extractInParts(
  path: string,
  real: string | undefined,
  extractors: readonly Extractor[],
  { root, scan, limits, packages, memory }: Reading,
): Promise<void> {
  if (real === undefined) return
  const opened = await openPlainFile(`${root}/${real}`).catch(
    (error: unknown) => void scan.gap(reasonOf(error), { path }),
  )
  if (!opened) return
  const { handle, size } = opened
  try {
    if (size > limits.archive) return scan.gap(`is larger than ${limits.archive} bytes`, { path })
    const stored = { read: (offset: number, length: number) => readFrom(handle.fd, offset, length) }
    for (const extractor of extractors) {
      const contents = { size, parts: [], stored }
      for (const found of await extractFile(extractor, { path, contents, memory }, scan, limits)) packages.push(found)
    }
  } finally {
    await handle.close()
  }
}

/** Undefined when nothing is there, or it was read under another name; a loop or a closed folder is a gap. */
async function throughLinks(path: string, { root, scan, seen }: Reading): Promise<string | undefined> {
  try {
    const real = await resolveInside(root, path)
    if (real === undefined || seen.has(real)) return undefined
    seen.add(real)
    return real
  } catch (error) {
    return void scan.gap(reasonOf(error), { path })
  }
}

/** Undefined when it cannot be read, which is a gap. */
async function contentsOf(
  path: string,
  real: string | undefined,
  { root, scan, limits }: Reading,
): Promise<Buffer | undefined> {
  if (real === undefined) return undefined
  try {
    const { handle } = await openPlainFile(`${root}/${real}`)
    try {
      const contents = await readWhole(readPart(handle), limits.wantedFile)
      if (contents === undefined) scan.gap(`is larger than ${limits.wantedFile} bytes`, { path })
      return contents
    } finally {
      await handle.close()
    }
  } catch (error) {
    return void scan.gap(reasonOf(error), { path })
  }
}

/** Every folder once. Memory: the folders that are still to be entered, and the wanted paths of one folder. */
async function walk(reading: Reading): Promise<void> {
  const { root, scan, limits } = reading
  const wanted = new GlobIndex(languageExtractors.flatMap((one) => one.files.map((glob) => [glob, one] as const)))
  const folders = ['']
  const device = await deviceOf(`${root}/`)
  let entries = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    scan.signal.throwIfAborted()
    if (!(await isEntered(folder, device, reading))) continue
    try {
      for await (const { name, kind } of folderEntries(`${root}/${folder}`)) {
        if (++entries > limits.entries)
          return scan.gap(`the walk ended after ${limits.entries} entries`, { path: folder })
        const path = folder === '' ? name : `${folder}/${name}`
        if (kind === 'folder') folders.push(path)
        else if (kind === 'file') {
          const extractors = wanted.match(path)
          if (extractors.length > 0) await extractFrom(path, path, extractors, reading)
          else if (!namedLikeData.test(name)) await extractExecutable(path, reading)
          if (reading.contents) await searchContents(path, reading.contents, reading)
        }
      }
    } catch (error) {
      scan.signal.throwIfAborted()
      if (!(error instanceof FileUnreadable)) throw error
      scan.gap(error.message, { path: folder })
    }
  }
}

/** Where machines have kubelet, runc and their like; each file once, whatever links lead to it. */
async function readPlatformPrograms(reading: Reading): Promise<void> {
  const read = new Set<string>()
  for (const folder of programFolders) {
    for (const name of await namesIn(folder, reading)) {
      if (!platformFiles.has(name) && !isPlatformFile(name)) continue
      const path = `${folder}/${name}`
      const real = await resolveInside(reading.root, path).catch((error: unknown) => {
        reading.scan.gap(reasonOf(error), { path })
      })
      if (real === undefined || read.has(real)) continue
      read.add(real)
      await extractExecutable(real, reading)
    }
  }
}

/** Of packages, of what is installed by hand, and of systems whose /usr cannot be written to. */
const programFolders = [
  'usr/bin',
  'usr/sbin',
  'usr/lib',
  'usr/libexec',
  'usr/local/bin',
  'usr/local/sbin',
  'usr/local/lib',
  'opt/bin',
  'home/kubernetes/bin',
]

/** Saves looking at files that are never executables. */
const namedLikeData =
  /\.(?:c|cc|class|conf|cpp|css|d|gif|go|gz|h|hpp|html?|jar|jpe?g|js|json|list|lua|map|md|md5sums|mjs|mo|p[lmoy]|png|pyc|pyi|rb|rs|rst|sh|svg|tcl|toml|ts|txt|xml|xz|ya?ml|zip)$/i

async function extractExecutable(path: string, { root, scan, limits, packages, memory }: Reading): Promise<void> {
  let capture: ExecutableCapture | undefined
  try {
    const { handle, size, mode } = await openPlainFile(`${root}/${path}`)
    try {
      if (size === 0 || !mayBeExecutable(path, mode)) return
      capture = new ExecutableCapture(path, size, limits, watchedIn(path))
      for await (const piece of readPart(handle, 0, size)) if (!capture.push(piece)) return
    } finally {
      await handle.close()
    }
    const contents = capture.finish()
    if (!contents) return
    for (const extractor of executableExtractors) {
      for (const found of await extractFile(extractor, { path, contents, memory }, scan, limits)) packages.push(found)
    }
  } catch (error) {
    scan.signal.throwIfAborted()
    scan.gap(reasonOf(error), { path })
  } finally {
    capture?.close()
  }
}

async function searchContents(path: string, contents: ContentSearch, { root }: Reading): Promise<void> {
  try {
    const { handle, size } = await openPlainFile(`${root}/${path}`)
    const search = contents.file(path, size)
    try {
      if (search) for await (const piece of readPart(handle, 0, size)) search.push(piece)
      search?.end()
    } catch (error) {
      search?.close()
      throw error
    } finally {
      await handle.close()
    }
    await contents.searchWaiting()
  } catch (error) {
    contents.passOver(path, `was not searched: ${reasonOf(error)}`)
  }
}

/** Too deep is a gap; the kernel's own file systems (/proc, /sys) hold no packages. */
async function isEntered(
  folder: string,
  device: number | undefined,
  { root, scan, limits }: Reading,
): Promise<boolean> {
  if (folder.length > limits.path || folder.split('/').length > limits.depth) {
    scan.gap(`lies deeper than ${limits.depth} folders or ${limits.path} characters`, { path: folder.slice(0, 100) })
    return false
  }
  const own = await deviceOf(`${root}/${folder}`)
  if (own === undefined || own === device) return true
  const { type } = await statfs(`${root}/${folder}`).catch(() => ({ type: 0 }))
  return !kernelFileSystems.has(type)
}

async function deviceOf(path: string): Promise<number | undefined> {
  return (await lstat(path).catch(() => undefined))?.dev
}

/** proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, bpf: linux/magic.h. */
const kernelFileSystems = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0xcafe4a11,
])
