// What a cycle reads through `inspect`: this machine's packages, and images that an engine holds.

import type { Ask, Source } from '../discover/source.ts'
import { folderLayerCache, inspectImageStream, type WantedContent } from '../inspect/inspect.ts'
import { inspectRootfs } from '../inspect/rootfs/inspect-rootfs.ts'
import type { ImageIndex } from '../model/image.ts'
import type { Gap } from '../model/scan.ts'
import type { Inventory } from './assess.ts'
import { loadEndOfLife, withEndOfLife, type EndOfLife } from './end-of-life.ts'
import type { LoadedTrust } from './trust.ts'

/** Packages that the machine's distribution installed. */
export type ReadMachine = (resource: string, signal: AbortSignal) => Promise<Inventory>

/** Until when distributions are supported, as far as is known when it is asked. */
export type Ends = () => Promise<EndOfLife>

/** `root`: where the machine's file system is; `/` but in tests. */
export function machineReader(root = '/', ends: Ends = loadEndOfLife): ReadMachine {
  return async (resource, signal) => {
    const read = await inspectRootfs(root, { signal, packageFiles: 'operating-system' })
    const { distribution, packages, gaps } = withEndOfLife(read, await ends())
    return { resource, subLayer: 'node_os', distribution, packages, gaps }
  }
}

/** The index of an image that a source holds, or why there is none. */
export type ReadImage = (source: string, digest: string, signal: AbortSignal) => Promise<ImageIndex | Gap>

/** Milliseconds after which an image that could not be read is tried again: packing one is dear for its engine. */
const retryAfter = 60 * 60 * 1000

export interface ReadingImages {
  /** Where an image lies while it is read. */
  workFolder: string
  /** Where what was read of each layer is kept. */
  layers: string
  content: WantedContent
  /** Who may sign images, when one is read; nobody by default. */
  trust?: () => LoadedTrust
  /** The catalogue's by default. */
  ends?: Ends
}

export function imageReader(sources: readonly Source[], ask: Ask, how: ReadingImages): ReadImage {
  const { workFolder, layers, content, trust, ends = loadEndOfLife } = how
  const layerCache = folderLayerCache(layers)
  const failed = new Map<string, { why: string; at: number }>()
  return async (id, digest, signal) => {
    const before = failed.get(digest)
    if (before && performance.now() - before.at < retryAfter) return { why: before.why }
    const source = sources.find((candidate) => candidate.id === id)
    if (!source?.image) return { why: `the source ${id} does not hand out images` }
    try {
      const bytes = source.image(ask, digest, signal)
      const trusted = trust?.()
      const registry = trusted ? { trust: trusted } : {}
      const image = await inspectImageStream(digest, bytes, { signal, layerCache, workFolder, registry, content })
      const judged = trusted ? { ...image, originTrust: trusted.id } : image
      return withDigest(withEndOfLife(judged, await ends()), digest)
    } catch (error) {
      signal.throwIfAborted()
      const { message } = error as Error
      failed.set(digest, { why: message, at: performance.now() })
      return { why: message }
    }
  }
}

/** The runtime's own name for the image is kept as an alias where it is neither of the digests that the archive tells. */
function withDigest(image: ImageIndex, digest: string): ImageIndex {
  if ([image.digest, image.configDigest, ...image.aliases].includes(digest)) return image
  return { ...image, aliases: [...image.aliases, digest] }
}
