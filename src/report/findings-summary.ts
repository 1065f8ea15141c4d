// What was found, in a few lines for the terminal: how many of each severity, and the worst ones.

import { printable } from '../lib/printable.ts'
import type { Finding } from '../model/finding.ts'
import type { SeverityCounts } from '../model/severity.ts'
import { columns } from './columns.ts'
import { severityTotals, severityWord } from './severity-words.ts'

/** As many as fit under a matrix. */
export const shownCauses = 10

/** Open findings by cause, worst first: the first of them; `total` counts all causes, `counts` all findings. */
export interface OpenCauses {
  total: number
  counts: SeverityCounts
  groups: readonly { count: number; first: Finding }[]
}

export function findingsSummary({ total, counts, groups }: OpenCauses, { width }: { width: number }): string {
  if (total === 0) return 'No finding is open in the cells where somebody looked.\n'
  const rows = groups.map(({ count, first }) => {
    const where = count === 1 ? '' : `${count} places`
    return [severityWord(first.severity), first.exploited ? 'exploited' : '', where, whatToDo(first)].map(printable)
  })
  const more = total - groups.length
  return [
    `Open findings: ${severityTotals(counts)}\n`,
    ...columns(rows, [9, 9, 10], width - 2).map((line) => `  ${line}\n`),
    more > 0 ? `  and ${more} more causes: see Findings in the console\n` : '',
  ].join('')
}

/** The fix of a package names it; that of a rule speaks of "it", which only the title tells. */
function whatToDo({ kind, title, fix }: Finding): string {
  if (fix === undefined) return title
  return kind === 'rule' ? `${title}. ${fix}` : fix
}
