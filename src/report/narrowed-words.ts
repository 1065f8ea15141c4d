// What a scan was asked to leave out, or to take as known, and what it was to fail on: said in every format.

import { ago } from '../lib/instant.ts'
import type { Result } from '../model/result.ts'
import { severities } from '../model/severity.ts'
import { severityCounts } from './severity-words.ts'

/** `12 without a fix are not shown (3 high, 9 low)`; empty where nothing was left out. */
export function leftOutWords({ withoutFix }: Pick<Result, 'withoutFix'>): string {
  if (withoutFix === undefined) return ''
  const list = severities.flatMap((severity) => Array.from({ length: withoutFix[severity] }, () => ({ severity })))
  if (list.length === 0) return ''
  return `${list.length} without a fix ${list.length === 1 ? 'is' : 'are'} not shown (${severityCounts(list)})`
}

/** `7 known from main.json, made 3 days ago; 2 of it are gone`; empty without a baseline. */
export function baselineWords({ baseline, at }: Pick<Result, 'baseline' | 'at'>): string {
  if (baseline === undefined) return ''
  const { name, known, gone } = baseline
  return `${known} known from ${name}, made ${ago(baseline.at, at)}; ${gone} of it ${gone === 1 ? 'is' : 'are'} gone`
}

/** What to say where no vulnerability counts: `none found` only where nothing was left out or taken as known. */
export function noneWords(
  { withoutFix, baseline }: Pick<Result, 'withoutFix' | 'baseline'>,
  none: 'none' | 'nothing' = 'none',
): string {
  if (withoutFix === undefined && baseline === undefined) return `${none} found`
  return `${none}${baseline === undefined ? '' : ' new'}${withoutFix === undefined ? '' : ' with a fix'}`
}

/** `fails: 2 findings are high or worse`; empty where nothing was to fail. */
export function failOnWords({ failOn }: Pick<Result, 'failOn'>): string {
  if (failOn === undefined) return ''
  const { severity, over } = failOn
  const found = over === 1 ? '1 finding is' : `${over} findings are`
  // Whatever was found fails then, for what nobody has rated comes last.
  if (severity === 'unknown')
    return over > 0 ? `fails: ${found} there, rated or not` : 'passes: no finding counts, rated or not'
  const limit = severity === 'critical' ? severity : `${severity} or worse`
  return over > 0 ? `fails: ${found} ${limit}` : `passes: no finding that counts is ${limit}`
}
