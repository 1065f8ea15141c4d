// What every kind of finding is stored with.

import type { Finding } from '../model/finding.ts'

/** Columns of a recordset. */
export const judgement = 'rule text, severity text, score float8, exploited boolean, title text, fix text'
export const detail =
  'package jsonb, evidence jsonb, aliases jsonb, reference_list jsonb, epss jsonb, suppressed jsonb, more jsonb'

export function columnsOf(finding: Finding) {
  const { rule, severity, score, exploited, title, fix, evidence, aliases, references, epss, suppressed, ...rest } =
    finding
  const { id: _id, kind: _kind, resource: _resource, subLayer: _subLayer, task: _task, place: _place, ...more } = rest
  const { package: judged, ...carried } = more
  return {
    rule,
    severity,
    score,
    exploited,
    title,
    fix,
    package: judged,
    evidence,
    aliases,
    reference_list: references,
    epss,
    suppressed,
    more: carried satisfies MoreOfFinding,
  }
}

/** What a finding carries that no query looks at. */
export type MoreOfFinding = Omit<
  Finding,
  | 'id'
  | 'kind'
  | 'resource'
  | 'subLayer'
  | 'task'
  | 'rule'
  | 'severity'
  | 'score'
  | 'exploited'
  | 'title'
  | 'fix'
  | 'evidence'
  | 'place'
  | 'package'
  | 'aliases'
  | 'references'
  | 'epss'
  | 'suppressed'
>
