/** Worst first. `unknown` means that nobody has rated it, not that it is harmless. */
export const severities = ['critical', 'high', 'medium', 'low', 'unknown'] as const
export type Severity = (typeof severities)[number]

/** For sorting: worst first. */
export function bySeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b)
}

export type SeverityCounts = Record<Severity, number>

export function countSeverities(list: Iterable<{ severity: Severity }>): SeverityCounts {
  const counts: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }
  for (const { severity } of list) counts[severity]++
  return counts
}

export function addCounts(a: SeverityCounts, b: SeverityCounts): SeverityCounts {
  const sum = { ...a }
  for (const severity of severities) sum[severity] += b[severity]
  return sum
}
