// What is wrong, one by one and by cause.

import { z } from 'zod'
import { findingKinds, findingStates, priorityLevels } from '../../model/finding.ts'
import { subLayers, tasks } from '../../model/layers.ts'
import { severities } from '../../model/severity.ts'
import { changeView } from './history.ts'
import { gapView, severityCounts } from './shared.ts'

export const findingView = z
  .object({
    id: z.string(),
    kind: z.enum(findingKinds),
    state: z.enum(findingStates),
    rule: z.string(),
    title: z.string(),
    severity: z.enum(severities),
    score: z.number().optional(),
    exploited: z.boolean(),
    subLayer: z.enum(subLayers),
    task: z.enum(tasks),
    fix: z.string().optional(),
    aliases: z.array(z.string()),
    references: z.array(z.string()),
    package: z
      .object({
        ecosystem: z.string(),
        name: z.string(),
        version: z.string(),
        purl: z.string(),
        fixedIn: z.string().optional(),
        /** The smallest version that clears all of the package's findings that have a fix. */
        upgradeTo: z.string().optional(),
      })
      .optional(),
    evidence: z.record(z.string(), z.unknown()),
    place: gapView.shape.place,
    firstSeen: z.string(),
    lastSeen: z.string(),
    /** Since when it has been open without a break; absent unless it is open. */
    openSince: z.string().optional(),
    /** What became of it after it was found first, oldest first. */
    changes: z.array(changeView),
    /** That it is exploited within 30 days, from 0 to 1; `percentile`: the share of all that are less likely to be. */
    epss: z.object({ probability: z.number(), percentile: z.number() }).optional(),
    /** Why there is no fix, where the distribution says so. */
    fixState: z.string().optional(),
    /** Who does not pay for it cannot get the fix: `Ubuntu Pro`. */
    subscription: z.string().optional(),
    /** Which part of the package it is in. */
    hint: z.string().optional(),
    /** How soon it wants an answer, and why, in one sentence. */
    priority: z.object({ level: z.enum(priorityLevels), because: z.string() }),
    /** Which record says what, where several name it. */
    says: z
      .array(
        z.object({
          id: z.string(),
          severity: z.enum(severities),
          score: z.number().optional(),
          fixedIn: z.string().optional(),
          state: z.string().optional(),
        }),
      )
      .optional(),
    /** By what, why and until when nobody is to act on it. */
    suppressed: z
      .object({
        by: z.string(),
        reason: z.string(),
        status: z.enum(['not affected', 'fixed']).optional(),
        justification: z.string().optional(),
        until: z.string().optional(),
      })
      .optional(),
    /** Ids and names of the resources that have it: machines, workloads. */
    resources: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'Finding' })

/** Findings of one cause (rule, or advisory and package), worst first. */
export const findingGroupView = z.object({
  key: z.string(),
  /** A sentence that begins with the verb of the fix. */
  title: z.string(),
  rule: z.string(),
  kind: z.enum(findingKinds),
  severity: z.enum(severities),
  exploited: z.boolean(),
  count: z.int(),
  resources: z.array(z.object({ id: z.string(), name: z.string() })),
  first: findingView,
})

export const findingsView = z
  .object({
    asOf: z.string(),
    /** Groups in all, after the filter. */
    total: z.int(),
    counts: severityCounts,
    notLookedAt: z.int(),
    groups: z.array(findingGroupView),
  })
  .meta({ id: 'Findings' })

export type FindingView = z.infer<typeof findingView>
export type FindingGroupView = z.infer<typeof findingGroupView>
export type FindingsView = z.infer<typeof findingsView>
