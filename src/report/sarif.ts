// SARIF 2.1.0, for code hosts and editors: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
//
// One run. A rule is an advisory or a hardening rule; a result is one finding, at the file that it was read from.
// What could not be done is a notification of the invocation, and the invocation failed when nothing could be judged.
//
// Code hosts take a part of it, and refuse files beyond their limits: 25,000 results in a run, texts of rules to 1024
// characters, a place with a line and a fingerprint for each result, and 20 tags.
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

import { percentEncoded } from '../lib/percent.ts'
import { uuidOfName } from '../lib/sha1.ts'
import { isCounted, type Finding, type Suppression, priorityLevels } from '../model/finding.ts'
import { byUrgency } from '../model/priority.ts'
import { lastingNames } from '../model/lasting-name.ts'
import type { Result } from '../model/result.ts'
import type { Gap, Place } from '../model/scan.ts'
import { bySeverity, type Severity } from '../model/severity.ts'
import { cut } from './columns.ts'
import type { Format } from './format.ts'
import { jsonText } from './json-text.ts'
import { whyNotJudged } from './judged.ts'
import { baselineWords, leftOutWords } from './narrowed-words.ts'
import { pathReference, webAddress } from './uri.ts'

export const sarif: Format = { id: 'sarif', extension: 'sarif', render }

/** Paths are relative to the root of what was looked at, wherever that lay. */
const root = 'TARGET'

/** In a run; a file with more is refused whole. */
const mostResults = 25_000
/** Characters of a rule's texts. */
const longestText = 1024
/** Of the names that fingerprints are made from; chosen once, at random. */
const namespace = '3c4f4a86-0a5c-5c39-8d6b-2f7f6f1f0d7e'

function* render(result: Result): Generator<string> {
  const findings = mostUrgent(result.findings)
  const rules = byRule(findings)
  const fingerprint = fingerprints()
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Plimsoll',
            version: result.version,
            rules: [...rules.values()].map(({ findings }) => reportingDescriptor(findings)),
          },
        },
        originalUriBaseIds: { [root]: { description: { text: plain(`The root of ${result.target.name}`) } } },
        invocations: [invocation(result, result.findings.length - findings.length)],
        results: findings.map((finding) => ({
          ...toResult(finding, rules.get(finding.rule)!.index, result),
          partialFingerprints: { primaryLocationLineHash: fingerprint(finding), 'plimsollFinding/v1': finding.id },
        })),
        properties: {
          target: result.target,
          packages: result.packages.length,
          judged: result.judged,
          evaluated: result.evaluated,
          advisories: result.advisories,
        },
      },
    ],
  }
  yield jsonText(log)
}

/** All that a run may have; those that count before those that are suppressed or known. */
function mostUrgent(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= mostResults) return findings
  return findings
    .toSorted((a, b) => Number(isCounted(b)) - Number(isCounted(a)) || byUrgency(a, b))
    .slice(0, mostResults)
}

/**
 * By this a code host knows an alert again, and with it that somebody has dismissed it: the same in every build of an image.
 * In its own form, with the number of the like before it: two places of one package are two alerts.
 */
function fingerprints(): (finding: Finding) => string {
  const times = new Map<string, number>()
  return (finding) => {
    const name = lastingNames(finding)[0]!
    const time = (times.get(name) ?? 0) + 1
    times.set(name, time)
    return `${uuidOfName(namespace, name).replaceAll('-', '')}:${time}`
  }
}

/** The findings of each rule, by its id, with the rule's place in the list. */
function byRule(findings: readonly Finding[]): Map<string, { index: number; findings: Finding[] }> {
  const rules = new Map<string, { index: number; findings: Finding[] }>()
  for (const finding of findings) {
    const known = rules.get(finding.rule)
    if (known) known.findings.push(finding)
    else rules.set(finding.rule, { index: rules.size, findings: [finding] })
  }
  return rules
}

function reportingDescriptor(findings: readonly Finding[]) {
  const worst = findings.toSorted((a, b) => bySeverity(a.severity, b.severity) || (b.score ?? 0) - (a.score ?? 0))[0]!
  const address = worst.references.map(webAddress).find((reference) => reference !== undefined)
  const score = securitySeverity(worst)
  return {
    id: worst.rule,
    shortDescription: { text: short(worst.title || worst.rule) },
    fullDescription: { text: short([worst.title || worst.rule, ...worst.aliases].join(', ')) },
    ...(address === undefined ? {} : { helpUri: address }),
    help: { text: help(findings) },
    defaultConfiguration: { level: level(worst.severity) },
    properties: {
      tags: ['security', worst.kind === 'rule' ? 'hardening' : worst.kind],
      ...(score === undefined ? {} : { 'security-severity': score.toFixed(1) }),
    },
  }
}

/** What the rule is about, what to do in each package, and where to read more. */
function help(findings: readonly Finding[]): string {
  const [{ title, rule, aliases, references }] = findings as [Finding]
  const fixes = [
    ...new Set(findings.flatMap(({ fix, package: of }) => fix ?? (of ? `No fix is known for ${of.name}` : []))),
  ]
  const more = fixes.length - fixesShown
  const lines = [title || rule, ...fixes.slice(0, fixesShown), ...(more > 0 ? [`and ${more} more`] : [])]
  return plain([...lines, ...aliases, ...references].join('\n'))
}

const fixesShown = 20

function short(text: string): string {
  return cut(plain(text), longestText)
}

/** What is not rated may be as bad as the worst: a warning, not a note. */
function level(severity: Severity): 'error' | 'warning' | 'note' {
  if (severity === 'critical' || severity === 'high') return 'error'
  return severity === 'low' ? 'note' : 'warning'
}

/** Code hosts sort by a CVSS score and have no words for it: a severity without a score is the lowest of its band. */
function securitySeverity({ score, severity }: Finding): number | undefined {
  return score ?? { critical: 9, high: 7, medium: 4, low: 0.1, unknown: undefined }[severity]
}

function toResult(finding: Finding, ruleIndex: number, { target, baseline }: Result) {
  const { package: subject, fix, title, place } = finding
  const text = [subject ? `${subject.name} ${subject.version}: ${title}` : title, fix].filter(Boolean).join('. ')
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: level(finding.severity),
    message: { text: plain(text) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: percentEncoded(target.name) || 'target' },
          // Code hosts want a line, also of what is about the whole file.
          region: { startLine: 1 },
          ...physicalLocation(place),
        },
        logicalLocations: [
          subject
            ? { name: subject.name, fullyQualifiedName: subject.purl, kind: 'package' }
            : { name: finding.resource, kind: 'resource' },
        ],
      },
    ],
    ...rank(finding),
    ...(baseline ? { baselineState: finding.known ? 'unchanged' : 'new' } : {}),
    ...(finding.suppressed ? { suppressions: [suppression(finding.suppressed)] } : {}),
    properties: {
      severity: finding.severity,
      exploited: finding.exploited,
      aliases: finding.aliases,
      ...(subject?.fixedIn === undefined ? {} : { fixedIn: subject.fixedIn }),
      ...(finding.priority === undefined ? {} : { priority: finding.priority }),
      ...(finding.hint === undefined ? {} : { hint: finding.hint }),
      ...(place?.layer === undefined ? {} : { layer: place.layer }),
    },
  }
}

/** From 0 to 100, the higher the more urgent (section 3.27.25). */
function rank({ priority, score }: Finding) {
  if (priority === undefined) return {}
  const level = priorityLevels.length - 1 - priorityLevels.indexOf(priority.level)
  return { rank: level * 25 + Math.min(score ?? 0, 10) * 2.4 }
}

/** Outside of the code: in a document or a file beside it (section 3.35). */
function suppression({ by, reason, until }: Suppression) {
  const end = until === undefined ? '' : `, until ${until}`
  return { kind: 'external', status: 'accepted', justification: plain(`${reason} (${by}${end})`) }
}

function physicalLocation(place: Place | undefined) {
  const uri = place?.path === undefined ? undefined : pathReference(place.path)
  if (uri === undefined) return undefined
  const line = place?.line
  return {
    artifactLocation: { uri, uriBaseId: root },
    ...(line !== undefined && line >= 1 ? { region: { startLine: line } } : {}),
  }
}

function invocation(result: Result, leftOut: number) {
  const failed = whyNotJudged(result)
  const notes = [
    leftOutWords(result),
    baselineWords(result),
    leftOut > 0
      ? `${leftOut} of ${result.findings.length} findings are left out, the least urgent: code hosts take no more`
      : '',
  ].filter((words) => words !== '')
  return {
    executionSuccessful: failed === undefined,
    ...(failed === undefined ? {} : { exitCodeDescription: `the target could not be judged: ${failed}` }),
    endTimeUtc: result.at,
    toolExecutionNotifications: [
      ...result.gaps.map(notification),
      ...notes.map((text) => ({ level: 'note', message: { text: plain(text) } })),
    ],
  }
}

function notification({ why, place }: Gap) {
  const location = physicalLocation(place)
  const layer = place?.layer === undefined ? {} : { properties: { layer: place.layer } }
  return {
    level: 'warning',
    message: { text: plain(place?.path === undefined ? why : `${why} (${place.path})`) },
    ...(location === undefined ? {} : { locations: [{ physicalLocation: location }] }),
    ...layer,
  }
}

/** In a message `[text](address)` is a link (section 3.11.6); what is inspected must not be able to write one. */
function plain(text: string): string {
  return text.replaceAll('](', '] (')
}
