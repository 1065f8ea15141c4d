// What is affected, for a terminal: the vulnerability, the packages, the images, and what runs.

import { printable } from '../lib/printable.ts'
import type { Affected } from '../run/affected.ts'

export function affectedTable(found: Affected): string[] {
  const { asked, vulnerabilities, packages, images, workloads, notJudged, notCompared } = found
  const subject = 'vulnerability' in asked ? asked.vulnerability : `${asked.package}, versions ${asked.versions}`
  const lines = vulnerabilities.map(({ rule, title, severity, exploited, aliases }) => {
    const names = [rule, ...aliases].join(', ')
    return `${severity}${exploited ? ', known exploited' : ''}: ${title} (${names})`
  })
  return [
    line(`${subject}: ${counted(images.total, 'image')}, ${counted(workloads.running, 'running workload')}`),
    ...lines.map((text) => line(`  ${text}`)),
    ...section(
      'Packages',
      packages.map(({ purl, fixedIn }) => [purl, fixedIn === undefined ? '' : `fixed in ${fixedIn}`]),
    ),
    ...section(
      'Workloads',
      workloads.list.map(({ name, kind, team, state, image }) => [
        name,
        kind,
        `team ${team}`,
        state ?? '',
        image === undefined ? 'installed on the machine' : image.slice(0, 'image/sha256:'.length + 12),
      ]),
      workloads.total,
    ),
    ...section(
      'Images',
      images.list.map(({ id, name, usedBy }) => [name, id.slice(0, 'image/sha256:'.length + 12), `used by ${usedBy}`]),
      images.total,
    ),
    ...(notCompared.length === 0 ? [] : [line(`\nVersions that could not be compared: ${notCompared.join(', ')}`)]),
    ...(notJudged === 0
      ? []
      : [line(`\n${counted(notJudged, 'image')} could not be judged wholly and may be affected too`)]),
  ]
}

function section(title: string, rows: readonly (readonly string[])[], total = rows.length): string[] {
  if (rows.length === 0) return []
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => printable(row[column] ?? '').length)))
  const shown = rows.map((row) =>
    row
      .map((text, column) => printable(text).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const rest = total > rows.length ? [`  and ${total - rows.length} more: --limit lists more\n`] : []
  return [`\n${title}\n`, ...shown.map((text) => `  ${text}\n`), ...rest]
}

function line(text: string): string {
  return text
    .split('\n')
    .map((one) => printable(one))
    .join('\n')
    .concat('\n')
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`
}
