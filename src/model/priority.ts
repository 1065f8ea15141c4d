// How soon a finding wants an answer, and why, in one sentence. Pure: what is not known of the circumstances is said as that,
// and never counts as harmless.

import { priorityLevels, type Finding, type Priority, type PriorityLevel } from './finding.ts'
import { bySeverity, severities, type Severity } from './severity.ts'

/** What is known of where a finding is; absent: nobody knows. */
export interface Circumstances {
  /** Something runs it now. */
  running?: boolean
  /** Whether what runs it can be reached from outside. */
  exposed?: boolean
  /** A process has loaded the package. */
  loaded?: boolean
}

type Judged = Pick<
  Finding,
  'kind' | 'severity' | 'exploited' | 'score' | 'epss' | 'package' | 'fix' | 'fixState' | 'subscription' | 'suppressed'
>

/** One chance in ten within 30 days; a few per cent of all vulnerabilities. https://www.first.org/epss/model */
const likely = 0.1

export function prioritise(finding: Judged, circumstances: Circumstances = {}): Priority {
  const level = levelOf(finding, circumstances)
  return { level, because: sentence(level, finding, circumstances) }
}

/** The level alone, for sorting. */
export function levelOf(
  { kind, severity, exploited, epss, suppressed }: Judged,
  at: Circumstances = {},
): PriorityLevel {
  if (suppressed) return 'later'
  if (kind === 'malware') return 'now'
  // Nobody has rated it, which does not make it harmless.
  const grave = severity === 'unknown' || severities.indexOf(severity) <= severities.indexOf('high')
  if (kind !== 'vulnerability') return levels[severity]
  if (exploited) return at.running === false ? 'soon' : 'now'
  const isLikely = (epss?.probability ?? 0) >= likely
  if (isLikely && grave && at.exposed === true) return 'now'
  const level = isLikely && grave ? 'soon' : raised(levels[severity], at.exposed === true && severity === 'high')
  return at.running === false || at.loaded === false ? lowered(level) : level
}

const levels: Readonly<Record<Severity, PriorityLevel>> = {
  critical: 'soon',
  high: 'planned',
  medium: 'later',
  low: 'later',
  // Nobody has rated it, which does not make it harmless.
  unknown: 'later',
}

function raised(level: PriorityLevel, when: boolean): PriorityLevel {
  return when ? priorityLevels[Math.max(0, priorityLevels.indexOf(level) - 1)]! : level
}

function lowered(level: PriorityLevel): PriorityLevel {
  return priorityLevels[Math.min(priorityLevels.length - 1, priorityLevels.indexOf(level) + 1)]!
}

const words: Readonly<Record<PriorityLevel, string>> = {
  now: 'Act now',
  soon: 'Act soon',
  planned: 'Plan it',
  later: 'Later',
}

function sentence(level: PriorityLevel, finding: Judged, circumstances: Circumstances): string {
  if (finding.suppressed) return `${words[level]}: suppressed by ${finding.suppressed.by}.`
  const facts = [...threat(finding), ...place(circumstances)].filter((fact) => fact !== '')
  return `${words[level]}: ${facts.join(', ')}; ${remedy(finding)}.`
}

function threat({ kind, severity, score, exploited, epss }: Judged): string[] {
  const rated = severity === 'unknown' ? 'not rated' : severity
  if (kind !== 'vulnerability') return [`${rated} ${kind === 'rule' ? 'setting' : kind}`]
  return [
    exploited ? 'known to be exploited' : '',
    epss === undefined ? '' : `exploited within 30 days with ${percent(epss.probability)} probability`,
    score === undefined ? rated : `${rated} (CVSS ${score.toFixed(1)})`,
  ]
}

function place({ running, exposed, loaded }: Circumstances): string[] {
  return [
    running === undefined ? '' : running ? 'running' : 'not running',
    exposed === undefined ? '' : exposed ? 'reachable from outside' : 'not reachable from outside',
    loaded === undefined ? '' : loaded ? 'loaded by a process' : 'not loaded by any process',
  ]
}

function remedy({ package: of, fix, fixState, subscription, kind }: Judged): string {
  if (of?.fixedIn !== undefined) {
    const upgrade = `fixed in ${of.fixedIn}`
    return subscription === undefined ? upgrade : `${upgrade}, for subscribers of ${subscription}`
  }
  if (fixState !== undefined) return `no fix: the distribution says ${fixState}`
  if (kind === 'vulnerability') return 'no fix known'
  return fix === undefined ? 'what to do depends on what it is for' : 'can be mended'
}

/** Below one per mille no digit of it means anything. */
function percent(share: number): string {
  return share < 0.001 ? 'less than 0.1 %' : `${(share * 100).toFixed(1)} %`
}

/** For sorting: by priority, then severity and score; equals by name, so that every run has one order. */
export function byUrgency(a: Finding, b: Finding): number {
  const urgency =
    urgencyOf(a) - urgencyOf(b) || Number(b.exploited) - Number(a.exploited) || bySeverity(a.severity, b.severity)
  return urgency || (b.score ?? -1) - (a.score ?? -1) || byText(a.package?.name, b.package?.name) || byText(a.id, b.id)
}

function urgencyOf(finding: Finding): number {
  return priorityLevels.indexOf(finding.priority?.level ?? levelOf(finding))
}

function byText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0
}
