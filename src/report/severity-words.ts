// How severities are said to people: what nobody has rated is not a rating called "unknown".

import { countSeverities, severities, type Severity, type SeverityCounts } from '../model/severity.ts'

export function severityWord(severity: Severity): string {
  return severity === 'unknown' ? 'not rated' : severity
}

/** `2 critical, 1 not rated`; empty for an empty list. */
export function severityCounts(list: Iterable<{ severity: Severity }>): string {
  return severityTotals(countSeverities(list))
}

/** The same of what is counted already. */
export function severityTotals(count: SeverityCounts): string {
  const parts = severities.flatMap((severity) =>
    count[severity] > 0 ? `${count[severity]} ${severityWord(severity)}` : [],
  )
  return parts.join(', ')
}
