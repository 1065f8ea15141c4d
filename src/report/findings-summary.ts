// What was found, in a few lines for the terminal: how many of each severity, and the most urgent ones.

import { printable } from '../lib/printable.ts'
import type { Finding } from '../model/finding.ts'
import { bySeverity, countSeverities, severities } from '../model/severity.ts'
import { columns } from './columns.ts'

const shown = 10

/** Findings of the same cause are one line, however many resources have it. */
export function findingsSummary(findings: readonly Finding[], { width }: { width: number }): string {
  if (findings.length === 0) return 'No finding is open in the cells where somebody looked.\n'
  const count = countSeverities(findings)
  const counts = severities.flatMap((severity) => (count[severity] > 0 ? `${count[severity]} ${severity}` : []))
  const causes = [...Map.groupBy(findings, (finding) => `${finding.rule}\n${finding.package?.purl ?? ''}`).values()]
  const urgent = causes.toSorted(([a], [b]) => byUrgency(a!, b!)).slice(0, shown)
  const rows = urgent.map(([first, ...others]) => {
    const { severity, exploited, fix, title } = first!
    const where = others.length === 0 ? '' : `${others.length + 1} places`
    return [severity, exploited ? 'exploited' : '', where, fix ?? title].map(printable)
  })
  const more = causes.length - urgent.length
  return [
    `Open findings: ${counts.join(', ')}\n`,
    ...columns(rows, [8, 9, 10], width - 2).map((line) => `  ${line}\n`),
    more > 0 ? `  and ${more} more causes: see Findings in the console\n` : '',
  ].join('')
}

function byUrgency(a: Finding, b: Finding): number {
  return (
    Number(b.exploited) - Number(a.exploited) || bySeverity(a.severity, b.severity) || (b.score ?? 0) - (a.score ?? 0)
  )
}
