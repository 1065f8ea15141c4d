// Exceptions from ignore files on findings: shown as suppressed, by what and until when; those that have ended say so.

import { GlobIndex } from '../lib/glob.ts'
import { parsePurl } from '../lib/purl.ts'
import { comparableName } from '../model/package-name.ts'
import type { Finding } from '../model/finding.ts'
import type { Gap, Place } from '../model/scan.ts'
import type { IgnoreRule } from './ignore-rule.ts'
import { covers } from './vex-target.ts'

/** `today`: a day, or a time that begins with one. What is suppressed already stays as it is. */
export function applyIgnores(
  findings: readonly Finding[],
  rules: readonly IgnoreRule[],
  today: string,
): { findings: Finding[]; gaps: Gap[] } {
  const gaps: Gap[] = []
  const ended = rules.filter((rule) => hasEnded(rule, today))
  const holding = rules.filter((rule) => !hasEnded(rule, today))
  for (const rule of ended) {
    if (findings.some((finding) => matches(rule, finding))) gaps.push({ why: endedText(rule), place: placeOf(rule) })
  }
  const judged = findings.map((finding) => {
    if (finding.suppressed) return finding
    const rule = holding.find((one) => matches(one, finding))
    if (rule === undefined) return finding
    const { file, line, reason = 'no reason is given', until } = rule
    const by = line === undefined ? file : `${file}:${line}`
    return { ...finding, suppressed: { by, reason, ...(until === undefined ? {} : { until }) } }
  })
  return { findings: judged, gaps }
}

function hasEnded({ until }: IgnoreRule, today: string): boolean {
  return until !== undefined && until <= today.slice(0, 'yyyy-mm-dd'.length)
}

function endedText({ ids, package: of, until }: IgnoreRule): string {
  const what = ids?.join(', ') ?? of?.name ?? 'everything'
  return `the exception for ${what} ended on ${until}: its findings are open again`
}

function placeOf({ file, line }: IgnoreRule): Place {
  return { path: file, ...(line === undefined ? {} : { line }) }
}

function matches(rule: IgnoreRule, finding: Finding): boolean {
  const { ids, kinds, package: of, paths, fixed } = rule
  if (!kinds.includes(finding.kind)) return false
  if (ids !== undefined && !ids.some((id) => id === finding.rule || finding.aliases.includes(id))) return false
  // A rule that names nothing at all would let everything pass.
  if (ids === undefined && of?.name === undefined && of?.purls === undefined && paths === undefined) return false
  if (fixed !== undefined && fixed !== (finding.package?.fixedIn !== undefined)) return false
  if (paths !== undefined && !onPaths(paths, finding)) return false
  return of === undefined || isPackage(of, finding.package)
}

function isPackage(of: NonNullable<IgnoreRule['package']>, found: Finding['package']): boolean {
  if (found === undefined) return false
  const { ecosystems, name, version, purls } = of
  if (ecosystems !== undefined && !ecosystems.includes(found.ecosystem)) return false
  if (version !== undefined && version !== found.version) return false
  if (name !== undefined && comparableName(found.ecosystem, name) !== comparableName(found.ecosystem, found.name))
    return false
  if (purls === undefined) return true
  const purl = parsePurl(found.purl)
  return purl !== undefined && purls.some((one) => covers(one, purl))
}

/** All places where it is installed must lie on the paths: else it is open at the others. */
function onPaths(globs: readonly string[], { place, evidence }: Finding): boolean {
  const listed = evidence['places'] as readonly Place[] | undefined
  const places = (listed ?? (place ? [place] : [])).flatMap(({ path }) => path ?? [])
  const index = new GlobIndex(globs.map((glob) => [glob.replace(/^\//, ''), true] as const))
  return places.length > 0 && places.every((path) => index.match(path).length > 0)
}
