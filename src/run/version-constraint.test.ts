import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maven } from '../match/versions/maven.ts'
import { semver } from '../match/versions/semver.ts'
import { meets, parseConstraint } from './version-constraint.ts'

const cases: readonly [constraint: string, version: string, meets: boolean | undefined][] = [
  ['', '1.0.0', true],
  ['<2.17.1', '2.17.0', true],
  ['<2.17.1', '2.17.1', false],
  ['<=2.17.1', '2.17.1', true],
  ['>=2.0.0, <2.17.1', '1.2.17', false],
  ['>=2.0.0,<2.17.1', '2.9.1', true],
  ['2.14.1', '2.14.1', true],
  ['=2.14.1', '2.14.0', false],
  ['!=2.14.1', '2.14.0', true],
  ['<2.0.0', '2.0.0-rc1', true],
  ['<2.0.0', 'latest', undefined],
]
for (const [constraint, version, expected] of cases) {
  test(`${version} meets "${constraint}": ${expected ?? 'cannot be compared'}`, () => {
    assert.equal(meets(version, parseConstraint(constraint)!, semver), expected)
  })
}

test('the order is the ecosystem’s own: Maven takes 2.0-beta9 for one before 2.0', () => {
  assert.equal(meets('2.0-beta9', parseConstraint('<2.0')!, maven), true)
})

test('what is no constraint is none', () => {
  for (const text of ['<', '<<1', '1 2', '>=1,', '~>1.0 <']) assert.equal(parseConstraint(text), undefined, text)
})
