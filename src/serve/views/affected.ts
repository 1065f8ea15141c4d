// Who has a vulnerability.

import { z } from 'zod'
import { severities } from '../../model/severity.ts'

/** Who has a vulnerability, or certain versions of a package. Totals count all; the lists may hold fewer. */
export const affectedView = z
  .object({
    asOf: z.string(),
    asked: z.union([z.object({ vulnerability: z.string() }), z.object({ package: z.string(), versions: z.string() })]),
    vulnerabilities: z.array(
      z.object({
        rule: z.string(),
        aliases: z.array(z.string()),
        title: z.string(),
        severity: z.enum(severities),
        exploited: z.boolean(),
      }),
    ),
    packages: z.array(
      z.object({
        ecosystem: z.string(),
        name: z.string(),
        version: z.string(),
        purl: z.string(),
        fixedIn: z.string().optional(),
      }),
    ),
    images: z.object({
      total: z.int(),
      list: z.array(z.object({ id: z.string(), name: z.string(), usedBy: z.int() })),
    }),
    workloads: z.object({
      total: z.int(),
      running: z.int(),
      list: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          kind: z.string(),
          service: z.string(),
          team: z.string(),
          state: z.string().optional(),
          exposure: z.string().optional(),
          /** Absent where the machine itself has the package. */
          image: z.string().optional(),
        }),
      ),
    }),
    /** Images of which not all could be judged: they may be affected too. */
    notJudged: z.int(),
    /** Versions that could not be compared with those asked for. */
    notCompared: z.array(z.string()),
  })
  .meta({ id: 'Affected' })

export type AffectedView = z.infer<typeof affectedView>
