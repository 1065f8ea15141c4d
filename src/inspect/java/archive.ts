// The packages of a Java archive and of the archives inside it, at any depth within the limits.
//
// What Maven packs with an artifact names it exactly: META-INF/maven/GROUP/ARTIFACT/pom.properties. Several of them mean that
// others were merged in ("shaded"): each is listed. Without any, the manifest, the file name and the classes tell.
// A place names the way in: `app.jar!/BOOT-INF/lib/log4j-core-2.14.1.jar`.

import { setImmediate } from 'node:timers/promises'
import { giveBack } from '../../io/give-back.ts'
import { purl } from '../../lib/purl.ts'
import { bytesSource, openZip, stored, ZipError, type ByteSource, type Zip, type ZipEntry } from '../../lib/zip.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { HashLists } from '../hashes/hash-lists.ts'
import { heldAt, largestDirectoryAt, longestInnerPath } from '../nested-archives.ts'
import { toldAgain } from '../recording.ts'
import { SpooledFile } from '../spooled-file.ts'
import type { UnpackingAhead } from '../unpacking-ahead.ts'
import { codec, unpackedPieces } from '../unpack.ts'
import { defaultArchiveLimits, type ArchiveLimits } from './limits.ts'
import { contentsOf, type ArchiveContents } from './contents.ts'
import { ArchiveRecording, KnownArchives } from './known-archives.ts'
import { identify, isOfJava, type Coordinates } from './identify.ts'
import { bundleLicences, manifestAttributes, properties } from './manifest.ts'
import { namedBy } from './named-archives.ts'
import { licencesOf } from './pom.ts'
import { reasonOf } from './reason.ts'

/** What was spent on one file. */
interface Spent {
  limits: ArchiveLimits
  archives: number
  entries: number
  total: number
  known: KnownArchives
  named: HashLists | undefined
}

export interface ArchiveOptions {
  limits?: ArchiveLimits
  known?: KnownArchives
  /** What was unpacked of it already. */
  ahead?: UnpackingAhead | undefined
  /** Which archives have which name, by their SHA-1. */
  named?: HashLists | undefined
}

/** `path` names the archive; what cannot be read inside it is a gap with the inner path, and the rest goes on. */
export async function* archivePackages(
  source: ByteSource,
  path: string,
  scan: Scan,
  { limits = defaultArchiveLimits, known = new KnownArchives(), ahead, named }: ArchiveOptions = {},
): AsyncGenerator<Package> {
  const spent: Spent = { limits, archives: 0, entries: 0, total: 0, known, named }
  yield* readArchive({ source, path, depth: 1, ahead }, scan, spent)
}

interface Archive {
  source: ByteSource
  path: string
  /** Archives above one another down to this one. */
  depth: number
  /** For the one around it, when that is remembered. */
  recording?: ArchiveRecording
  ahead?: UnpackingAhead | undefined
}

async function* readArchive(archive: Archive, scan: Scan, spent: Spent): AsyncGenerator<Package> {
  const { source, path } = archive
  await setImmediate() // whatever else goes on, as more of a layer that comes in, has its turn
  scan.signal.throwIfAborted()
  if (++spent.archives > spent.limits.archives) {
    if (spent.archives === spent.limits.archives + 1)
      scan.gap(`more than ${spent.limits.archives} archives lie inside one another; the others were not read`, { path })
    return
  }
  const zip = await openZip(source, codec, largestDirectoryAt(archive.depth)).catch(
    (error: unknown) => void scan.gap(reasonOf(error), { path }),
  )
  if (!zip) return
  const reading: Reading = { zip, source, path, scan, spent }
  const seen = contentsOf(zip, path, scan, () => countEntry(spent))
  yield* packagesOf(seen, reading)
  let left = source.size
  for (const entry of seen.nested) {
    left -= entry.packedSize
    // Honest entries lie behind one another; those that share their bytes could be read for ever.
    if (left < 0) return scan.gap('has entries that overlap; the archives in it were not all read', { path })
    yield* readNested(entry, archive, reading)
  }
}

interface Reading {
  zip: Zip
  source: ByteSource
  path: string
  scan: Scan
  spent: Spent
}

async function* packagesOf(seen: ArchiveContents, reading: Reading): AsyncGenerator<Package> {
  const { path, scan } = reading
  const listed = new Set<string>()
  const manifest = manifestAttributes((await textOf(seen.manifest, reading)) ?? '')
  const bundleLicence = bundleLicences(manifest.get('bundle-license'))
  for (const [which, entry] of seen.properties) {
    const found = await fromProperties(which, entry, reading)
    if (!found) continue
    const pom = await textOf(seen.poms.get(which), reading)
    const licence =
      (pom === undefined ? undefined : licencesOf(pom)) ?? (seen.properties.size === 1 ? bundleLicence : undefined)
    listed.add(`${found.group}:${found.artifact}`)
    yield toPackage(found, path, licence)
  }
  // Most name themselves, which costs less than hashing them.
  const named = listed.size === 0 && !seen.isRuntime ? await givenName(reading) : undefined
  const own = named ?? ownCoordinates(seen, manifest, listed, reading)
  if (own) yield toPackage(own, path, bundleLicence)
  for (const [name] of seen.marked) {
    if (listed.has(name)) continue
    if (own && (name === `${own.group}:${own.artifact}` || isRelocatedTwin(name, own))) continue
    scan.gap(`holds classes of ${name}, and nothing tells their version`, { path })
  }
}

/** An artifact that repackages another under its own version: log4j-core inside a bundle of the same project. */
function isRelocatedTwin(name: string, { group }: Coordinates): boolean {
  return name.startsWith(`${group}:`)
}

async function fromProperties(which: string, entry: ZipEntry, reading: Reading): Promise<Coordinates | undefined> {
  const text = await textOf(entry, reading)
  if (text === undefined) return undefined
  const values = properties(text)
  const [groupFolder = '', artifactFolder = ''] = which.split('/')
  const group = literal(values.get('groupId')) ?? groupFolder
  const artifact = literal(values.get('artifactId')) ?? artifactFolder
  const version = literal(values.get('version'))
  if (version !== undefined) return { group, artifact, version }
  return void reading.scan.gap(`${entry.path} names no version`, { path: reading.path })
}

/** Undefined for what is empty or left for Maven to fill in. */
function literal(value: string | undefined): string | undefined {
  return value && !value.includes('${') ? value : undefined
}

async function givenName({ source, path, scan, spent: { named } }: Reading): Promise<Coordinates | undefined> {
  const name = named && (await namedBy(named, source))
  if (name === undefined || !('why' in name)) return name
  return void scan.gap(name.why, { path })
}

/** What the archive itself is, when no pom.properties says so. */
function ownCoordinates(
  seen: ArchiveContents,
  manifest: ReadonlyMap<string, string>,
  listed: ReadonlySet<string>,
  { path, scan }: Reading,
): Coordinates | undefined {
  const fileName = path.slice(path.lastIndexOf('/') + 1)
  // One is the archive's own, whatever the file is called; of several, the one that the file is named by.
  if (listed.size === 1 || seen.isRuntime || isOfJava(manifest)) return undefined
  if ([...listed].some((name) => fileName.startsWith(name.slice(name.indexOf(':') + 1)))) return undefined
  const marked = [...seen.marked.values()].filter(({ group, artifact }) => !listed.has(`${group}:${artifact}`))
  const identity = identify({ fileName, manifest, folders: seen.folders, marked })
  if (!identity) {
    // An application's own classes beside the archives that it carries are no package that others know.
    const isKnown = listed.size > 0 || seen.nested.length > 0 || seen.isApplication
    if (!isKnown && seen.folders.size > 0) scan.gap('holds classes, and nothing tells which package they are', { path })
    return undefined
  }
  const { group, artifact } = identity
  if (!('version' in identity)) {
    if (!seen.marked.has(`${group}:${artifact}`))
      scan.gap(`is ${group}:${artifact}, and nothing tells its version`, { path })
    return undefined
  }
  if (!identity.guessedFrom) return identity
  if (listed.size > 0 || seen.isApplication) return undefined
  const from = identity.guessedFrom === 'vendor' ? 'its vendor' : 'the folder of its classes'
  scan.gap(`names no Maven group: ${group} is ${from}, and advisories may know it by another`, { path })
  return identity
}

function toPackage({ group, artifact, version }: Coordinates, path: string, licence: string | undefined): Package {
  return {
    ecosystem: 'Maven',
    name: `${group}:${artifact}`,
    version,
    purl: purl({ type: 'maven', namespace: group, name: artifact, version }),
    ...(licence ? { licence } : {}),
    place: { path },
  }
}

async function textOf(entry: ZipEntry | undefined, { zip, path, scan, spent }: Reading): Promise<string | undefined> {
  if (!entry) return undefined
  try {
    spend(entry.size, spent)
    return Buffer.from(await zip.contents(entry, spent.limits.text)).toString('utf8')
  } catch (error) {
    return void scan.gap(reasonOf(error), { path: `${path}!/${entry.path}` })
  }
}

async function* readNested(entry: ZipEntry, around: Archive, reading: Reading): AsyncGenerator<Package> {
  const { path, scan, spent } = reading
  const { limits, known } = spent
  const inner = `${path}!/${entry.path}`
  if (inner.length > longestInnerPath) return scan.gap('holds an archive whose path is too long', { path })
  if (around.depth >= limits.depth) return scan.gap(`lies more than ${limits.depth} archives deep`, { path: inner })
  const before = known.find(entry, limits.depth - around.depth)
  if (before) {
    around.recording?.reaches(before.height + 1)
    return yield* toldAgain(before, inner, scan)
  }
  const recording = new ArchiveRecording(inner, scan)
  for await (const found of unpackedAndRead(entry, { inner, around, recording }, reading)) {
    recording.take(found)
    yield found
  }
  known.keep(entry, recording)
  around.recording?.reaches(recording.height + 1)
}

async function* unpackedAndRead(
  entry: ZipEntry,
  { inner, around, recording }: { inner: string; around: Archive; recording: ArchiveRecording },
  { zip, spent }: Reading,
): AsyncGenerator<Package> {
  const inMemory = heldAt(around.depth, spent.limits.inMemory)
  let spool: SpooledFile | undefined
  let memory: Uint8Array | undefined
  try {
    let source: ByteSource
    // As Spring Boot stores them: read in place.
    if (entry.method === stored) source = await zip.packed(entry)
    else {
      spend(entry.size, spent)
      if (Math.max(entry.size, entry.packedSize) > inMemory) {
        spool = await around.ahead?.take(entry)
        if (!spool) {
          spool = new SpooledFile()
          for await (const piece of unpackedPieces(entry, zip)) spool.push(piece)
        }
        source = spool.source()
      } else source = bytesSource((memory = await zip.contents(entry, inMemory)))
    }
    yield* readArchive({ source, path: inner, depth: around.depth + 1, recording }, recording.scan, spent)
  } catch (error) {
    recording.scan.gap(reasonOf(error), { path: inner })
  } finally {
    spool?.close()
    if (memory) giveBack(memory)
  }
}

function countEntry(spent: Spent): void {
  if (++spent.entries > spent.limits.entries)
    throw new ZipError(`has, with the archives around it, more than ${spent.limits.entries} entries`)
}

function spend(bytes: number, spent: Spent): void {
  spent.total += bytes
  if (spent.total > spent.limits.total)
    throw new ZipError(`was not unpacked: the archive around it unpacks to more than ${spent.limits.total} bytes`)
}
