// The documents of an OCI image, only the fields that are used.
// https://github.com/opencontainers/image-spec/blob/main/{descriptor,image-index,manifest}.md

import { array, count, nullish, object, optional, record, text, textThat, type Shaped } from '../../lib/shape.ts'
import { isDigest } from './digest.ts'

export const descriptorFields = {
  mediaType: optional(text()),
  digest: textThat(isDigest, 'is no digest'),
  size: count,
  platform: optional(object({ os: text(), architecture: text() })),
  annotations: nullish(record(text())),
}
const descriptorSchema = object(descriptorFields)
export type Descriptor = Shaped<typeof descriptorSchema>

export const indexSchema = object({ manifests: array(descriptorSchema) })

export const manifestSchema = object({
  config: descriptorSchema,
  layers: array(descriptorSchema),
  annotations: nullish(record(text())),
})
