// The documents of an OCI image, only the fields that are used.
// https://github.com/opencontainers/image-spec/blob/main/{descriptor,image-index,manifest}.md

import { z } from 'zod'
import { isDigest } from './digest.ts'

export const descriptorSchema = z.object({
  mediaType: z.string().optional(),
  digest: z.string().refine(isDigest, 'is no digest'),
  size: z.int().min(0),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
})
export type Descriptor = z.infer<typeof descriptorSchema>

export const indexSchema = z.object({ manifests: z.array(descriptorSchema) })

export const manifestSchema = z.object({
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  annotations: z.record(z.string(), z.string()).nullish(),
})
