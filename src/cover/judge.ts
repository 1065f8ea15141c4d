// The state of one task on one sub-layer, from the evidence about each of its subjects.

import { cellStates, type CellState } from '../model/coverage.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Task } from '../model/layers.ts'
import { ago, duration, millisecondsBetween } from '../lib/instant.ts'

const hour = 60 * 60 * 1000

/**
 * Milliseconds for which evidence counts. A setting changes rarely and is evaluated at each look; advisories are
 * published every day; a threat that nobody saw for a day is one that nobody watches.
 */
export const defaultLimits: Readonly<Record<Task, number>> = {
  hardening: 7 * 24 * hour,
  vulnerabilities: 24 * hour,
  threats: 24 * hour,
}

export interface Outcome {
  state: CellState
  /** Why, in one clause; the same for all subjects that have the same reason. */
  why: string
  /** What rests on evidence says how deep it went. */
  evidence?: Evidence
}

/** The better of two states counts for one subject: another engine never takes away what one has proven. */
export function judgeSubject(
  evidence: readonly Evidence[],
  { asOf, limit, uncovered }: { asOf: string; limit: number; uncovered: string },
): Outcome {
  const newest = new Map<string, Evidence>()
  for (const one of evidence) {
    const known = newest.get(one.engine)
    if (!known || millisecondsBetween(known.at, one.at) > 0) newest.set(one.engine, one)
  }
  let best: Outcome = { state: 'gap', why: uncovered }
  for (const one of newest.values()) {
    const outcome = judgeEvidence(one, asOf, limit)
    const better = rank(outcome.state) - rank(best.state)
    if (better > 0 || (better === 0 && (!best.evidence || outcome.why < best.why))) best = outcome
  }
  return best
}

/** Incomplete evidence does not become better by growing old: only complete evidence is ever stale. */
function judgeEvidence(evidence: Evidence, asOf: string, limit: number): Outcome {
  const { depth, gaps, at } = evidence
  const [first] = gaps
  if (first || depth.done < depth.of) {
    const why = first?.why ?? `no reason was given for what is missing`
    return { state: depth.done === 0 ? 'gap' : 'unknown', why, evidence }
  }
  const fresh = millisecondsBetween(at, asOf) <= limit // false for what is not a time
  return { state: fresh ? 'proven' : 'stale', why: '', evidence }
}

export function rank(state: CellState): number {
  return cellStates.indexOf(state)
}

function worst(states: Iterable<CellState>): CellState {
  let found: CellState = 'n/a'
  for (const state of states) if (rank(state) < rank(found)) found = state
  return found
}

/** One state for all subjects, the worst, and one sentence on those that have it; whatever their order. */
export function foldOutcomes(
  outcomes: readonly Outcome[],
  { asOf, limit, nouns }: { asOf: string; limit: number; nouns: readonly [string, string] },
): { state: CellState; reason: string } {
  const state = worst(outcomes.map((outcome) => outcome.state))
  const those = outcomes.filter((outcome) => outcome.state === state)
  const said = sentence(state, those, asOf, limit)
  if (outcomes.length === 1) return { state, reason: said }
  const share = those.length === outcomes.length ? `all ${those.length}` : `${those.length} of ${outcomes.length}`
  return { state, reason: `${share} ${nouns[1]}: ${said}` }
}

function sentence(state: CellState, outcomes: readonly Outcome[], asOf: string, limit: number): string {
  const evidence = outcomes.flatMap((outcome) => outcome.evidence ?? [])
  if (state === 'proven')
    return `${depthOf(evidence)}, ${evidence.length > 1 ? 'oldest ' : ''}${ago(oldest(evidence), asOf)}`
  if (state === 'stale') return `last done ${ago(oldest(evidence), asOf)}; it counts for ${duration(limit)}`
  const why = reasons(outcomes)
  const done = sum(evidence, 'done')
  if (state !== 'unknown' || done === 0) return why
  const missing = sum(evidence, 'of') - done
  return missing > 0 ? `${depthOf(evidence)}; ${missing} not: ${why}` : `${depthOf(evidence)}, but ${why}`
}

/** The reason that most have; the first in the alphabet where several have as many. */
function reasons(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>()
  for (const { why } of outcomes) counts.set(why, (counts.get(why) ?? 0) + 1)
  const [first] = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const others = counts.size - 1
  return `${first?.[0]}${others > 0 ? ` (and ${others} other ${others > 1 ? 'reasons' : 'reason'})` : ''}`
}

function depthOf(evidence: readonly Evidence[]): string {
  const of = sum(evidence, 'of')
  const unit = evidence[0]?.depth.unit ?? 'packages judged'
  return of === 0 ? `no ${unit.split(' ')[0]} to judge` : `${sum(evidence, 'done')} of ${of} ${unit}`
}

/** What is no time is older than any. */
function oldest(evidence: readonly Evidence[]): string {
  const age = (at: string) => millisecondsBetween(at, '2000-01-01T00:00:00Z') || Infinity
  return evidence.map(({ at }) => at).toSorted((a, b) => age(b) - age(a) || (a < b ? -1 : 1))[0] ?? 'never'
}

function sum(evidence: readonly Evidence[], part: 'done' | 'of'): number {
  return evidence.reduce((total, { depth }) => total + depth[part], 0)
}
