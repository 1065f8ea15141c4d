// What an image is made of.

import { z } from 'zod'
import { findingView } from './findings.ts'
import { gapView, severityCounts } from './shared.ts'

export const packageView = z.object({
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  path: z.string().optional(),
  layer: z.string().optional(),
  licence: z.string().optional(),
  /** Named by a lock file or a manifest; nothing shows that it is installed. */
  declared: z.literal(true).optional(),
  /** The system's package that brought it, by its purl. */
  ownedBy: z.string().optional(),
  /** The layer, by its digest, that removed or replaced it: shipped still, and not judged. */
  hiddenBy: z.string().optional(),
})

const signatureView = z.object({
  kind: z.enum(['cosign', 'notation']),
  verified: z.boolean(),
  /** Who made it, and what shows that; only of what is verified. */
  by: z.string().optional(),
  means: z.enum(['key', 'identity', 'certificate']).optional(),
  at: z.string().optional(),
  /** Of certificates that name where to ask whether they were revoked. */
  revocation: z.enum(['checked', 'not checked']).optional(),
  /** When what makes it count runs out, a certificate or a revocation list. */
  until: z.string().optional(),
  /** What keeps it from being verified. */
  why: z.string().optional(),
})

/** Where it comes from, and who has signed it. */
const imageOriginView = z.object({
  source: z.string().optional(),
  revision: z.string().optional(),
  /** Path of the workflow or Dockerfile in the repository. */
  buildFile: z.string().optional(),
  builder: z.string().optional(),
  /** The line of the Dockerfile that made a layer. */
  steps: z.array(z.object({ layer: z.string(), file: z.string(), line: z.int() })),
  /** What these rest on. */
  known: z.enum(['label', 'provenance', 'verified provenance']).optional(),
  signatures: z.array(signatureView),
  attestations: z.array(signatureView.omit({ kind: true }).extend({ predicate: z.string() })),
  /** Why nobody has judged the signatures by the trust of now; none counts as verified then. */
  stale: z.string().optional(),
})

export const imageView = z
  .object({
    id: z.string(),
    digest: z.string(),
    aliases: z.array(z.string()),
    architecture: z.string().optional(),
    os: z.string().optional(),
    distribution: z.string().optional(),
    size: z.int(),
    layers: z.array(
      z.object({
        digest: z.string(),
        size: z.int(),
        /** Those that a container sees. */
        packages: z.int(),
        /** Those that a later layer removed or replaced. */
        hidden: z.int(),
        createdBy: z.string().optional(),
        /** Bytes that a later layer removed or replaced; absent where that is not known. */
        wasted: z.int().optional(),
      }),
    ),
    base: z
      .object({
        /** How many of the layers are its, from the first on; absent where only its name is known. */
        layers: z.int().optional(),
        name: z.string().optional(),
        digest: z.string().optional(),
        /** Because its builder says so, or because another image that was read consists of these layers. */
        known: z.enum(['annotation', 'estate']),
      })
      .optional(),
    origin: imageOriginView.optional(),
    /** Programs that run as their owner or group, whoever starts them; `mode` in octal digits. */
    setuid: z.array(z.object({ path: z.string(), mode: z.string(), layer: z.string() })),
    packages: z.array(packageView),
    findings: z.array(findingView),
    gaps: z.array(gapView),
    /** Packages judged of those found; null where vulnerabilities were never looked for. */
    judged: z.object({ done: z.int(), of: z.int() }).nullable(),
    usedBy: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'Image' })

export const imagesView = z
  .object({
    asOf: z.string(),
    total: z.int(),
    images: z.array(
      imageView.pick({ id: true, digest: true, aliases: true, distribution: true, size: true, judged: true }).extend({
        layers: z.int(),
        packages: z.int(),
        usedBy: z.int(),
        findings: severityCounts.nullable(),
      }),
    ),
  })
  .meta({ id: 'Images' })

export type ImageView = z.infer<typeof imageView>
export type ImagesView = z.infer<typeof imagesView>
