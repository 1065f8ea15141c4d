// Who was asked.

import { z } from 'zod'
import { layers, tasks } from '../../model/layers.ts'
import { sourceStates } from '../../model/source.ts'
import { gapView } from './shared.ts'

export const sourceView = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(sourceStates),
    reason: z.string().optional(),
    askedAt: z.string(),
    answeredAt: z.string().optional(),
    resources: z.int(),
    asks: z.array(z.string()),
    offer: z.string(),
    /** Cells of the matrix that are unknown while it is silent. */
    cells: z.array(z.object({ service: z.string(), layer: z.enum(layers), task: z.enum(tasks) })),
    gaps: z.array(gapView),
  })
  .meta({ id: 'Source' })

export const sourcesView = z.object({ asOf: z.string(), sources: z.array(sourceView) }).meta({ id: 'Sources' })

export type SourceView = z.infer<typeof sourceView>
export type SourcesView = z.infer<typeof sourcesView>
