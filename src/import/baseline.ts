// An earlier result of `plimsoll scan --format json`, of which only what is new counts. Fields of results are only ever
// added, so that what an older Plimsoll wrote can be read too.

import { z } from 'zod'
import { findingKinds } from '../model/finding.ts'

const earlierFinding = z.object({
  kind: z.enum(findingKinds),
  rule: z.string(),
  aliases: z.array(z.string()),
  evidence: z.record(z.string(), z.unknown()),
  place: z.object({ path: z.string().optional() }).optional(),
  package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
  suppressed: z.unknown().optional(),
})
const earlierResult = z.object({
  target: z.object({ name: z.string() }),
  at: z.iso.datetime(),
  version: z.string(),
  judged: z.object({ done: z.number() }),
  findings: z.array(earlierFinding),
})

export type EarlierResult = z.infer<typeof earlierResult>

/** Throws one clause. */
export function readBaseline(text: string): EarlierResult {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw new Error('is no JSON, or was cut')
  }
  const other = otherFormat(document)
  if (other !== undefined) throw new Error(`is ${other}, and not what plimsoll scan --format json wrote`)
  const { data, error } = earlierResult.safeParse(document)
  if (data) return data
  const [{ path, message }] = error.issues as [z.core.$ZodIssue]
  throw new Error(
    `is not what plimsoll scan --format json wrote: ${[path.join('.'), message].filter(Boolean).join(': ')}`,
  )
}

/** Of documents that are easily taken for it. */
function otherFormat(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null) return undefined
  if ('runs' in document) return 'SARIF'
  if ('bomFormat' in document) return 'CycloneDX'
  if ('spdxVersion' in document) return 'SPDX'
  if ('SchemaVersion' in document && 'Results' in document) return 'a result of Trivy'
  if ('matches' in document && 'descriptor' in document) return 'a result of Grype'
  return undefined
}
