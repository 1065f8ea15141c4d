import { rejects, throws } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { loadRules, parseRule } from './rules.ts'

const good = `id: a-rule
title: Something is wrong
on: [thing]
subLayer: node_os
severity: high
when: resource.present
check: |-
  resource.a == 1
  || resource.b == 2
why: It matters.
fix: Mend it
references: [NIST SP 800-190 4.5.3]
cases:
  pass: [{ name: good, resource: { a: 1 } }]
  fail: [{ name: bad, resource: { a: 2, b: 3 } }]
`

function refuses(text: string, message: string): void {
  throws(() => parseRule(text, 'rules/a.yaml'), { name: 'RuleError', message })
}

test('an expression that cannot be parsed is shown with its line and a mark where it stops making sense', () => {
  refuses(
    good.replace('|| resource.b == 2', '|| resource.b == )'),
    'rules/a.yaml:9: check of a-rule: syntax error from here on\n  || resource.b == )\n                ^',
  )
})

test('a condition that cannot be used is told from the check', () => {
  refuses(
    good.replace('when: resource.present', 'when: thing.present'),
    'rules/a.yaml:6: when of a-rule: unknown name thing: facts begin with resource\n  thing.present\n  ^',
  )
})

test('a field that is wrong or unknown is named with its line', () => {
  throws(() => parseRule(good.replace('severity: high', 'severity: huge'), 'a.yaml'), {
    message: /^a\.yaml:5: severity: /,
  })
  throws(() => parseRule(good.replace('fix: Mend it\n', ''), 'a.yaml'), { message: /^a\.yaml:1: fix: / })
  throws(() => parseRule(`${good}colour: red\n`, 'a.yaml'), { message: /colour/ })
  throws(() => parseRule('', 'a.yaml'), { message: /^a\.yaml:1: the rule: / })
})

test('text that is not YAML is refused with its line', () => {
  throws(() => parseRule(`${good}  odd: [`, 'a.yaml'), { name: 'RuleError', message: /^a\.yaml:1[67]: / })
})

test('a file under another name than its id is refused, so that no id comes twice', async () => {
  const folder = await mkdtemp(`${tmpdir()}/rules-`)
  try {
    await writeFile(`${folder}/b-rule.yaml`, good)
    await rejects(loadRules(folder), {
      name: 'RuleError',
      message: /b-rule\.yaml:1: the id is a-rule: rename the file/,
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
