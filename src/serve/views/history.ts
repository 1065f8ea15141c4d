// What became of findings, and which images a workload ran.

import { z } from 'zod'
import { findingKinds, findingStates } from '../../model/finding.ts'
import { changeCauses } from '../../model/history.ts'
import { severities } from '../../model/severity.ts'

const namedImage = z.object({ id: z.string(), digest: z.string(), name: z.string() })

/** From `at` on the finding is in this state. */
export const changeView = z
  .object({
    at: z.string(),
    state: z.enum(findingStates),
    cause: z.enum(changeCauses),
    /** One clause for people. */
    why: z.string(),
    /** What took the place of the image that had it. */
    image: namedImage.optional(),
  })
  .meta({ id: 'FindingChange' })

export const imageRunView = namedImage
  .extend({
    from: z.string(),
    /** Absent while it runs. */
    to: z.string().optional(),
    /** Nobody has judged what is in it: nothing is fixed by it. */
    unjudged: z.literal(true).optional(),
  })
  .meta({ id: 'ImageRun' })

/** A finding of a workload over all images that it ran: the same advisory and package is the same finding. */
export const pastFindingView = z
  .object({
    kind: z.enum(findingKinds),
    rule: z.string(),
    aliases: z.array(z.string()),
    title: z.string(),
    severity: z.enum(severities),
    package: z.object({ ecosystem: z.string(), name: z.string(), version: z.string() }).optional(),
    firstSeen: z.string(),
    state: z.enum(findingStates),
    /** Absent unless it is open. */
    openSince: z.string().optional(),
    changes: z.array(changeView),
  })
  .meta({ id: 'PastFinding' })

export type ChangeView = z.infer<typeof changeView>
export type ImageRunView = z.infer<typeof imageRunView>
export type PastFindingView = z.infer<typeof pastFindingView>
