// Thousands of pairs against rpm itself: edits of versions that the table holds.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { withoutPrograms } from '../../testing/shared.ts'
import { rpm } from './rpm.ts'

// One process answers all pairs: the macro's text is Lua, and a long string needs no escapes.
const judge = (pairs: string): string =>
  `%{lua: for a, b in ([==[${pairs}]==]):gmatch('(%S+) (%S+)') do print(rpm.vercmp(a, b) .. ' ') end}`

test('4,000 pairs as rpm judges them', { skip: withoutPrograms('rpm') }, () => {
  const table = readFileSync(new URL('testdata/rpm.txt', import.meta.url), 'utf8').split('\n')
  const versions = [...new Set(table.filter((line) => !/^[#!]/.test(line)).flatMap((line) => line.split(/ [<=>] /)))]
  const random = randomFrom(4)
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!
  const pieces = ['~', '~~', '^', '^^', '.', '._', '+', '0', '00', '9', '10', 'a', 'Z', '-1', 'rc1']
  const edited = (version: string): string => {
    const at = random(version.length + 1)
    return version.slice(0, at) + pick(pieces) + version.slice(at + random(2))
  }
  const usable = versions.filter((version) => rpm.valid(version))
  const pairs: [string, string][] = []
  while (pairs.length < 4000) {
    const pair: [string, string] = [edited(pick(usable)), random(2) === 0 ? pick(usable) : edited(pick(usable))]
    if (pair.every((version) => rpm.valid(version))) pairs.push(pair)
  }
  const macro = judge(pairs.map((pair) => pair.join(' ')).join('\n'))
  const { stdout, stderr } = spawnSync('rpm', ['--eval', macro], { encoding: 'utf8' })
  const judged = stdout.trim().split(/\s+/)
  assert.equal(judged.length, pairs.length, stderr)
  const differing = pairs.flatMap(([a, b], n) => {
    const ours = String(Math.sign(rpm.compare(a, b)))
    return ours === judged[n] ? [] : [`${a} ${b}: rpm ${judged[n]}, here ${ours}`]
  })
  assert.deepEqual(differing, [])
})

/** The same numbers in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
