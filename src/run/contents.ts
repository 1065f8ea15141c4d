// What was found in the contents of files, as findings.
//
// A secret is a mistake of who built the image, so that it belongs to hardening. Malware in a file is a threat, but having looked
// for it says nothing of what happens when the image runs: its assessment leaves no evidence, and no cell turns green by it.

import type { Assessment } from '../model/evidence.ts'
import { findingId, type Finding } from '../model/finding.ts'
import type { FoundContent, ImageContents } from '../model/image.ts'
import type { Task } from '../model/layers.ts'

const tasks: Readonly<Record<FoundContent['kind'], Task>> = { secret: 'hardening', malware: 'threats' }

export function contentFindings({ found }: ImageContents, resource: string, kind: FoundContent['kind']): Finding[] {
  return found.filter((one) => one.kind === kind).map((one) => toFinding(one, resource))
}

/**
 * With the settings that the rules have judged, whose task it is. Without any the secrets stand alone, and leave no evidence: a
 * search for them is not the whole of hardening.
 */
export function secretAssessment(
  contents: ImageContents,
  resource: string,
  at: string,
  settings?: Assessment,
): Assessment {
  const secrets = contentFindings(contents, resource, 'secret')
  if (!settings) return withoutEvidence(resource, 'hardening', secrets, at)
  return { ...settings, findings: [...settings.findings, ...secrets], gaps: [...settings.gaps, ...contents.gaps] }
}

export function malwareAssessment(contents: ImageContents, resource: string, at: string): Assessment {
  return withoutEvidence(resource, 'threats', contentFindings(contents, resource, 'malware'), at)
}

function withoutEvidence(resource: string, task: Task, findings: readonly Finding[], at: string): Assessment {
  const depth = { done: 0, of: 0, unit: 'rules evaluated' } as const
  return {
    resource,
    subLayer: 'image',
    task,
    engine: 'plimsoll',
    at,
    depth,
    findings,
    gaps: [],
    leavesNoEvidence: true,
  }
}

function toFinding(
  { kind, rule, title, severity, evidence, place, hiddenBy }: FoundContent,
  resource: string,
): Finding {
  const subject = [kind, place.layer, place.path, place.line, evidence['fingerprint']].map((part) => String(part ?? ''))
  return {
    id: findingId({ resource, rule, subject: JSON.stringify(subject) }),
    kind,
    resource,
    subLayer: 'image',
    task: tasks[kind],
    rule,
    severity,
    title: hiddenBy === undefined ? title : `${title}, in a file that a later layer removes or replaces`,
    fix: fixOf(kind, hiddenBy !== undefined),
    evidence: { ...evidence, ...(hiddenBy === undefined ? {} : { hiddenBy }) },
    place,
    aliases: [],
    exploited: false,
    references: [],
  }
}

function fixOf(kind: FoundContent['kind'], isHidden: boolean): string {
  if (kind === 'malware') return 'Find out how the file came into the image, and build it again without it'
  const why = isHidden ? ': whoever has the image can read it there' : ''
  return `Revoke it, and build the image without it in any layer${why}; give it to the container when it starts`
}
