import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { compileRule, evaluate } from './evaluate.ts'
import type { Rule } from './rule.ts'

function ruleOf(changes: Partial<Rule>): Rule {
  return {
    id: 'a-rule',
    title: 'Something is wrong',
    on: ['thing'],
    subLayer: 'node_os',
    check: 'resource.good',
    severity: 'high',
    why: 'It matters.',
    fix: 'Mend it',
    references: ['NIST SP 800-190 4.5.3'],
    cases: { pass: [{ name: 'good', resource: { good: true } }], fail: [{ name: 'bad', resource: { good: false } }] },
    ...changes,
  }
}

function evaluated(rules: readonly Partial<Rule>[], properties: Record<string, unknown>) {
  const compiled = rules.map((changes) => compileRule(ruleOf(changes)))
  return evaluate(compiled, { id: 'things/1', kind: 'thing', properties }).bySubLayer
}

test('a failed check is a finding with the values that it read', () => {
  const [finding] = evaluated([{}], { good: false, other: 'secret' }).get('node_os')!.findings
  deepEqual(finding, {
    id: 'things/1\na-rule\n',
    kind: 'rule',
    resource: 'things/1',
    subLayer: 'node_os',
    task: 'hardening',
    rule: 'a-rule',
    severity: 'high',
    title: 'Something is wrong',
    fix: 'Mend it',
    evidence: { good: false },
    aliases: [],
    exploited: false,
    references: ['NIST SP 800-190 4.5.3'],
  })
})

test('an undecided rule counts in what there was, not in what was done, and is a gap', () => {
  const { depth, findings, gaps, undecided } = evaluated([{}, { id: 'b-rule', check: 'resource.unknown' }], {
    good: true,
  }).get('node_os')!
  deepEqual(depth, { done: 1, of: 2, unit: 'rules evaluated' })
  deepEqual(findings, [])
  deepEqual(gaps, [{ why: 'undecided: needs unknown (b-rule)' }])
  deepEqual(undecided, ['b-rule'])
})

test('a rule that does not apply is not counted, and one whose condition is not known is', () => {
  equal(evaluated([{ when: '!resource.good' }], { good: true }).size, 0)
  deepEqual(evaluated([{ when: 'resource.present' }], { good: false }).get('node_os'), {
    depth: { done: 0, of: 1, unit: 'rules evaluated' },
    findings: [],
    gaps: [{ why: 'undecided: needs present (a-rule)' }],
    undecided: ['a-rule'],
  })
})

test('a rule for other kinds says nothing: its sub-layer stays unlooked at', () => {
  equal(evaluated([{ on: ['other'] }], { good: false }).size, 0)
})

test('each sub-layer has its own depth', () => {
  const bySubLayer = evaluated([{}, { id: 'b-rule', subLayer: 'network' }], { good: true })
  deepEqual([...bySubLayer.keys()], ['node_os', 'network'])
})

test('a fact of another type than in the cases is undecided, though the comparison would hold', () => {
  const cases = {
    pass: [{ name: 'its own', resource: { mode: 'bridge' } }],
    fail: [{ name: 'the host', resource: { mode: 'host' } }],
  }
  const { gaps } = evaluated([{ check: "resource.mode != 'host'", cases }], { mode: 17 }).get('node_os')!
  deepEqual(gaps, [{ why: 'undecided: needs mode of another type (a-rule)' }])
})

test('evidence is short however much was read', () => {
  const cases = { pass: [{ name: 'few', resource: { list: [] } }], fail: [{ name: 'many', resource: { list: ['a'] } }] }
  const list = Array.from({ length: 1000 }, () => 'x'.repeat(1000))
  const [finding] = evaluated([{ check: 'resource.list.size() == 0', cases }], { list }).get('node_os')!.findings
  const shown = finding!.evidence['list'] as string[]
  equal(shown.length, 21)
  equal(shown[0]!.length, 201)
  equal(shown.at(-1), '… and 980 more')
})
