// What is not acted on: by what, until when, and who says so.

import { z } from 'zod'
import { gapView } from './shared.ts'

export const exceptionView = z.object({
  kind: z.enum(['vex', 'ignore']),
  /** The document, and the line in it where that is known. */
  file: z.string(),
  line: z.int().optional(),
  author: z.string().optional(),
  /** What a statement says; absent for a decision to live with it. */
  status: z.string().optional(),
  justification: z.string().optional(),
  reason: z.string().optional(),
  /** Ids and other names of what it is about; none: all of the products. */
  names: z.array(z.string()),
  products: z.array(z.string()),
  /** Day on which it ends. */
  until: z.string().optional(),
  /** That day has come: it suppresses nothing any more. */
  ended: z.boolean(),
  firstRead: z.string(),
})

export const exceptionsView = z
  .object({
    asOf: z.string(),
    /** How many the query matches. */
    total: z.int(),
    exceptions: z.array(exceptionView),
    /** What could not be read. */
    gaps: z.array(gapView),
  })
  .meta({ id: 'Exceptions' })

export type ExceptionView = z.infer<typeof exceptionView>
export type ExceptionsView = z.infer<typeof exceptionsView>
