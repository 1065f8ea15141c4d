// Which image another one was built on, as its builder wrote down: its own layers are those that whoever built it can change.
// https://github.com/opencontainers/image-spec/blob/main/annotations.md

import type { BaseImage } from '../../model/image.ts'
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
