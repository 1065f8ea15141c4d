// Markdown as code hosts show it: the summary of a step ($GITHUB_STEP_SUMMARY), a note on a merge request.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
//
// A summary of more than 1 MiB is not shown at all: each part has its share of that, and says how much it leaves out.

import { ago } from '../lib/instant.ts'
import { isCounted, knownAs, type Finding } from '../model/finding.ts'
import { byUrgency } from '../model/priority.ts'
import type { Result } from '../model/result.ts'
import { severities } from '../model/severity.ts'
import type { Format } from './format.ts'
import { isOfBase, placeText } from './layers.ts'
import { code, prose } from './markdown-text.ts'
import { baselineWords, leftOutWords } from './narrowed-words.ts'
import { severityWord } from './severity-words.ts'
import { upgradesOf } from './upgrades.ts'
import { countsByKind, verdict } from './verdict.ts'

export const markdown: Format = { id: 'markdown', extension: 'md', render }

/** Bytes. Those of all parts come to 840, so that something else has room beside it. */
const share = 1000
const firstShown = 5

function* render(result: Result): Generator<string> {
  yield `## Plimsoll: ${prose(result.target.name)}\n\n`
  yield `${mark(result)} **${prose(verdict(result).words)}**\n\n`
  yield* counts(result)
  yield* facts(result)
  yield* first(result)
  yield* upgrades(result)
  const open = result.findings.filter(isCounted).toSorted(byUrgency)
  const of = (kind: Finding['kind']): Finding[] => open.filter((finding) => finding.kind === kind)
  yield* folded('Malware', of('malware'), 80 * share, contentTable(result))
  yield* folded('Secrets', of('secret'), 80 * share, contentTable(result))
  yield* folded('Vulnerabilities', of('vulnerability'), 400 * share, vulnerabilityTable(result))
  yield* folded('Settings', of('rule'), 80 * share, settingTable)
  const known = result.findings.filter((finding) => finding.known).toSorted(byUrgency)
  yield* folded('Known from the baseline', known, 60 * share, knownTable)
  const suppressed = result.findings.filter((finding) => finding.suppressed !== undefined).toSorted(byUrgency)
  yield* folded('Suppressed', suppressed, 60 * share, suppressedTable)
  yield* notDone(result)
  yield footer(result)
}

function mark(result: Result): string {
  return { fails: '❌', unknown: '❓', found: '⚠️', clear: '✅' }[verdict(result).state]
}

function* counts(result: Result): Generator<string> {
  yield* table(['', ...severities.map(severityWord)], [])
  for (const { kind, counts: found } of countsByKind(result)) {
    const cells = severities.map((severity) =>
      found === undefined ? '?' : String(found.filter((finding) => finding.severity === severity).length),
    )
    yield row([kind, ...cells])
  }
  yield '\n'
}

function* facts(result: Result): Generator<string> {
  const { target, distribution, packages, judged, gaps } = result
  const lines = [
    target.digest === undefined ? '' : prose(target.digest),
    `${packages.length} ${packages.length === 1 ? 'package' : 'packages'}, ${judged.done} judged${distribution ? `; ${prose(distribution.name)}` : ''}`,
    prose(leftOutWords(result)),
    prose(baselineWords(result)),
    gaps.length === 0
      ? ''
      : `**${gaps.length} ${gaps.length === 1 ? 'thing' : 'things'} could not be done**, listed below`,
  ]
  for (const line of lines) if (line !== '') yield `- ${line}\n`
  yield '\n'
}

function footer({ advisories, at, version }: Result): string {
  const { advisories: count, origin, builtAt } = advisories
  const data =
    count === 0 ? 'without advisories' : `${count} advisories (${prose(origin)}), built ${prose(ago(builtAt, at))}`
  return `Plimsoll ${prose(version)}, ${prose(at)}, ${data}\n`
}

function* first({ findings }: Result): Generator<string> {
  const urgent = findings
    .filter((finding) => isCounted(finding) && ['now', 'soon'].includes(finding.priority?.level ?? ''))
    .toSorted(byUrgency)
  if (urgent.length === 0) return
  yield `### First (${urgent.length})\n\n`
  for (const finding of urgent.slice(0, firstShown)) {
    yield `- **${prose(what(finding))}**<br>${prose(finding.priority!.because)}\n`
  }
  if (urgent.length > firstShown) yield `- and ${urgent.length - firstShown} more, listed below\n`
  yield '\n'
}

function what(finding: Finding): string {
  const { package: of, title } = finding
  return of === undefined ? title : `${knownAs(finding)} in ${of.name} ${of.version}`
}

function* upgrades(result: Result): Generator<string> {
  const all = upgradesOf(result.findings)
  const rebase = result.rebase ?? []
  if (all.length + rebase.length === 0) return
  yield '### Fix\n\n'
  for (const { onto, clears, of } of rebase) yield `- rebase on ${prose(onto)}: clears ${clears} of ${of}\n`
  if (rebase.length > 0) yield '\n'
  if (all.length === 0) return
  const rows = all.map(({ name, version, upgradeTo, clears, of }) =>
    row([code(`${name} ${version}`), code(upgradeTo), `${clears} of ${of}`]),
  )
  yield* table(['package', 'upgrade to', 'clears'], rows.slice(0, 2 * firstShown))
  const more = rows.length - 2 * firstShown
  if (more > 0) yield `\nand ${more} more packages: the json format lists every one\n`
  yield '\n'
}

interface Table {
  head: readonly string[]
  row(finding: Finding): readonly string[]
}

function vulnerabilityTable(result: Result): Table {
  return {
    head: ['severity', 'vulnerability', 'package', 'fixed in', 'layer', 'what'],
    row: (finding) => {
      const { severity, exploited, package: of, title, place = {}, fixState } = finding
      const ofBase = isOfBase(place, result)
      return [
        `${severityWord(severity)}${exploited ? ', **exploited**' : ''}`,
        code(knownAs(finding)),
        code(`${of?.name ?? finding.resource} ${of?.version ?? ''}`.trim()),
        of?.fixedIn === undefined ? (fixState === undefined ? 'no fix known' : prose(fixState)) : code(of.fixedIn),
        ofBase === undefined ? '' : ofBase ? 'base' : 'own',
        prose(title),
      ]
    },
  }
}

function contentTable(result: Result): Table {
  return {
    head: ['severity', 'what', 'where', 'what to do'],
    row: ({ severity, title, place, fix }) => [
      severityWord(severity),
      prose(title),
      code(place === undefined ? '' : placeText(place, result)),
      prose(fix ?? ''),
    ],
  }
}

const settingTable: Table = {
  head: ['severity', 'rule', 'what', 'what to do'],
  row: ({ severity, rule, title, fix }) => [severityWord(severity), code(rule), prose(title), prose(fix ?? '')],
}

const knownTable: Table = {
  head: ['severity', 'finding'],
  row: (finding) => [severityWord(finding.severity), prose(what(finding))],
}

const suppressedTable: Table = {
  head: ['severity', 'finding', 'why', 'until'],
  row: (finding) => {
    const { reason, by, until = '' } = finding.suppressed!
    return [severityWord(finding.severity), prose(what(finding)), prose(`${reason} (${by})`), prose(until)]
  },
}

function* folded(
  title: string,
  findings: readonly Finding[],
  bytes: number,
  { head, row: cells }: Table,
): Generator<string> {
  if (findings.length === 0) return
  const rows = fitting(
    findings.map((finding) => row(cells(finding))),
    bytes,
  )
  yield `<details><summary>${title} (${findings.length})</summary>\n\n`
  yield* table(head, rows)
  const more = findings.length - rows.length
  if (more > 0) yield `\n**${more} more are left out here, the least urgent: the json format lists every one.**\n`
  yield '\n</details>\n\n'
}

function* notDone({ gaps, ...result }: Result): Generator<string> {
  if (gaps.length === 0) return
  const lines = gaps.map(({ why, place }) => {
    const where = place === undefined ? '' : placeText(place, result)
    return `- ${prose(why)}${where === '' ? '' : `: ${prose(where)}`}\n`
  })
  const shown = fitting(lines, 80 * share)
  yield `### Not done (${gaps.length})\n\n`
  yield* shown
  if (shown.length < lines.length)
    yield `- **and ${lines.length - shown.length} more: the json format lists every one**\n`
  yield '\n'
}

/** As many of them as fit into so many bytes. */
function fitting(rows: readonly string[], bytes: number): string[] {
  const encoder = new TextEncoder()
  let left = bytes
  const end = rows.findIndex((text) => (left -= encoder.encode(text).length) < 0)
  return end < 0 ? [...rows] : rows.slice(0, end)
}

function* table(head: readonly string[], rows: readonly string[]): Generator<string> {
  yield row(head)
  yield row(head.map(() => '---'))
  yield* rows
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}
