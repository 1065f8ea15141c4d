// Opens an image, whatever way it was saved: what it is, is told by what is in it.

import { stat } from 'node:fs/promises'
import { gapList } from '../gaps.ts'
import { defaultLimits } from '../limits.ts'
import { nobody } from '../origin/trust.ts'
import { reasonOf, UnreadableTarget } from '../unreadable.ts'
import { dockerArchive } from './docker-archive.ts'
import { filesOfArchive, filesOfFolder, filesOfStream, type ImageFiles } from './image-files.ts'
import { ociLayout } from './oci-layout.ts'
import { thisMachine, type OpenOptions } from './open-options.ts'
import type { OpenedImage, WayIn } from './opened-image.ts'

/** The first that accepts wins. What Docker saves today is both; there the docker archive's digest is the one that Docker shows. */
export const waysIn: readonly WayIn[] = [dockerArchive, ociLayout]

/** A docker archive or OCI image layout, as a tar (also compressed) or a folder. Throws `UnreadableTarget`. */
export async function openImage(path: string, options: OpenOptions): Promise<OpenedImage> {
  return openFiles(path, await filesAt(path, options), options)
}

/** The tar of `GET /images/{name}/get`; it is kept in a file without a name until the image is closed. */
export async function openImageStream(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  options: OpenOptions,
): Promise<OpenedImage> {
  const { signal, limits = defaultLimits, workFolder } = options
  return openFiles(name, await filesOfStream(name, chunks, { signal, limits, workFolder }), options)
}

async function filesAt(path: string, options: OpenOptions): Promise<ImageFiles> {
  const { signal, limits = defaultLimits, workFolder } = options
  const status = await stat(path).catch(() => undefined)
  if (status === undefined) throw new UnreadableTarget(`${path} is not there, or may not be read: check the path`)
  try {
    if (status.isDirectory()) return await filesOfFolder(path)
    return await filesOfArchive(path, { signal, limits, workFolder })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof UnreadableTarget) throw error
    throw new UnreadableTarget(`${path} cannot be read: it ${reasonOf(error)}`)
  }
}

/** Takes the files over: they are closed with the image, or when it fails. `wayOut`: what to do about a damaged one. */
export async function openFiles(
  path: string,
  files: ImageFiles,
  options: OpenOptions,
  wayOut = 'if it was damaged on its way, save it again',
): Promise<OpenedImage> {
  const { signal, limits = defaultLimits, platform = thisMachine() } = options
  const gaps = gapList(signal, limits.gaps)
  try {
    const way = await wayInto(files)
    if (way === undefined) throw new UnreadableTarget(unknownForm(path))
    const trust = options.registry?.trust ?? nobody
    const image = await way.open(files, { scan: gaps.scan, limits, platform, trust })
    if (image.layers.length > limits.layers) {
      throw new Error(`it has ${image.layers.length} layers, more than ${limits.layers}`)
    }
    return { name: path, ...image, aliases: [...new Set(image.aliases)], gaps: gaps.list(), close: () => files.close() }
  } catch (error) {
    await files.close()
    signal.throwIfAborted()
    if (error instanceof UnreadableTarget) throw error
    throw new UnreadableTarget(`${path} cannot be judged: ${reasonOf(error)}; ${wayOut}`)
  }
}

async function wayInto(files: ImageFiles): Promise<WayIn | undefined> {
  for (const way of waysIn) if (await way.accepts(files)) return way
  return undefined
}

function unknownForm(path: string): string {
  return (
    `${path} is neither a docker archive (no manifest.json) nor an OCI image layout (no index.json); ` +
    `for a root file system write dir:${path}`
  )
}
