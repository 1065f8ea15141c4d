// An opened image, read: each layer once, then merged.

import { GlobIndex } from '../../lib/glob.ts'
import type { ImageIndex, ImageLayer } from '../../model/image.ts'
import type { Distribution } from '../../model/package.ts'
import { distributionOf, ofDistribution, releaseFiles } from '../distribution.ts'
import { extractors } from '../extractors.ts'
import { gapList, type GapList } from '../gaps.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { UnreadableTarget } from '../unreadable.ts'
import { mismatch } from './digest.ts'
import { layerReader, readLayer, type LayerCache, type LayerIndex } from './layer.ts'
import { mergeLayers } from './merge.ts'
import type { OpenedImage, OpenedLayer } from './opened-image.ts'

export interface ImageOptions {
  signal: AbortSignal
  limits?: Limits
  /** Layers that have been read before; without one each layer is read. */
  layerCache?: LayerCache
}

/** Throws `UnreadableTarget` when no layer at all could be read; what is missing of some is among the gaps. */
export async function inspectImage(image: OpenedImage, options: ImageOptions): Promise<ImageIndex> {
  const { signal, limits = defaultLimits } = options
  const gaps = gapList(signal, limits.gaps)
  const layers = await readLayers(image, gaps, options)
  const merged = mergeLayers(layers, isWanted)
  const distribution = releaseOf(merged.releases, gaps)
  const packages = ofDistribution(merged.packages, distribution)
  if (packages.length === 0) gaps.scan.gap('no package was found in a form that is read')
  const { digest, configDigest, aliases, architecture, os, config } = image
  return {
    digest,
    configDigest,
    aliases,
    ...(architecture === undefined ? {} : { architecture }),
    ...(os === undefined ? {} : { os }),
    size: layers.reduce((sum, { size }) => sum + size, 0),
    layers: layers.map((layer, index) => layerOf(layer, image.layers[index]!)),
    config,
    ...(distribution ? { distribution } : {}),
    packages,
    gaps: [...image.gaps, ...merged.gaps, ...gaps.list()],
  }
}

async function readLayers(image: OpenedImage, gaps: GapList, options: ImageOptions): Promise<LayerIndex[]> {
  const { limits = defaultLimits } = options
  const layers: LayerIndex[] = []
  let left = limits.image
  for (const layer of image.layers) {
    options.signal.throwIfAborted()
    const read = await readOne(layer, { ...options, limits: { ...limits, layer: Math.min(limits.layer, left) } })
    if (read.complete && read.digest !== layer.digest) {
      gaps.scan.gap(`the layer is not the one that the configuration names: ${mismatch(layer.digest, read.digest)}`, {
        layer: layer.digest,
      })
    }
    left -= read.size
    // Under the name that the configuration gives it, also when it was cut.
    layers.push({ ...read, digest: layer.digest })
  }
  if (layers.length > 0 && !layers.some(({ complete, entries }) => complete || entries > 0)) {
    const why = layers[0]!.gaps[0]?.why ?? 'it is empty'
    throw new UnreadableTarget(`${image.name}: none of its layers could be read (${why}); save the image again`)
  }
  return layers
}

/** From the cache when it was read by the same extractors; only what was read to its end and kept its word goes there. */
async function readOne(layer: OpenedLayer, options: ImageOptions): Promise<LayerIndex> {
  const { layerCache } = options
  const known = await layerCache?.get(layer.digest)
  if (known?.reader === layerReader) return known
  const read = await readLayer(layer.open(), options)
  if (read.complete && read.digest === layer.digest) await layerCache?.put(read)
  return read
}

function layerOf({ digest, size, entries }: LayerIndex, { createdBy }: OpenedLayer): ImageLayer {
  return { digest, size, entries, ...(createdBy === undefined ? {} : { createdBy }) }
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

/** For one process: the layers that images of one run share. Holds at most `most` layers, the oldest going first. */
export function memoryLayerCache(most = 1000): LayerCache {
  const layers = new Map<string, LayerIndex>()
  return {
    get: async (digest) => layers.get(digest),
    put: async (layer) => {
      layers.set(layer.digest, layer)
      if (layers.size > most) layers.delete(layers.keys().next().value!)
    },
  }
}
