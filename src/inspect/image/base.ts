// Which image another one was built on: its own layers are those that whoever built it can change.
// https://github.com/opencontainers/image-spec/blob/main/annotations.md

import type { BaseImage, ImageIndex } from '../../model/image.ts'
import type { OpenedImage } from './opened-image.ts'

const baseDigest = 'org.opencontainers.image.base.digest'
const baseName = 'org.opencontainers.image.base.name'

/** What the builder wrote down, on the manifest or as a label. */
export function namedBase({ annotations, config }: Pick<OpenedImage, 'annotations' | 'config'>): BaseImage | undefined {
  const name = annotations?.[baseName] ?? config.labels[baseName]
  const digest = annotations?.[baseDigest] ?? config.labels[baseDigest]
  if (name === undefined && digest === undefined) return undefined
  return { ...(name === undefined ? {} : { name }), ...(digest === undefined ? {} : { digest }), known: 'annotation' }
}

/** Digests of its layers from the lowest on. */
export type KnownImage = Pick<ImageIndex, 'digest' | 'aliases'> & { layers: readonly string[] }

/**
 * Of the other images the one that consists of the most of this one's lowest layers, but not of all. A label that names
 * another base than that is believed, unless it was inherited: then it names the base of the base.
 */
export function baseOf(
  image: Pick<ImageIndex, 'layers' | 'base'>,
  others: Iterable<KnownImage>,
): BaseImage | undefined {
  let best: KnownImage | undefined
  for (const other of others) {
    const { length } = other.layers
    if (length === 0 || length >= image.layers.length || length <= (best?.layers.length ?? 0)) continue
    if (other.layers.every((digest, index) => digest === image.layers[index]?.digest)) best = other
  }
  if (best === undefined) return image.base
  const name = best.aliases.find((alias) => !alias.includes('sha256:'))
  const { digest } = best
  return { layers: best.layers.length, ...(name === undefined ? {} : { name }), digest, known: 'estate' }
}
