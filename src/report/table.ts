// The result for people: what was looked at, what was found, worst first, and what could not be done.
//
// A count stands only where somebody looked. Names come from what was inspected, so none reaches the terminal raw.

import { ago } from '../lib/instant.ts'
import { printable } from '../lib/printable.ts'
import { isCounted, knownAs, type Finding } from '../model/finding.ts'
import { byUrgency } from '../model/priority.ts'
import type { Result } from '../model/result.ts'
import { severities } from '../model/severity.ts'
import { columns, cut } from './columns.ts'
import type { Format } from './format.ts'
import { imageRows, hiddenPackages } from './image-rows.ts'
import { depth, whyNotJudged } from './judged.ts'
import { isOfBase, placeText } from './layers.ts'
import { advice } from './advice.ts'
import { baselineWords, failOnWords, leftOutWords, noneWords } from './narrowed-words.ts'
import { signatureWords, sourceWords } from './origin-words.ts'
import { severityCounts, severityWord } from './severity-words.ts'

export const table: Format = { id: 'table', extension: 'txt', render }

/** Characters of a line of columns; what is longer is cut with `…`, and the other formats have it whole. */
const width = 120

const targetKinds: Readonly<Record<Result['target']['kind'], string>> = {
  image: 'image',
  rootfs: 'root file system',
  host: 'host',
  sbom: 'bill of materials',
}

function* render(result: Result): Generator<string> {
  yield* heading(result)
  yield* advice(result, width)
  yield* vulnerabilities(result)
  yield* contents('Secrets', 'secret', result)
  yield* contents('Malware', 'malware', result)
  yield* settings(result)
  yield* known(result)
  yield* suppressed(result)
  yield* hiddenPackages(result, width)
  yield* notDone(result)
}

function* heading(result: Result): Generator<string> {
  const { target, distribution } = result
  const rows = [
    ['Target', `${target.name} (${targetKinds[target.kind]})`],
    ['Digest', target.digest ?? ''],
    ['Source', sourceWords(result.image?.origin ?? {})],
    ['Signed', signatureWords(result.image?.origin ?? {})],
    ['Distribution', distribution?.name ?? '? (not recognised)'],
    ['Packages', packageCount(result)],
    ...imageRows(result),
    ['Vulnerabilities', vulnerabilityCount(result)],
    ['Secrets', counts(result.findings, 'secret', '')],
    ['Malware', counts(result.findings, 'malware', '')],
    ['Settings', settingCount(result)],
    ['Without fix', leftOutWords(result)],
    ['Baseline', baselineWords(result)],
    ['Suppressed', suppressedCount(result)],
    ['Advisories', threatData(result)],
    [
      'Not done',
      result.gaps.length === 0
        ? ''
        : `${result.gaps.length} ${result.gaps.length === 1 ? 'gap' : 'gaps'}, listed below`,
    ],
    ['--fail-on', failOnWords(result)],
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
    const found = openOf(result.findings, 'vulnerability').length > 0
    return found
      ? `at least ${counts(result.findings, 'vulnerability')} (not judged: ${why})`
      : `? (not judged: ${why})`
  }
  return `${counts(result.findings, 'vulnerability', noneWords(result))}; ${depth(result.judged)}`
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

function counts(findings: readonly Finding[], kind: Finding['kind'], none = 'none found'): string {
  return severityCounts(openOf(findings, kind)) || none
}

function* vulnerabilities(result: Result): Generator<string> {
  const { findings } = result
  const found = openOf(findings, 'vulnerability').toSorted(byUrgency)
  yield* groupedBySeverity('Vulnerabilities', found, (group) => {
    const rows = group.map((finding) => [
      knownAs(finding),
      `${finding.package?.name ?? finding.resource} ${finding.package?.version ?? ''}`,
      finding.package?.fixedIn === undefined ? 'no fix known' : `fixed in ${finding.package.fixedIn}`,
      finding.exploited ? 'exploited' : '',
      whose(finding, result),
      finding.title,
    ])
    return columns(
      rows.map((row) => row.map(printable)),
      [24, 44, 32, 9, 4],
      width - 4,
    )
  })
}

/** Whether who builds the image can fix it alone, where that is known. */
function whose({ place = {} }: Finding, result: Result): string {
  const ofBase = isOfBase(place, result)
  return ofBase === undefined ? '' : ofBase ? 'base' : 'own'
}

/** What was found in the bytes of files: where it is, and in which layer. */
function* contents(title: string, kind: Finding['kind'], result: Result): Generator<string> {
  const found = openOf(result.findings, kind).toSorted(byUrgency)
  yield* groupedBySeverity(title, found, (group) =>
    group.flatMap(({ title: what, place, fix }) => [
      cut(printable(what), width - 4),
      ...(place === undefined ? [] : [`  ${cut(printable(placeText(place, result)), width - 6)}`]),
      ...(fix === undefined ? [] : [`  ${printable(fix)}`]),
    ]),
  )
}

function* settings({ findings }: Result): Generator<string> {
  const found = openOf(findings, 'rule').toSorted(byUrgency)
  yield* groupedBySeverity('Settings', found, (group) => {
    const lines = columns(
      group.map(({ rule, title }) => [rule, title].map(printable)),
      [40],
      width - 4,
    )
    return group.flatMap(({ fix }, index) => [lines[index]!, ...(fix === undefined ? [] : [`  ${printable(fix)}`])])
  })
}

/** What is suppressed or known is counted and shown apart. */
function openOf(findings: readonly Finding[], kind: Finding['kind']): Finding[] {
  return findings.filter((finding) => finding.kind === kind && isCounted(finding))
}

function* known({ findings }: Result): Generator<string> {
  const found = findings.filter((finding) => finding.known).toSorted(byUrgency)
  if (found.length === 0) return
  yield `\nKnown (${found.length}: ${severityCounts(found)})\n`
  const rows = found.map((finding) =>
    [knownAs(finding), subjectOf(finding), severityWord(finding.severity)].map(printable),
  )
  for (const line of columns(rows, [24, 84], width - 2)) yield `  ${line}\n`
}

function subjectOf({ package: of, title }: Finding): string {
  return of === undefined ? title : `${of.name} ${of.version}`
}

function suppressedCount({ findings }: Result): string {
  const count = findings.filter(({ suppressed }) => suppressed !== undefined).length
  return count === 0 ? '' : `${count}, counted apart and listed below`
}

function* suppressed({ findings }: Result): Generator<string> {
  const found = findings.filter((finding) => finding.suppressed !== undefined).toSorted(byUrgency)
  if (found.length === 0) return
  yield `\nSuppressed (${found.length})\n`
  const rows = found.map((finding) => {
    const { by, reason, until } = finding.suppressed!
    return [knownAs(finding), subjectOf(finding), until === undefined ? '' : `until ${until}`, `${reason} (${by})`].map(
      printable,
    )
  })
  for (const line of columns(rows, [24, 36, 16], width - 2)) yield `  ${line}\n`
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
function* notDone(result: Result): Generator<string> {
  const { gaps } = result
  if (gaps.length > 0) yield `\nNot done (${gaps.length})\n`
  const reasons = [...Map.groupBy(gaps, ({ why }) => why)]
  for (const [why, list] of reasons.slice(0, reasonsShown)) {
    yield `  ${cut(printable(why), 3 * width)}\n`
    const places = list.flatMap(({ place }) => (place === undefined ? [] : placeText(place, result)))
    for (const place of places.slice(0, placesShown)) yield `    ${cut(printable(place), width - 4)}\n`
    if (places.length > placesShown) yield `    and ${places.length - placesShown} more places\n`
  }
  const more = reasons.length - reasonsShown
  if (more > 0) yield `  and ${more} more ${more === 1 ? 'reason' : 'reasons'}: the json format lists every one\n`
}
