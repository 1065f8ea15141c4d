// What tests of `inspect` share: one extractor run over a text, and archives made by another tar writer than the reader.

import { createHash } from 'node:crypto'
import { ok } from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pack } from 'tar-stream'
import type { Package } from '../model/package.ts'
import type { Gap } from '../model/scan.ts'
import { extractFile } from './extract.ts'
import type { Extractor } from './extractor.ts'
import { gapList } from './gaps.ts'
import { defaultLimits, type Limits } from './limits.ts'

/** A signal that never aborts. */
export const { signal: never } = new AbortController()

export async function run(
  extractor: Extractor,
  path: string,
  contents: string | Uint8Array,
  limits: Partial<Limits> = {},
): Promise<{ packages: Package[]; gaps: Gap[] }> {
  const all = { ...defaultLimits, ...limits }
  const gaps = gapList(never, all.gaps)
  const packages = await extractFile(extractor, { path, contents: Buffer.from(contents) }, gaps.scan, all)
  return { packages, gaps: gaps.list() }
}

export function nameAndVersion({ name, version }: Package): string {
  return `${name} ${version}`
}

/** A folder of its own below the system's temporary one, gone when the test ends. */
export function workFolder(t: { after(then: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface TestEntry {
  path: string
  contents?: string | Uint8Array
  symlink?: string
  hardlink?: string
  folder?: true
}

export async function tarOf(entries: Iterable<TestEntry>): Promise<Buffer> {
  const tar = pack()
  const pieces: Buffer[] = []
  tar.on('data', (piece) => void pieces.push(piece as Buffer))
  const ended = new Promise<void>((resolve, reject) => tar.on('end', resolve).on('error', reject))
  for (const { path, contents = '', symlink, hardlink, folder } of entries) {
    if (symlink !== undefined) tar.entry({ name: path, type: 'symlink', linkname: symlink })
    else if (hardlink !== undefined) tar.entry({ name: path, type: 'link', linkname: hardlink })
    else if (folder) tar.entry({ name: path, type: 'directory' })
    else tar.entry({ name: path }, Buffer.from(contents))
  }
  tar.finalize()
  await ended
  return Buffer.concat(pieces)
}

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** What `docker save` of Docker 24 and before writes; `diffIds` and `layers` can be made to lie. */
export async function dockerArchiveOf(
  layers: readonly Uint8Array[],
  lies: { diffIds?: readonly string[]; config?: object; configName?: string; manifest?: unknown } = {},
): Promise<Buffer> {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: lies.config ?? {},
    rootfs: { type: 'layers', diff_ids: lies.diffIds ?? layers.map(sha256) },
  })
  const name = lies.configName ?? `${sha256(config).slice(7)}.json`
  const manifest = [{ Config: name, RepoTags: ['test:1'], Layers: layers.map((_, index) => `${index}/layer.tar`) }]
  return tarOf([
    ...layers.map((layer, index) => ({ path: `${index}/layer.tar`, contents: layer })),
    { path: name, contents: config },
    { path: 'manifest.json', contents: JSON.stringify(lies.manifest ?? manifest) },
  ])
}

export interface OciImage {
  layers: readonly { stored: Uint8Array; diffId: string }[]
  platform?: { os: string; architecture: string }
  history?: readonly object[]
}

/** The files of an OCI layout; several images are put below an index of their own. */
export function ociLayoutOf(images: readonly OciImage[]): TestEntry[] {
  const entries: TestEntry[] = [{ path: 'oci-layout', contents: '{"imageLayoutVersion":"1.0.0"}' }]
  const blob = (contents: string | Uint8Array, mediaType: string): object => {
    const digest = sha256(contents)
    entries.push({ path: `blobs/sha256/${digest.slice(7)}`, contents })
    return { mediaType, digest, size: Buffer.byteLength(contents) }
  }
  const manifests = images.map(({ layers, platform = { os: 'linux', architecture: 'amd64' }, history }) => {
    const document = JSON.stringify({
      ...platform,
      ...(history ? { history } : {}),
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    })
    const config = blob(document, 'application/vnd.oci.image.config.v1+json')
    const stored = layers.map((layer) => blob(layer.stored, 'application/vnd.oci.image.layer.v1.tar+gzip'))
    const manifest = JSON.stringify({ schemaVersion: 2, config, layers: stored })
    return { ...blob(manifest, 'application/vnd.oci.image.manifest.v1+json'), platform }
  })
  const nested = JSON.stringify({ schemaVersion: 2, manifests })
  const listed = images.length > 1 ? [blob(nested, 'application/vnd.oci.image.index.v1+json')] : manifests
  entries.push({ path: 'index.json', contents: JSON.stringify({ schemaVersion: 2, manifests: listed }) })
  return entries
}

export const withoutOpenFiles = process.platform === 'linux' ? false : 'open files are counted by /proc'

/** Of this process; on Linux alone. */
export function openFiles(): number {
  return readdirSync('/proc/self/fd').length
}

/** At least as many. */
export async function untilOpen(count: number): Promise<void> {
  await until(() => openFiles() >= count)
}

/** No more than these: what is given up is closed a moment later, also what was when they were counted. */
export async function untilClosed(count: number): Promise<void> {
  await until(() => openFiles() <= count)
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !isSo() && performance.now() < end;) await setTimeout(5)
  ok(isSo(), `${openFiles()} open files`)
}
