// Every target for three seconds where all suites must run, else a few inputs of it.
// First the fuzzer itself, over targets that are broken on purpose.

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { extractors } from '../src/inspect/extractors.ts'
import { workFolder } from '../src/inspect/testing.ts'
import { testAll } from '../src/testing/shared.ts'
import { fuzz, inputOf } from './fuzzer.ts'
import { materialOf } from './mutate.ts'
import { permissions, runInProcesses } from './processes.ts'
import { Broken, checkedScan, type FuzzTarget } from './target.ts'
import { targets } from './targets.ts'

const seeds = [Buffer.from('{"name":"a","size":12}')]

async function findingOf(run: FuzzTarget['run'], inputs = 2000): Promise<string> {
  const { failure } = await fuzz({ id: 'broken', seeds: () => seeds, run }, { seed: 1, from: 0, inputs, time: 60_000 })
  return failure?.why ?? 'nothing'
}

const held: Buffer[] = []
const faults: readonly [what: string, run: FuzzTarget['run'], expected: RegExp][] = [
  ['throws for some input', (input) => JSON.parse(input.toString()), /threw SyntaxError/],
  ['breaks a rule', (input) => breakIf(input.length > 40), /^too long$/],
  ['gives another result in pieces', (input, split) => split(input)[0]?.length, /in pieces, it gave another result/],
  ['gives another result each time', () => Math.random(), /gave another result/],
  ['takes its time', (input) => input.includes('\0') && spin(2500), /it took \d+ ms of the processor/],
  [
    'takes memory',
    (input) => input.includes('\0') && Buffer.alloc(300 * 2 ** 20, 1).length,
    /raised the peak of memory/,
  ],
  ['keeps memory', () => held.push(Buffer.alloc(2 ** 18, 1)) < 0, /MB more are held/],
  [
    'tells a reason in the words of the engine',
    () => checkedScan().scan.gap('Cannot read properties of null'),
    /engine/,
  ],
  ['tells a gap elsewhere', () => checkedScan('a').scan.gap('why', { path: 'b' }), /names b instead of a/],
]

function breakIf(condition: boolean): void {
  if (condition) throw new Broken('too long')
}

/** Of the processor, as the fuzzer counts it: asking for it is mostly the system's time. */
function spin(milliseconds: number): void {
  const before = process.cpuUsage()
  for (let spent = 0; spent < milliseconds * 1000;) {
    const { user, system } = process.cpuUsage(before)
    spent = user + system
  }
}

for (const [what, run, expected] of faults) {
  test(`a target that ${what} is found`, { timeout: 120_000 }, async () => {
    match(await findingOf(run, what.startsWith('keeps') ? 500 : 2000), expected)
    held.length = 0
  })
}

test('a target in which nothing is wrong passes', async () =>
  equal(await findingOf((input) => input.length), 'nothing'))

test('an input is the same for the same seed and number, and a failing one is made small', async () => {
  const target: FuzzTarget = { id: 'x', seeds: () => seeds, run: (input) => breakIf(input.includes('size')) }
  const material = materialOf(seeds)
  const all = (seed: number): string[] =>
    Array.from({ length: 100 }, (_, number) => inputOf(target, material, seed, number).toString('hex'))
  deepEqual(all(1), all(1))
  ok(new Set([...all(1), ...all(2)]).size > 150)
  const { failure } = await fuzz(target, { seed: 1, from: 0, inputs: 100, time: 60_000 })
  equal(failure?.input.toString(), 'size')
})

test('every extractor is a target', () => {
  const ids = new Set(targets.map(({ id }) => id))
  equal(ids.size, targets.length)
  for (const { id } of extractors) ok(ids.has(`extractor:${id}`))
})

test('nothing breaks a reader', { timeout: 600_000 }, async (t) => {
  const seed = 1 // the same commit gives the same answer; other seeds are for npm run fuzz
  const [inputs, time] = testAll ? [1_000_000, 3000] : [200, 500]
  const task = { ids: targets.map(({ id }) => id), seed, from: 0, inputs, time }
  const failures: string[] = []
  let read = 0
  let done = 0
  await runInProcesses(task, Math.min(2, availableParallelism()), ({ id, outcome }) => {
    read += outcome.inputs
    done++
    const { failure } = outcome
    if (failure) failures.push(`${id}, input ${failure.number} of seed ${seed}: ${failure.why}\n${failure.input}`)
  })
  t.diagnostic(`${read} inputs of seed ${seed}`)
  deepEqual(failures, [])
  equal(done, targets.length)
  ok(read > 10 * targets.length)
})

test('a process that writes where it may not is refused by the runtime', (t) => {
  const folder = workFolder(t)
  const program = join(folder, 'program.mjs')
  const outside = join(workFolder(t), 'outside')
  writeFileSync(program, `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(outside)}, '')`)
  const { status, stderr } = spawnSync(process.execPath, [...permissions(folder), program], { encoding: 'utf8' })
  equal(status, 1)
  match(stderr, /ERR_ACCESS_DENIED/)
})
