// The facts about services and tools that the product ships: the shape of the files of catalog/, checked when they are
// loaded, and what they become. Facts only; every one names its documents and how sure it is.

import { z } from 'zod'
import { subLayers, tasks, type SubLayer, type Task } from './layers.ts'

export const responsibilities = ['customer', 'provider', 'shared', 'n/a'] as const
export type Responsibility = (typeof responsibilities)[number]

export const hostingModels = ['self-managed', 'managed-kubernetes', 'focused-runtime'] as const

const providers = ['aws', 'azure', 'gcp', 'self-managed'] as const

/** Surest first. `read`: stated in a source that was read; `gk` (general knowledge) and the others are to be verified. */
export const confidences = ['read', 'read+gk', 'secondary', 'api-model-only', 'gk'] as const

const serviceStatuses = ['current', 'new', 'closed to new customers', 'retiring', 'end of life'] as const

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
const cellName = z.templateLiteral([z.enum(subLayers), '.', z.enum(tasks)])
export type CellName = `${SubLayer}.${Task}`

/** A document that a fact rests on. `date` is absent where the copy that was read shows none. */
const documentReference = z.strictObject({
  id,
  title: z.string().min(1),
  url: z.url({ protocol: /^https$/ }),
  date: z.iso.date().optional(),
})
export type DocumentReference = z.infer<typeof documentReference>

/** Whose job the cells of a service are by default; many services share one profile. */
const profile = z.strictObject({
  about: z.string(),
  sure: z.enum(confidences),
  cells: z.record(z.enum(subLayers), z.record(z.enum(tasks), z.enum(responsibilities))),
})
export type Profile = z.infer<typeof profile>

const difference = z.strictObject({
  who: z.enum(responsibilities),
  sure: z.enum(confidences),
  cells: z.array(cellName).min(1),
})

/** What a provider's own document says of some cells. */
const statement = z.strictObject({
  who: z.enum(['customer', 'provider', 'shared']),
  cells: z.array(cellName).min(1),
  documents: z.array(id).min(1),
})

/** A service as catalog/services.yaml holds it: its profile, then what differs, then what documents state. */
const serviceEntry = z.strictObject({
  id: z.string().regex(/^[a-z]+\.[a-z0-9-]+$/),
  /** Short, for a table: `Lambda (container image)`. */
  name: z.string().min(1).max(28),
  provider: z.enum(providers),
  hostingModel: z.enum(hostingModels),
  status: z.enum(serviceStatuses),
  /** Types under which the provider's inventory lists its resources. */
  inventoryTypes: z.array(z.string()),
  profile: z.string(),
  differs: z.array(difference).optional(),
  stated: z.array(statement).optional(),
  /** Ids of the documents that the other facts rest on. */
  sources: z.array(id),
})
export type ServiceEntry = z.infer<typeof serviceEntry>

/** A tool as catalog/tools.yaml holds it. `services`: ids of services, a group, a provider, or `all`. */
const toolEntry = z.strictObject({
  id,
  name: z.string().min(1),
  /** The cloud whose own plan it is; absent for others. */
  provider: z.enum(providers).optional(),
  subLayers: z.array(z.enum(subLayers)).min(1),
  tasks: z.array(z.enum(tasks)).min(1),
  services: z.array(z.string()),
  sure: z.enum(confidences),
  sources: z.array(id),
})
export type ToolEntry = z.infer<typeof toolEntry>

export const servicesFile = z.strictObject({
  profiles: z.record(z.string(), profile),
  services: z.array(serviceEntry).min(1),
})
export const toolsFile = z.strictObject({
  groups: z.record(z.string(), z.array(z.string()).min(1)),
  tools: z.array(toolEntry),
})
export const documentsFile = z.strictObject({ documents: z.array(documentReference) })

/** Whose job one sub-layer × task is. Only a provider's job that names a document reads `provider`. */
export interface ResponsibilityCell {
  who: Responsibility
  sure: (typeof confidences)[number]
  /** Ids of the documents that say so, the one that speaks most closely of the service first. */
  documents?: readonly string[]
}
export type ResponsibilityTable = Readonly<Record<SubLayer, Readonly<Record<Task, ResponsibilityCell>>>>

/** A service with whose job each of its 21 cells is. */
export type Service = Pick<
  ServiceEntry,
  'id' | 'name' | 'provider' | 'hostingModel' | 'status' | 'inventoryTypes' | 'sources'
> & {
  responsibility: ResponsibilityTable
  /** Ids of the tools that can cover parts of it. */
  tools: readonly string[]
}

/** A capability of a security tool (a cloud's plan, a third party's, an open one, or Plimsoll itself): what it can cover. */
export type Tool = Omit<ToolEntry, 'services'>

export interface Catalog {
  services: readonly Service[]
  tools: readonly Tool[]
  documents: readonly DocumentReference[]
}
