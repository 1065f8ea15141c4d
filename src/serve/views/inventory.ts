// What runs where.

import { z } from 'zod'
import { cellStates } from '../../model/coverage.ts'
import { cellDetailView } from './coverage.ts'
import { findingView } from './findings.ts'
import { imageRunView, pastFindingView } from './history.ts'
import { severityCounts } from './shared.ts'

export const resourceView = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  service: z.string(),
  serviceName: z.string(),
  source: z.string(),
  team: z.string(),
  runsOn: z.string().optional(),
  exposure: z.string().optional(),
  state: z.string().optional(),
  images: z.array(z.object({ reference: z.string(), image: z.string().optional() })),
  firstSeen: z.string(),
  lastSeen: z.string(),
  /** Nine states in the matrix's order, this resource's own. */
  cells: z.array(z.enum(cellStates)),
  findings: severityCounts.nullable(),
})

export const inventoryView = z
  .object({ asOf: z.string(), total: z.int(), resources: z.array(resourceView) })
  .meta({ id: 'Inventory' })

export const workloadView = resourceView
  .extend({
    labels: z.record(z.string(), z.string()),
    properties: z.record(z.string(), z.unknown()),
    detail: z.array(cellDetailView),
    findingList: z.array(findingView),
    /** What something became of, the newest change first, at most 500. */
    history: z.array(pastFindingView),
    /** Images that it ran, oldest first. */
    runs: z.array(imageRunView),
    machine: z.object({ id: z.string(), name: z.string() }).optional(),
  })
  .meta({ id: 'Workload' })

export type ResourceView = z.infer<typeof resourceView>
export type InventoryView = z.infer<typeof inventoryView>
export type WorkloadView = z.infer<typeof workloadView>
