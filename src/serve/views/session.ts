// Who is signed in.

import { z } from 'zod'
import { roles } from '../../model/team.ts'

/** Who is signed in, and what the frame shows beside the pages. */
export const sessionView = z
  .object({
    person: z.object({ id: z.string(), name: z.string(), role: z.enum(roles), team: z.string() }),
    version: z.string(),
    estate: z.string(),
    counts: z.object({ resources: z.int(), findings: z.int(), images: z.int(), silentSources: z.int() }),
  })
  .meta({ id: 'Session' })

/** A one-time link that signs in whoever opens it first. */
export const signInLinkView = z.object({ url: z.string(), expiresAt: z.string() }).meta({ id: 'SignInLink' })

export type SessionView = z.infer<typeof sessionView>
export type SignInLinkView = z.infer<typeof signInLinkView>
