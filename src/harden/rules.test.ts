// Runs every rule's own cases, so that no rule needs a test file.

import { equal, ok } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { subLayers } from '../model/layers.ts'
import { loadRules, rulesFolder } from '../run/rules.ts'
import { factAt, toFacts } from './cel.ts'

const rules = await loadRules()

test('every file of the folder is a rule', () => {
  equal(rules.length, readdirSync(rulesFolder).length)
})

test('every sub-layer that sources report has a rule', () => {
  const judged = new Set(rules.map((rule) => rule.subLayer))
  // No source asks registries yet.
  for (const subLayer of subLayers.filter((name) => name !== 'registry')) ok(judged.has(subLayer), subLayer)
})

for (const rule of rules) {
  for (const { name, resource } of rule.cases.pass) {
    test(`${rule.id} passes: ${name}`, () => equal(said(rule.verdict(toFacts(resource))), 'good'))
  }
  for (const { name, resource } of rule.cases.fail) {
    test(`${rule.id} fails: ${name}`, () => equal(said(rule.verdict(toFacts(resource))), 'bad'))
  }
  test(`${rule.id} is undecided where nothing is known`, () => equal(rule.verdict(toFacts({})).outcome, 'undecided'))

  test(`${rule.id} has every fact that it reads in one of its cases`, () => {
    const cases = [...rule.cases.pass, ...rule.cases.fail]
    for (const path of rule.reads) {
      ok(
        cases.some(({ resource }) => factAt(resource, path) !== undefined),
        path.join('.'),
      )
    }
  })

  test(`${rule.id} only becomes undecided where a fact is forgotten, never another verdict`, () => {
    for (const { name, resource } of [...rule.cases.pass, ...rule.cases.fail]) {
      const before = rule.verdict(toFacts(resource)).outcome
      for (const path of rule.reads.flatMap((whole) => whole.map((_, depth) => whole.slice(0, depth + 1)))) {
        if (factAt(resource, path) === undefined) continue
        const facts = structuredClone(resource)
        replace(facts, path, null)
        const after = rule.verdict(toFacts(facts)).outcome
        ok(after === before || after === 'undecided', `${name}, without ${path.join('.')}: ${after}`)
      }
    }
  })

  test(`${rule.id} is never good where a fact has another type`, () => {
    for (const strange of ['neither', 17, true, [17], { odd: 1 }]) {
      for (const path of rule.reads) {
        const facts = structuredClone(rule.cases.fail[0]!.resource)
        if (factAt(facts, path) === undefined || sameType(factAt(facts, path), strange)) continue
        replace(facts, path, strange)
        const { outcome } = rule.verdict(toFacts(facts))
        ok(outcome !== 'good' || goodWithout(rule, facts, path), `${path.join('.')} = ${JSON.stringify(strange)}`)
      }
    }
  })
}

function said(verdict: ReturnType<(typeof rules)[number]['verdict']>): string {
  return verdict.outcome === 'undecided' ? `undecided: needs ${verdict.needs}` : verdict.outcome
}

/** Whether the other facts decide by themselves, as in `a || b`. */
function goodWithout(rule: (typeof rules)[number], facts: Record<string, unknown>, path: readonly string[]): boolean {
  const others = structuredClone(facts)
  replace(others, path, null)
  return rule.verdict(toFacts(others)).outcome === 'good'
}

function replace(facts: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const holder = factAt(facts, path.slice(0, -1)) as Record<string, unknown>
  holder[path.at(-1)!] = value
}

function sameType(a: unknown, b: unknown): boolean {
  return typeof a === typeof b && Array.isArray(a) === Array.isArray(b)
}
