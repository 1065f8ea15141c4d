// The result for people: what was looked at, what was found, worst first, and what could not be done.
//
// A count stands only where somebody looked. Names come from what was inspected, so none reaches the terminal raw.

import { ago } from '../lib/instant.ts'
import { printable } from '../lib/printable.ts'
import { byUrgency, knownAs, type Finding } from '../model/finding.ts'
import type { Result } from '../model/result.ts'
import type { Gap, Place } from '../model/scan.ts'
import { severities } from '../model/severity.ts'
import { columns, cut } from './columns.ts'
import type { Format } from './format.ts'
import { depth, whyNotJudged } from './judged.ts'
import { severityCounts, severityWord } from './severity-words.ts'

export const table: Format = { id: 'table', extension: 'txt', render }

/** Characters of a line of columns; what is longer is cut with `…`, and the other formats have it whole. */
const width = 120

function* render(result: Result): Generator<string> {
  yield* heading(result)
  yield* vulnerabilities(result)
  yield* settings(result)
  yield* notDone(result.gaps)
}

function* heading(result: Result): Generator<string> {
  const { target, distribution } = result
  const rows = [
    ['Target', `${target.name} (${target.kind === 'rootfs' ? 'root file system' : target.kind})`],
    ['Digest', target.digest ?? ''],
    ['Distribution', distribution?.name ?? '? (not recognised)'],
    ['Packages', packageCount(result)],
    ['Vulnerabilities', vulnerabilityCount(result)],
    ['Settings', settingCount(result)],
    ['Advisories', threatData(result)],
    [
      'Not done',
      result.gaps.length === 0
        ? ''
        : `${result.gaps.length} ${result.gaps.length === 1 ? 'gap' : 'gaps'}, listed below`,
    ],
  ]
  const shown = rows.filter(([, value]) => value !== '').map((row) => row.map(printable))
  for (const line of columns(shown, [15], width)) yield `${line}\n`
}

function packageCount({ packages, gaps }: Result): string {
  if (packages.length === 0 && gaps.length > 0) return `? (none could be read: ${gaps[0]!.why})`
  const kinds = [...Map.groupBy(packages, ({ ecosystem }) => ecosystem)].map(([name, list]) => `${list.length} ${name}`)
  return packages.length === 0 ? 'none found' : `${packages.length} (${kinds.join(', ')})`
}

function vulnerabilityCount(result: Result): string {
  const why = whyNotJudged(result)
  if (why !== undefined) {
    const found = result.findings.some(({ kind }) => kind === 'vulnerability')
    return found
      ? `at least ${counts(result.findings, 'vulnerability')} (not judged: ${why})`
      : `? (not judged: ${why})`
  }
  return `${counts(result.findings, 'vulnerability')}; ${depth(result.judged)}`
}

function settingCount({ evaluated, findings }: Result): string {
  if (evaluated.done === 0) return '? (no rule was evaluated)'
  return `${counts(findings, 'rule')}; ${depth(evaluated)}`
}

function threatData({ advisories: { advisories, origin, builtAt }, at }: Result): string {
  if (advisories === 0) return 'none: run `plimsoll db build`'
  // A few records that come with the product: on the first run, building an index is what to do next.
  if (origin === 'starter') {
    return `${advisories} of the starter set, the newest ${ago(builtAt, at)}: \`plimsoll db build\` makes a whole index`
  }
  return `${advisories} (${origin}), built ${ago(builtAt, at)}`
}

function counts(findings: readonly Finding[], kind: Finding['kind']): string {
  return severityCounts(findings.filter((finding) => finding.kind === kind)) || 'none found'
}

function* vulnerabilities({ findings }: Result): Generator<string> {
  const found = findings.filter(({ kind }) => kind === 'vulnerability').toSorted(byUrgency)
  yield* groupedBySeverity('Vulnerabilities', found, (group) => {
    const rows = group.map((finding) => [
      knownAs(finding),
      `${finding.package?.name ?? finding.resource} ${finding.package?.version ?? ''}`,
      finding.package?.fixedIn === undefined ? 'no fix known' : `fixed in ${finding.package.fixedIn}`,
      finding.exploited ? 'exploited' : '',
      finding.title,
    ])
    return columns(
      rows.map((row) => row.map(printable)),
      [24, 44, 32, 9],
      width - 4,
    )
  })
}

function* settings({ findings }: Result): Generator<string> {
  const found = findings.filter(({ kind }) => kind === 'rule').toSorted(byUrgency)
  yield* groupedBySeverity('Settings', found, (group) => {
    const lines = columns(
      group.map(({ rule, title }) => [rule, title].map(printable)),
      [40],
      width - 4,
    )
    return group.flatMap(({ fix }, index) => [lines[index]!, ...(fix === undefined ? [] : [`  ${printable(fix)}`])])
  })
}

function* groupedBySeverity(
  title: string,
  findings: readonly Finding[],
  lines: (group: readonly Finding[]) => string[],
): Generator<string> {
  if (findings.length > 0) yield `\n${title}\n`
  for (const severity of severities) {
    const group = findings.filter((finding) => finding.severity === severity)
    if (group.length === 0) continue
    yield `  ${severityWord(severity)} (${group.length})\n`
    for (const line of lines(group)) yield `    ${line}\n`
  }
}

const reasonsShown = 20
const placesShown = 3

/** Gaps of one reason together. */
function* notDone(gaps: readonly Gap[]): Generator<string> {
  if (gaps.length > 0) yield `\nNot done (${gaps.length})\n`
  const reasons = [...Map.groupBy(gaps, ({ why }) => why)]
  for (const [why, list] of reasons.slice(0, reasonsShown)) {
    yield `  ${cut(printable(why), 3 * width)}\n`
    const places = list.flatMap(({ place }) => (place === undefined ? [] : placeText(place)))
    for (const place of places.slice(0, placesShown)) yield `    ${cut(printable(place), width - 4)}\n`
    if (places.length > placesShown) yield `    and ${places.length - placesShown} more places\n`
  }
  const more = reasons.length - reasonsShown
  if (more > 0) yield `  and ${more} more ${more === 1 ? 'reason' : 'reasons'}: the json format lists every one\n`
}

function placeText({ path, line, layer }: Place): string {
  const file = path === undefined ? [] : [line === undefined ? path : `${path}:${line}`]
  return [...file, ...(layer === undefined ? [] : [`in layer ${layer}`])].join(' ')
}
