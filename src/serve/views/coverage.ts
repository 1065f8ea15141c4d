// The matrix, a cell of it, and its rows.

import { z } from 'zod'
import { responsibilities } from '../../model/catalog.ts'
import { cellStates } from '../../model/coverage.ts'
import { layers, subLayers, tasks } from '../../model/layers.ts'
import { severities } from '../../model/severity.ts'
import { evidenceView, severityCounts } from './shared.ts'

export const cellPartView = z.object({
  subLayer: z.enum(subLayers),
  responsibility: z.enum(responsibilities),
  state: z.enum(cellStates),
  reason: z.string(),
  document: z.object({ id: z.string(), title: z.string(), url: z.string(), date: z.string().optional() }).optional(),
})

export const cellView = z.object({
  layer: z.enum(layers),
  task: z.enum(tasks),
  state: z.enum(cellStates),
  reason: z.string(),
  findings: severityCounts.nullable(),
  atLeast: z.boolean(),
})

/** One cell with all that its drawer shows. */
export const cellDetailView = cellView
  .extend({
    service: z.string(),
    name: z.string(),
    parts: z.array(cellPartView),
    evidence: z.array(evidenceView),
    tools: z.array(z.object({ id: z.string(), name: z.string(), sure: z.string() })),
    /** The worst open findings, at most 20, and how many there are. */
    worst: z.array(z.object({ id: z.string(), rule: z.string(), title: z.string(), severity: z.enum(severities) })),
    open: z.int(),
  })
  .meta({ id: 'CellDetail' })

export const matrixView = z
  .object({
    asOf: z.string(),
    rows: z.array(
      z.object({
        service: z.string(),
        name: z.string(),
        provider: z.string(),
        hostingModel: z.string(),
        found: z.boolean(),
        workloads: z.int(),
        cells: z.array(cellView),
      }),
    ),
    totals: z.record(z.enum(cellStates), z.int()),
    counted: z.int(),
    found: z.object({ open: severityCounts, notLookedAt: z.int() }),
    sources: z.object({ answered: z.int(), of: z.int() }),
  })
  .meta({ id: 'Matrix' })

export const coverageRowView = z
  .object({
    service: z.string(),
    layer: z.enum(layers),
    task: z.enum(tasks),
    state: z.enum(cellStates),
    reason: z.string(),
    evidence: z.array(evidenceView),
  })
  .meta({ id: 'CoverageRow' })

export type CellView = z.infer<typeof cellView>
export type CellDetailView = z.infer<typeof cellDetailView>
export type MatrixView = z.infer<typeof matrixView>
export type CoverageRowView = z.infer<typeof coverageRowView>
