// JUnit XML, which every CI server shows as tests: a suite for what was looked for, a failed test for each open finding. What
// is suppressed or known, and what could not be judged, is skipped with its reason: neither a pass nor a failure.
// There is no standard; this is what Jenkins' and GitLab's readers take. https://github.com/testmoapp/junitxml

import { printable } from '../lib/printable.ts'
import { knownAs, type Finding, type FindingKind } from '../model/finding.ts'
import type { Result } from '../model/result.ts'
import type { Format } from './format.ts'
import { gapText } from './gap-text.ts'
import { depth, whyNotJudged } from './judged.ts'
import { baselineWords, leftOutWords, noneWords } from './narrowed-words.ts'
import { severityWord } from './severity-words.ts'

export const junit: Format = { id: 'junit', extension: 'xml', render }

const suites: readonly (readonly [kind: FindingKind, name: string])[] = [
  ['vulnerability', 'vulnerabilities'],
  ['rule', 'settings'],
  ['secret', 'secrets'],
  ['malware', 'malware'],
]

interface Case {
  name: string
  /** Of the file, or the package: what servers group by. */
  className: string
  failure?: string
  skipped?: string
}

function* render(result: Result): Generator<string> {
  const { target, at } = result
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="${attribute(`plimsoll scan ${target.name}`)}">\n`
  for (const [kind, name] of suites) {
    const cases = result.findings.filter((finding) => finding.kind === kind).map(toCase)
    if (cases.length > 0 || kind === 'vulnerability' || kind === 'rule')
      yield* suite(name, at, cases.length > 0 ? cases : [nothing(kind, name, result)])
  }
  const gaps = result.gaps.map((gap): Case => ({ name: gap.why, className: 'not done', skipped: gapText(gap) }))
  if (gaps.length > 0) yield* suite('not done', at, gaps)
  const notShown = [leftOutWords(result), baselineWords(result)].filter((words) => words !== '')
  const told = notShown.map((words): Case => ({ name: words, className: 'counted apart', skipped: words }))
  if (told.length > 0) yield* suite('counted apart', at, told)
  yield '</testsuites>\n'
}

/** A suite without a case is shown nowhere: nothing found is a test that passed, where somebody looked. */
function nothing(kind: FindingKind, name: string, result: Result): Case {
  const why = kind === 'vulnerability' ? whyNotJudged(result) : undefined
  const looked = kind === 'vulnerability' ? result.judged : result.evaluated
  const none = kind === 'vulnerability' ? noneWords(result, 'nothing') : 'nothing found'
  if (why === undefined && looked.done > 0) return { name: `${none}: ${depth(looked)}`, className: name }
  return { name: 'not judged', className: name, skipped: why ?? depth(looked) }
}

function toCase(finding: Finding): Case {
  const { severity, title, fix, place, package: found, suppressed, known, priority } = finding
  const className = found ? `${found.name} ${found.version}` : (place?.path ?? finding.resource)
  const name = `${knownAs(finding)} (${severityWord(severity)})`
  if (suppressed) return { name, className, skipped: `${suppressed.reason} (${suppressed.by})` }
  if (known) return { name, className, skipped: 'known from the baseline' }
  const text = [title, fix, priority?.because].filter(Boolean).join('. ')
  return { name, className, failure: text }
}

function* suite(name: string, at: string, cases: readonly Case[]): Generator<string> {
  const failed = cases.filter(({ failure }) => failure !== undefined).length
  const skipped = cases.filter((one) => one.skipped !== undefined).length
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}"`
  yield `  <testsuite name="${attribute(name)}" ${counts} timestamp="${attribute(at)}">\n`
  for (const { name: test, className, failure, skipped: why } of cases) {
    const head = `    <testcase name="${attribute(test)}" classname="${attribute(className)}" time="0"`
    if (failure !== undefined) yield `${head}><failure message="${attribute(failure)}"/></testcase>\n`
    else if (why !== undefined) yield `${head}><skipped message="${attribute(why)}"/></testcase>\n`
    else yield `${head}/>\n`
  }
  yield '  </testsuite>\n'
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Of a name that comes out of an image; what XML cannot hold is shown by its code, or as U+FFFD. */
function attribute(text: string): string {
  const held = printable(text).replaceAll(/[\ufffe\uffff]/g, '\ufffd')
  return held.replaceAll(/[&<>"]/g, (character) => escapes[character]!)
}
