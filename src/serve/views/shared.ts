// What several answers have in common. What the API answers stands in this folder as schemas: the server checks and documents
// with them, the console takes its types from them.

import { z } from 'zod'
import { subLayers, tasks } from '../../model/layers.ts'
import { severities } from '../../model/severity.ts'

export const severityCounts = z.record(z.enum(severities), z.int())

export const gapView = z
  .object({
    why: z.string(),
    place: z.object({ path: z.string(), line: z.int(), layer: z.string() }).partial().optional(),
  })
  .meta({ id: 'Gap' })

export const evidenceView = z
  .object({
    resource: z.string(),
    subLayer: z.enum(subLayers),
    task: z.enum(tasks),
    engine: z.string(),
    at: z.string(),
    depth: z.object({ done: z.int(), of: z.int(), unit: z.string() }),
    gaps: z.array(gapView),
  })
  .meta({ id: 'Evidence' })

export type SeverityCountsView = z.infer<typeof severityCounts>
export type EvidenceView = z.infer<typeof evidenceView>
