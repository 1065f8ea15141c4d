// The documents of an OCI image, only the fields that are used.
// https://github.com/opencontainers/image-spec/blob/main/{descriptor,image-index,manifest}.md

import { array, count, nullish, object, optional, record, text, textThat, type Shaped } from '../../lib/shape.ts'
import { isDigest } from './digest.ts'

export const descriptorSchema = object({
  mediaType: optional(text()),
  digest: textThat(isDigest, 'is no digest'),
  size: count,
  platform: optional(object({ os: text(), architecture: text() })),
  annotations: nullish(record(text())),
  artifactType: optional(text()),
})
export type Descriptor = Shaped<typeof descriptorSchema>

export const indexSchema = object({ manifests: array(descriptorSchema) })

export const manifestSchema = object({
  config: descriptorSchema,
  layers: array(descriptorSchema),
  annotations: nullish(record(text())),
})

const configTypes: ReadonlySet<string | undefined> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  undefined,
])

/** By the type of the configuration that a manifest names. */
export function isImageConfig(mediaType: string | undefined): boolean {
  return configTypes.has(mediaType)
}
