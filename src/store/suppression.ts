// What suppresses a finding now and what did before: whether that is another, and how it reads in its history.

import type { Suppression } from '../model/finding.ts'
import type { Because } from '../model/history.ts'

export function isSameSuppression(a: Suppression | null | undefined, b: Suppression | null | undefined): boolean {
  if (!a || !b) return !a && !b
  const fields = ['by', 'reason', 'status', 'justification', 'until'] as const
  return fields.every((field) => a[field] === b[field])
}

export function whyExcepted({ by, reason, until }: Suppression): Because {
  const end = until === undefined ? '' : `, until ${until}`
  return { cause: 'exception', why: `${by} says: ${reason}${end}` }
}

/** `at`: ISO 8601, when it suppresses no longer. */
export function whyOpenAgain({ by, until }: Suppression, at: string): Because {
  const hasEnded = until !== undefined && until <= at.slice(0, 'yyyy-mm-dd'.length)
  return {
    cause: 'exception ended',
    why: hasEnded ? `the exception of ${by} ended on ${until}` : `${by} does not except it any more`,
  }
}
