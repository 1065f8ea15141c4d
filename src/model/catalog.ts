// The shape of catalog/services.yaml, checked when it is loaded. Facts only; every one names its source and how sure it is.

import { z } from 'zod'
import { subLayers, tasks } from './layers.ts'

export const responsibilities = ['customer', 'provider', 'shared', 'n/a'] as const
export type Responsibility = (typeof responsibilities)[number]

export const hostingModels = ['self-managed', 'managed-kubernetes', 'focused-runtime'] as const
export type HostingModel = (typeof hostingModels)[number]

export const providers = ['aws', 'azure', 'gcp', 'self-managed'] as const
export type Provider = (typeof providers)[number]

/** `read`: stated in a source that was read; the others are to be verified. */
export const confidences = ['read', 'read+gk', 'gk', 'api-model-only', 'secondary'] as const
export type Confidence = (typeof confidences)[number]

/** A provider's own document that says whose job something is. `date` is absent where the copy shows none. */
export const documentReference = z.strictObject({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  date: z.iso.date().optional(),
})
export type DocumentReference = z.infer<typeof documentReference>

/** Whose job one sub-layer × task is. `documents` are ids; only a provider's job that has one reads `provider`. */
export const responsibilityCell = z.strictObject({
  who: z.enum(responsibilities),
  sure: z.enum(confidences),
  documents: z.array(z.string()).optional(),
})
export type ResponsibilityCell = z.infer<typeof responsibilityCell>

export const responsibilityTable = z.record(z.enum(subLayers), z.record(z.enum(tasks), responsibilityCell))

export const service = z.strictObject({
  id: z.string().regex(/^[a-z]+\.[a-z0-9-]+$/),
  name: z.string(),
  provider: z.enum(providers),
  hostingModel: z.enum(hostingModels),
  status: z.string(),
  /** Types under which the provider's inventory lists its resources. */
  inventoryTypes: z.array(z.string()),
  responsibility: responsibilityTable,
  /** Ids of the tools that can cover parts of it. */
  tools: z.array(z.string()),
  sources: z.array(z.string()),
})
export type Service = z.infer<typeof service>

/** A security tool (a plan of a cloud, a third party's or an open one, or Plimsoll itself) and what it can cover. */
export const tool = z.strictObject({
  id: z.string(),
  name: z.string(),
  subLayers: z.array(z.enum(subLayers)),
  tasks: z.array(z.enum(tasks)),
  sure: z.enum(confidences),
  sources: z.array(z.string()),
})
export type Tool = z.infer<typeof tool>

export interface Catalog {
  services: readonly Service[]
  tools: readonly Tool[]
  documents: readonly DocumentReference[]
}
