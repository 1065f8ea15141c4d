// A bill of materials instead of the bytes: CycloneDX or SPDX in JSON, told apart by what is in the document.

import { realpath } from 'node:fs/promises'
import { openPlainFile } from '../../io/files.ts'
import type { Distribution, Package } from '../../model/package.ts'
import type { Gap, Scan } from '../../model/scan.ts'
import { ofDistribution } from '../distribution.ts'
import { parseJson } from '../documents.ts'
import { gapList } from '../gaps.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { reasonOf, UnreadableTarget } from '../unreadable.ts'
import type { Bill, BillFormat } from './bill.ts'
import { headOf } from './document-head.ts'
import { cyclonedx } from './cyclonedx.ts'
import { listedPackage, type ListedPackage } from './listed-package.ts'
import { spdx } from './spdx.ts'
import { isForeign, systemOf } from './system.ts'

const formats: readonly BillFormat[] = [cyclonedx, spdx]

/** Bytes and values of a document: what decides how much memory it takes once it is parsed. */
const largest = 64 * 1024 * 1024
const mostValues = 1_000_000

export interface ReadSbom {
  distribution?: Distribution
  packages: Package[]
  gaps: Gap[]
}

/** Throws `UnreadableTarget` when it is no bill of materials that is read. */
export async function readSbom(
  path: string,
  { signal, limits = defaultLimits }: { signal: AbortSignal; limits?: Limits | undefined },
): Promise<ReadSbom> {
  const gaps = gapList(signal, limits.gaps)
  const document = await documentAt(path)
  const format = formats.find(({ accepts }) => accepts(document))
  if (format === undefined)
    throw unreadable(path, 'is JSON, but neither CycloneDX nor SPDX (no bomFormat, no spdxVersion)')
  try {
    return { ...packagesOf(format.read(document, gaps.scan), gaps.scan, limits), gaps: gaps.list() }
  } catch (error) {
    throw unreadable(path, reasonOf(error))
  }
}

async function documentAt(path: string): Promise<Readonly<Record<string, unknown>>> {
  const head = (await headOf(path)).toString('utf8').replace(/^\uFEFF?\s*/, '')
  if (head.startsWith('<')) throw unreadable(path, 'is XML: convert the document to JSON')
  if (head.startsWith('SPDXVersion:')) throw unreadable(path, 'is SPDX in tag-value form: convert the document to JSON')
  const document = parsed(path, await bytesOf(path))
  if (typeof document !== 'object' || document === null) throw unreadable(path, 'is JSON, but no object')
  return document as Readonly<Record<string, unknown>>
}

function parsed(path: string, bytes: Buffer): unknown {
  let values = 0
  for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values++ // , [ {
  if (values > mostValues) throw unreadable(path, `is one document of more than ${mostValues} values`)
  try {
    return parseJson(bytes.toString('utf8').replace(/^\uFEFF/, ''))
  } catch {
    throw unreadable(path, 'is no whole JSON: it may have been cut')
  }
}

function packagesOf({ components, systems }: Bill, scan: Scan, limits: Limits): Omit<ReadSbom, 'gaps'> {
  const unlisted = new Map<string, string[]>()
  const listed: ListedPackage[] = []
  for (const component of components.slice(0, limits.packagesPerFile)) {
    const found = listedPackage(component)
    if (!('why' in found)) listed.push(found)
    else if (unlisted.has(found.why)) unlisted.get(found.why)!.push(component.name)
    else unlisted.set(found.why, [component.name])
  }
  for (const [why, names] of unlisted) scan.gap(`${counted(names)} ${why}: ${examples(names)}`)
  const left = components.length - limits.packagesPerFile
  if (left > 0) scan.gap(`${left} components beyond the first ${limits.packagesPerFile} were left out`)
  if (listed.length === 0) scan.gap('the document lists no package that can be judged')
  const distribution = systemOf(systems, listed, scan)
  return { ...(distribution ? { distribution } : {}), packages: ofSystem(listed, distribution, scan) }
}

/** In the order of the document. Those of another distribution keep the name of their package manager, which nothing judges. */
function ofSystem(listed: readonly ListedPackage[], distribution: Distribution | undefined, scan: Scan): Package[] {
  if (distribution === undefined) return listed.map((found) => found.package)
  const foreign = listed.filter((found) => isForeign(found, distribution))
  const names = foreign.map((found) => found.package.name)
  if (foreign.length > 0) {
    scan.gap(`${counted(names)} of another distribution than ${distribution.name}: ${examples(names)}`)
  }
  const others = new Set(foreign)
  return listed.map((found) => {
    if (!others.has(found)) return ofDistribution([found.package], distribution)[0]!
    return { ...found.package, ecosystem: /^pkg:(?<type>\w+)/.exec(found.package.purl)!.groups!['type']! }
  })
}

function counted(names: readonly string[]): string {
  return `${names.length} ${names.length === 1 ? 'component' : 'components'}`
}

/** A few of them, of bounded length. */
function examples(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => (name.length > 80 ? `${name.slice(0, 79)}…` : name))
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ')
}

async function bytesOf(path: string): Promise<Buffer> {
  const { handle, size } = await openPlainFile(await realpath(path))
  try {
    if (size > largest) throw unreadable(path, `is a document of more than ${largest} bytes`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function unreadable(path: string, why: string): UnreadableTarget {
  return new UnreadableTarget(`${path} cannot be judged: it ${why}`)
}
