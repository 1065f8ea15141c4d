// Evidence is append-only: saying the same again each minute would fill the store and prove nothing more.

import { millisecondsBetween } from '../lib/instant.ts'
import type { Assessment } from '../model/evidence.ts'

/** Milliseconds after which the same outcome is said again; well inside every limit of `cover`. */
const sayAgainAfter = 60 * 60 * 1000

/** Tells whether an assessment says something new: another outcome, or the same one after an hour. */
export function throttle(): (assessment: Assessment) => boolean {
  const said = new Map<string, { outcome: string; at: string }>()
  return ({ resource, subLayer, task, engine, at, depth, findings, gaps }) => {
    const key = [resource, subLayer, task, engine].join('\n')
    const outcome = JSON.stringify([depth, findings.map(({ id, fix, severity }) => [id, fix, severity]), gaps])
    const before = said.get(key)
    if (before?.outcome === outcome && millisecondsBetween(before.at, at) < sayAgainAfter) return false
    said.set(key, { outcome, at })
    return true
  }
}
