// Where in an image something lies: in its base or in its own layers, and in the how-manyth one.

import type { Result } from '../model/result.ts'
import type { Place } from '../model/scan.ts'

/** Undefined where it is not known which layers are the base image's, or which layer brought it. */
export function isOfBase({ layer }: Place, { image }: Pick<Result, 'image'>): boolean | undefined {
  const ends = image?.base?.layers
  if (image === undefined || ends === undefined || layer === undefined) return undefined
  const index = image.layers.findIndex(({ digest }) => digest === layer)
  return index < 0 ? undefined : index < ends
}

/** `layer 3 of 5`, with the line that made it where provenance tells it; the digest of one that the image does not have. */
export function layerName(digest: string, { image }: Pick<Result, 'image'>): string {
  const index = image?.layers.findIndex((layer) => layer.digest === digest) ?? -1
  if (index < 0) return `layer ${digest}`
  const step = image!.origin?.steps?.find(({ layer }) => layer === digest)
  return `layer ${index + 1} of ${image!.layers.length}${step ? ` (${step.file}:${step.line})` : ''}`
}

/** `etc/app.conf:3 in layer 3 of 5`; empty for what names no place. */
export function placeText({ path, line, layer }: Place, result: Pick<Result, 'image'>): string {
  const file = path === undefined ? [] : [line === undefined ? path : `${path}:${line}`]
  return [...file, ...(layer === undefined ? [] : [`in ${layerName(layer, result)}`])].join(' ')
}
