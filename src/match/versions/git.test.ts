import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { git, isEarlierRelease } from './git.ts'

test('a version that leaves zeros out is the one with them', () => {
  for (const [a, b] of [
    ['1.8', '1.8.0'],
    ['v2', '2.0.0'],
    ['1.8rc1', '1.8.0-rc.1'],
    ['1.8-rc', '1.8-rc0'],
  ] as const) {
    ok(git.valid(a) && git.valid(b))
    equal(git.compare(a, b), 0, `${a} ${b}`)
  }
})

test('of two releases one was surely earlier only within a line, or as the first of the earlier line', () => {
  const earlier: [one: string, other: string][] = [
    ['8.4.0', '8.4.1'],
    ['8.4.1', '8.4.10'],
    ['8.4.0', '8.5.0'],
    ['8.4.0', '8.15.2'],
    ['8.0.0', '8.1.1'],
    ['7', '8.1.1'],
    ['7.0.0', '8.0.0'],
    ['1.8', '1.9.3'],
    ['1.1.1', '1.1.1a'],
    ['1.1.1k', '1.1.1w'],
    ['1.1.0', '1.1.1w'],
  ]
  for (const [one, other] of earlier) {
    equal(isEarlierRelease(one, other), true, `${one} ${other}`)
    equal(isEarlierRelease(other, one), false, `${other} ${one}`)
  }
  const open: [one: string, other: string][] = [
    ['8.4.1', '8.5.0'],
    ['7.88.0', '8.0.0'],
    ['1.1.1w', '1.1.2'],
    ['8.4.0', '8.4.0'],
    ['8.4.0-rc1', '8.4.0'],
    ['8.4.0', 'main'],
  ]
  for (const [one, other] of open) {
    equal(isEarlierRelease(one, other), false, `${one} ${other}`)
    equal(isEarlierRelease(other, one), false, `${other} ${one}`)
  }
})
