// SARIF 2.1.0, for code hosts and editors: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
//
// One run. A rule is an advisory or a hardening rule; a result is one finding, at the file that it was read from.
// What could not be done is a notification of the invocation, and the invocation failed when nothing could be judged.

import { percentEncoded } from '../lib/percent.ts'
import type { Finding } from '../model/finding.ts'
import type { Result } from '../model/result.ts'
import type { Gap, Place } from '../model/scan.ts'
import { bySeverity, type Severity } from '../model/severity.ts'
import type { Format } from './format.ts'
import { jsonText } from './json-text.ts'
import { whyNotJudged } from './judged.ts'
import { pathReference, webAddress } from './uri.ts'

export const sarif: Format = { id: 'sarif', extension: 'sarif', render }

/** Paths are relative to the root of what was looked at, wherever that lay. */
const root = 'TARGET'

function* render(result: Result): Generator<string> {
  const rules = byRule(result.findings)
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
        invocations: [invocation(result)],
        results: result.findings.map((finding) => toResult(finding, rules.get(finding.rule)!.index, result)),
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
    shortDescription: { text: plain(worst.title) },
    ...(address === undefined ? {} : { helpUri: address }),
    help: { text: plain([worst.title, ...worst.aliases, ...worst.references].join('\n')) },
    defaultConfiguration: { level: level(worst.severity) },
    properties: {
      tags: ['security', worst.kind === 'rule' ? 'hardening' : worst.kind],
      ...(score === undefined ? {} : { 'security-severity': score.toFixed(1) }),
    },
  }
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

function toResult(finding: Finding, ruleIndex: number, { target }: Result) {
  const { package: subject, fix, title, place } = finding
  const text = [subject ? `${subject.name} ${subject.version}: ${title}` : title, fix].filter(Boolean).join('. ')
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: level(finding.severity),
    message: { text: plain(text) },
    locations: [
      {
        physicalLocation: physicalLocation(place) ?? { artifactLocation: { uri: percentEncoded(target.name) } },
        logicalLocations: [
          subject
            ? { name: subject.name, fullyQualifiedName: subject.purl, kind: 'package' }
            : { name: finding.resource, kind: 'resource' },
        ],
      },
    ],
    partialFingerprints: { 'plimsollFinding/v1': finding.id },
    properties: {
      severity: finding.severity,
      exploited: finding.exploited,
      aliases: finding.aliases,
      ...(subject?.fixedIn === undefined ? {} : { fixedIn: subject.fixedIn }),
      ...(place?.layer === undefined ? {} : { layer: place.layer }),
    },
  }
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

function invocation(result: Result) {
  const failed = whyNotJudged(result)
  return {
    executionSuccessful: failed === undefined,
    ...(failed === undefined ? {} : { exitCodeDescription: `the target could not be judged: ${failed}` }),
    endTimeUtc: result.at,
    toolExecutionNotifications: result.gaps.map(notification),
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
