// The way into `inspect`: what a target is, and what is in it.

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isTaggedReference } from '../lib/image-reference.ts'
import type { ImageContents, ImageIndex } from '../model/image.ts'
import type { Distribution, Package } from '../model/package.ts'
import type { Gap } from '../model/scan.ts'
import { inspectImage, type ImageOptions } from './image/inspect-image.ts'
import { openImage, openImageStream } from './image/open.ts'
import type { OpenOptions } from './image/open-options.ts'
import type { OpenedImage } from './image/opened-image.ts'
import type { judgeOriginAgain as judgeAgain } from './origin/documents.ts'
import type { inspectRootfs } from './rootfs/inspect-rootfs.ts'
import { looksLikeDocument } from './sbom/document-head.ts'
import { UnreadableTarget } from './unreadable.ts'

export { folderLayerCache, memoryLayerCache } from './image/layer-cache.ts'
export type { WantedContent } from './content-scanner.ts'
export type { Platform } from './image/opened-image.ts'
export type { RegistryAccess } from './image/open-options.ts'
export type { Trust } from './origin/trust.ts'
export { UnreadableTarget } from './unreadable.ts'

export type Target =
  | { kind: 'image'; path: string }
  | { kind: 'registry'; reference: string }
  | { kind: 'containerd'; name: string }
  | { kind: 'rootfs'; path: string }
  | { kind: 'host' }

/** What was found; packages of an image name the layer that brought them. */
export interface Inspection {
  kind: 'image' | 'rootfs' | 'host' | 'sbom'
  image?: ImageIndex
  distribution?: Distribution
  packages: readonly Package[]
  /** Secrets and malware, of a root file system; those of an image are in its index. Absent where nobody looked. */
  contents?: ImageContents
  gaps: readonly Gap[]
}

export type InspectOptions = OpenOptions & ImageOptions

/**
 * `host`, `dir:PATH`, `registry:REFERENCE`, `containerd:[ROOT#]NAME`, or a path: of an image (a docker archive, or an OCI layout as a folder or tar),
 * or of a bill of materials instead of one, which its content tells.
 */
export function parseTarget(text: string): Target {
  if (text === 'host') return { kind: 'host' }
  if (text.startsWith('registry:')) return { kind: 'registry', reference: text.slice('registry:'.length) }
  if (text.startsWith('containerd:')) return { kind: 'containerd', name: text.slice('containerd:'.length) }
  if (text.startsWith('dir:')) return { kind: 'rootfs', path: text.slice('dir:'.length) || '.' }
  return { kind: 'image', path: text }
}

/** Whether it can only be had from a registry; everything else lies on this machine. */
export async function needsNetwork(target: Target): Promise<boolean> {
  if (target.kind === 'registry') return true
  // A path that exists wins; what is none, and has a tag or a digest, can only be meant as a reference.
  return target.kind === 'image' && isTaggedReference(target.path) && !(await exists(target.path))
}

/** Throws `UnreadableTarget` when there is nothing to judge; what could not be read in part is among the gaps. */
export async function inspectTarget(target: Target, options: InspectOptions): Promise<Inspection> {
  switch (target.kind) {
    case 'host':
      return { kind: 'host', ...(await rootfsAt('/', { ...options, packageFiles: 'operating-system' })) }
    case 'rootfs': {
      const root = await folderAt(target.path)
      const found = await rootfsAt(root.path, { ...options, packageFiles: 'all' })
      return { kind: 'rootfs', ...found, gaps: [...found.gaps, ...(await root.isStill())] }
    }
    case 'registry':
      return imageInspection(await fromRegistry(target.reference, options), options)
    case 'containerd':
      return imageInspection(await fromContainerd(target.name, options), options)
    case 'image': {
      if (await needsNetwork(target)) {
        return imageInspection(await fromRegistry(target.path, options), options)
      }
      if (await looksLikeDocument(target.path)) return fromDocument(target.path, options)
      return imageInspection(await openImage(target.path, options), options)
    }
  }
}

async function imageInspection(opened: OpenedImage, options: InspectOptions): Promise<Inspection> {
  const image = await readAndClose(opened, options)
  const { distribution, packages, gaps } = image
  return { kind: 'image', image, ...(distribution ? { distribution } : {}), packages, gaps }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

async function rootfsAt(...at: Parameters<typeof inspectRootfs>): ReturnType<typeof inspectRootfs> {
  const rootfs = await import('./rootfs/inspect-rootfs.ts')
  return rootfs.inspectRootfs(...at)
}

async function fromDocument(path: string, options: InspectOptions): Promise<Inspection> {
  const { readSbom } = await import('./sbom/read-sbom.ts')
  return { kind: 'sbom', ...(await readSbom(path, options)) }
}

/** What speaks to registries takes as long to load as a small image to read. */
async function fromRegistry(reference: string, options: InspectOptions): Promise<OpenedImage> {
  const { openRegistry } = await import('./image/registry.ts')
  return openRegistry(reference, options)
}

async function fromContainerd(name: string, options: InspectOptions): Promise<OpenedImage> {
  const { openContainerd } = await import('./image/containerd.ts')
  return openContainerd(name, options)
}

/** An image as a Docker-compatible engine sends it: `GET /images/{name}/get`. `name` is for messages. */
export async function inspectImageStream(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  options: InspectOptions,
): Promise<ImageIndex> {
  return readAndClose(await openImageStream(name, chunks, options), options)
}

/** What lies beside an image, as it was kept, by the trust of now. */
export async function judgeOriginAgain(...about: Parameters<typeof judgeAgain>): ReturnType<typeof judgeAgain> {
  const documents = await import('./origin/documents.ts')
  return documents.judgeOriginAgain(...about)
}

async function readAndClose(image: OpenedImage, options: ImageOptions): Promise<ImageIndex> {
  try {
    return await inspectImage(image, options)
  } finally {
    await image.close()
  }
}

/** A folder, which may go while it is read, as the root of a process does with it (`/proc/PID/root`). */
interface Root {
  /**
   * Absolute, with its links as written: that of a process leads to the root of the process, also where the text that it
   * reads as (`/`) is this machine's. https://man7.org/linux/man-pages/man5/proc_pid_root.5.html
   */
  path: string
  isStill(): Promise<Gap[]>
}

async function folderAt(path: string): Promise<Root> {
  const status = await stat(path).catch(() => undefined)
  if (status === undefined) throw new UnreadableTarget(`dir:${path} is not there, or may not be read: check the path`)
  if (!status.isDirectory()) {
    throw new UnreadableTarget(`dir:${path} is no folder: for an image in a file write ${path} without dir:`)
  }
  async function isStill(): Promise<Gap[]> {
    const now = await stat(path).catch(() => undefined)
    if (now?.ino === status?.ino && now?.dev === status?.dev) return []
    return [{ why: 'it was another or no folder any more at the end: what came last was perhaps not read' }]
  }
  return { path: resolve(path), isStill }
}
