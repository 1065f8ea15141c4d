// Rules over one resource: verdicts, and what they add up to for each sub-layer.

import { compile, factAt, toFacts } from './cel.ts'
import type { Expression, FactPath, Facts } from './cel.ts'
import { shapesIn, strangeFact } from './shape.ts'
import type { Shape } from './shape.ts'
import type { Rule, Verdict } from './rule.ts'
import type { Depth } from '../model/evidence.ts'
import { findingId } from '../model/finding.ts'
import type { Finding } from '../model/finding.ts'
import type { SubLayer } from '../model/layers.ts'
import type { Resource } from '../model/resource.ts'
import type { Gap } from '../model/scan.ts'

export interface CompiledRule extends Rule {
  readonly verdict: (facts: Facts) => Verdict
  /** Facts that `check` reads. */
  readonly reads: readonly FactPath[]
}

export type Judged = Pick<Resource, 'id' | 'kind' | 'properties'>

export interface Evaluation {
  /** Rules decided, of those that apply; a rule that could not be decided counts only in `of`. */
  depth: Depth
  findings: readonly Finding[]
  gaps: readonly Gap[]
  /** Ids of rules; absent where all were decided. */
  undecided?: readonly string[]
}

interface Evaluating extends Evaluation {
  findings: Finding[]
  gaps: Gap[]
  undecided?: string[]
}

/**
 * A fact of another type than in all of the rule's cases makes it undecided: `17 != 'host'` is true, but says nothing.
 * Throws `ExpressionError`.
 */
export function compileRule(rule: Rule): CompiledRule {
  const when = rule.when === undefined ? undefined : compile(rule.when)
  const check = compile(rule.check)
  const shapes = shapesIn([...rule.cases.pass, ...rule.cases.fail], [...(when?.reads ?? []), ...check.reads])
  return { ...rule, verdict: (facts) => judge(when, check, shapes, facts), reads: check.reads }
}

/** A sub-layer is absent where no rule applies to the resource: nobody has looked at it. */
export function evaluate(
  rules: readonly CompiledRule[],
  resource: Judged,
): { bySubLayer: ReadonlyMap<SubLayer, Evaluation> } {
  const facts = toFacts(resource.properties)
  const bySubLayer = new Map<SubLayer, Evaluating>()
  for (const rule of rules) {
    if (!rule.on.includes(resource.kind)) continue
    const verdict = rule.verdict(facts)
    if (verdict.outcome === 'not applicable') continue
    const evaluation = bySubLayer.get(rule.subLayer) ?? nothingYet()
    bySubLayer.set(rule.subLayer, evaluation)
    evaluation.depth.of++
    if (verdict.outcome === 'undecided') {
      evaluation.gaps.push({ why: `undecided: needs ${verdict.needs} (${rule.id})` })
      evaluation.undecided = [...(evaluation.undecided ?? []), rule.id]
      continue
    }
    evaluation.depth.done++
    if (verdict.outcome === 'bad') evaluation.findings.push(toFinding(rule, resource))
  }
  return { bySubLayer }
}

function nothingYet(): Evaluating {
  return { depth: { done: 0, of: 0, unit: 'rules evaluated' }, findings: [], gaps: [] }
}

function judge(when: Expression | undefined, check: Expression, shapes: readonly Shape[], facts: Facts): Verdict {
  const strange = strangeFact(shapes, facts)
  if (strange !== undefined) return { outcome: 'undecided', needs: `${strange} of another type` }
  const applies = when?.(facts) ?? { known: true, value: true }
  if (!applies.known) return { outcome: 'undecided', needs: applies.needs }
  if (!applies.value) return { outcome: 'not applicable' }
  const good = check(facts)
  if (!good.known) return { outcome: 'undecided', needs: good.needs }
  return { outcome: good.value ? 'good' : 'bad' }
}

function toFinding(rule: CompiledRule, resource: Judged): Finding {
  const read = rule.reads.map((path) => [path.join('.'), shortened(factAt(resource.properties, path))] as const)
  return {
    id: findingId({ resource: resource.id, rule: rule.id }),
    kind: 'rule',
    resource: resource.id,
    subLayer: rule.subLayer,
    task: 'hardening',
    rule: rule.id,
    severity: rule.severity,
    title: rule.title,
    fix: rule.fix,
    evidence: Object.fromEntries(read.filter(([, value]) => value !== undefined)),
    aliases: [],
    exploited: false,
    references: rule.references,
  }
}

/** Evidence is for reading: the first of many, and no value longer than a line or two. */
const most = { elements: 20, characters: 200, depth: 4 }

function shortened(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > most.characters ? `${value.slice(0, most.characters)}…` : value
  if (typeof value !== 'object' || value === null) return value
  if (depth >= most.depth) return '…'
  if (Array.isArray(value)) {
    const first = value.slice(0, most.elements).map((element) => shortened(element, depth + 1))
    return value.length > most.elements ? [...first, `… and ${value.length - most.elements} more`] : first
  }
  const entries = Object.entries(value).slice(0, most.elements)
  return Object.fromEntries(entries.map(([name, inner]) => [name, shortened(inner, depth + 1)]))
}
