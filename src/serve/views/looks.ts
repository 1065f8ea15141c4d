// What a cycle is doing.

import { z } from 'zod'

/** One step of a cycle, as it happens; the last one of each `step` counts. */
export const progressView = z
  .object({
    cycle: z.string(),
    step: z.enum(['sources', 'images', 'matching', 'hardening', 'coverage']),
    done: z.int(),
    of: z.int(),
    /** What is being looked at. */
    note: z.string(),
    finished: z.boolean(),
  })
  .meta({ id: 'Progress' })

export type ProgressView = z.infer<typeof progressView>
