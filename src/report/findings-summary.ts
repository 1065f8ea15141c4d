// What was found, in a few lines for the terminal: how many of each severity, and the most urgent ones.

import { printable } from '../lib/printable.ts'
import type { Finding } from '../model/finding.ts'
import { byUrgency } from '../model/priority.ts'
import { columns } from './columns.ts'
import { severityCounts, severityWord } from './severity-words.ts'

const shown = 10

/** Findings of the same cause are one line, however many resources have it. */
export function findingsSummary(findings: readonly Finding[], { width }: { width: number }): string {
  if (findings.length === 0) return 'No finding is open in the cells where somebody looked.\n'
  const causes = [...Map.groupBy(findings, (finding) => `${finding.rule}\n${finding.package?.purl ?? ''}`).values()]
  const urgent = causes.toSorted(([a], [b]) => byUrgency(a!, b!)).slice(0, shown)
  const rows = urgent.map(([first, ...others]) => {
    const { severity, exploited } = first!
    const where = others.length === 0 ? '' : `${others.length + 1} places`
    return [severityWord(severity), exploited ? 'exploited' : '', where, whatToDo(first!)].map(printable)
  })
  const more = causes.length - urgent.length
  return [
    `Open findings: ${severityCounts(findings)}\n`,
    ...columns(rows, [9, 9, 10], width - 2).map((line) => `  ${line}\n`),
    more > 0 ? `  and ${more} more causes: see Findings in the console\n` : '',
  ].join('')
}

/** The fix of a package names it; that of a rule speaks of "it", which only the title tells. */
function whatToDo({ kind, title, fix }: Finding): string {
  if (fix === undefined) return title
  return kind === 'rule' ? `${title}. ${fix}` : fix
}
