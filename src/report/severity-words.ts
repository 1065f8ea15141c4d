// How severities are said to people: what nobody has rated is not a rating called "unknown".

import { countSeverities, severities, type Severity } from '../model/severity.ts'

export function severityWord(severity: Severity): string {
  return severity === 'unknown' ? 'not rated' : severity
}

/** `2 critical, 1 not rated`; empty for an empty list. */
export function severityCounts(list: Iterable<{ severity: Severity }>): string {
  const count = countSeverities(list)
  const parts = severities.flatMap((severity) =>
    count[severity] > 0 ? `${count[severity]} ${severityWord(severity)}` : [],
  )
  return parts.join(', ')
}
