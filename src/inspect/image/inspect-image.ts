// An opened image, read: each layer once, then merged.

import { GlobIndex } from '../../lib/glob.ts'
import type { ImageIndex, ImageLayer } from '../../model/image.ts'
import type { Distribution } from '../../model/package.ts'
import type { WantedContent } from '../content-scanner.ts'
import { distributionOf, noteUnlisted, ofDistribution, releaseFiles, windowsNotRead } from '../distribution.ts'
import { extractors } from '../extractors.ts'
import { givenGaps } from '../content-scanner.ts'
import { gapList, type GapList } from '../gaps.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { labelledOrigin } from '../origin/labels.ts'
import { withLicences } from '../licences.ts'
import { reconcile } from '../reconcile.ts'
import { UnreadableTarget } from '../unreadable.ts'
import { namedBase } from './base.ts'
import { mismatch } from './digest.ts'
import { isReadBy } from './layer.ts'
import type { LayerCache, LayerIndex } from './layer-index.ts'
import { readLayersAtOnce } from './layer-workers.ts'
import { mergeLayers } from './merge.ts'
import type { OpenedImage, OpenedLayer } from './opened-image.ts'

export interface ImageOptions {
  signal: AbortSignal
  limits?: Limits
  /** Layers that have been read before; without one each layer is read. */
  layerCache?: LayerCache
  /** Also search all files for secrets and malware. */
  content?: WantedContent
}

/** Throws `UnreadableTarget` when no layer at all could be read; what is missing of some is among the gaps. */
export async function inspectImage(image: OpenedImage, options: ImageOptions): Promise<ImageIndex> {
  const { signal, limits = defaultLimits, content = false } = options
  const gaps = gapList(signal, limits.gaps)
  const layers = await readLayers(image, gaps, { ...options, limits, content })
  const merged = mergeLayers(layers, isWanted)
  const distribution = releaseOf(merged.releases, gaps)
  const packages = withLicences(reconcile(ofDistribution(merged.packages, distribution), merged.owned))
  if (image.os === 'windows') gaps.scan.gap(windowsNotRead)
  else if (packages.length === 0) gaps.scan.gap('no package was found in a form that is read')
  else noteUnlisted(packages, distribution, gaps.scan)
  const base = namedBase(image)
  const origin = image.origin ?? labelledOrigin(image.annotations ?? {}, image.config.labels)
  const { digest, configDigest, aliases, architecture, os, config } = image
  return {
    digest,
    configDigest,
    aliases,
    ...(architecture === undefined ? {} : { architecture }),
    ...(os === undefined ? {} : { os }),
    size: layers.reduce((sum, { size }) => sum + size, 0),
    layers: layers.map((layer, index) => layerOf(layer, image.layers[index]!, merged.wasted?.[index])),
    config,
    ...(distribution ? { distribution } : {}),
    packages,
    ...(merged.setuid.length > 0 ? { setuid: merged.setuid } : {}),
    ...(base ? { base } : {}),
    ...(content && merged.contents
      ? { contents: { ...merged.contents, gaps: [...givenGaps(content), ...merged.contents.gaps] } }
      : {}),
    ...(origin ? { origin } : {}),
    ...(image.originDocuments ? { originDocuments: image.originDocuments } : {}),
    gaps: [...image.gaps, ...merged.gaps, ...gaps.list()],
  }
}

/** Those that the cache does not hold are read, several at once. */
async function readLayers(
  image: OpenedImage,
  gaps: GapList,
  { signal, limits, layerCache, content }: ImageOptions & { limits: Limits; content: WantedContent },
): Promise<LayerIndex[]> {
  const read = new Map<string, LayerIndex>()
  const room = { bytes: limits.image, listing: limits.listing }
  function take(layer: OpenedLayer, index: LayerIndex): void {
    room.bytes -= index.size
    room.listing -= index.listing?.length ?? 0
    // Under the name that the configuration gives it, also when it was cut.
    const taken = { ...index, digest: layer.digest }
    if (room.listing < 0) delete taken.listing
    read.set(layer.digest, taken)
  }
  const unread = new Map<string, OpenedLayer>()
  for (const layer of image.layers) {
    signal.throwIfAborted()
    const known = await layerCache?.get(layer.digest)
    if (known && (await isReadBy(known.reader, content))) take(layer, known)
    else unread.set(layer.digest, layer)
  }
  const others = new Map<string, string>()
  const largest = Math.max(0, Math.min(limits.layer, room.bytes))
  await readLayersAtOnce(
    [...unread.values()],
    { signal, limits: { ...limits, layer: largest }, content },
    async (layer, index) => {
      // Only what was read to its end and kept its word is worth keeping.
      if (index.complete && index.digest === layer.digest) await layerCache?.put(index)
      else if (index.complete) others.set(layer.digest, index.digest)
      take(layer, room.bytes < 0 ? nothingOf(index, limits.image) : index)
    },
  )
  // Told in the order of the layers: they are read in no order.
  for (const digest of unread.keys()) {
    const found = others.get(digest)
    if (found === undefined) continue
    const why = `the layer is not the one that the configuration names: ${mismatch(digest, found)}`
    gaps.scan.gap(why, { layer: digest })
  }
  const layers = image.layers.map(({ digest }) => read.get(digest)!)
  const hasRead = layers.some(({ complete, entries }) => complete || entries > 0)
  if (layers.length > 0 && !hasRead && !image.withoutLayers) {
    const why = layers[0]!.gaps[0]?.why ?? 'it is empty'
    throw new UnreadableTarget(`${image.name}: none of its layers could be read (${why}); save the image again`)
  }
  return layers
}

/** Layers are read at once, so that the limit of the image is met only after the one that goes beyond it. */
function nothingOf(index: LayerIndex, limit: number): LayerIndex {
  const gaps = [{ why: `the layer was left out: the image is larger than ${limit} bytes without compression` }]
  return { ...index, complete: false, files: {}, removed: [], opaque: [], links: {}, owned: {}, gaps }
}

function layerOf({ digest, size, entries }: LayerIndex, { createdBy }: OpenedLayer, wasted?: number): ImageLayer {
  return {
    digest,
    size,
    entries,
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(wasted === undefined ? {} : { wasted }),
  }
}

function releaseOf(releases: ReadonlyMap<string, string>, { scan }: GapList): Distribution | undefined {
  const path = releaseFiles.find((candidate) => releases.has(candidate))
  if (path === undefined) return undefined
  return distributionOf(releases.get(path)!, path, scan)
}

const wantedPaths = new GlobIndex(
  [...extractors.flatMap(({ files }) => files), ...releaseFiles].map((glob) => [glob, glob]),
)

function isWanted(path: string): boolean {
  return wantedPaths.match(path).length > 0
}
