// Why there is no answer.

import { z } from 'zod'

export const errorView = z
  .object({
    /** A word that programs can test: `not-signed-in`, `not-allowed`, `not-found`, `bad-request`. */
    code: z.string(),
    /** What went wrong and what to do next. */
    message: z.string(),
  })
  .meta({ id: 'Error' })

export type ErrorView = z.infer<typeof errorView>
