// `npm run fuzz`: a million inputs for each reader of bytes that nobody trusts, from a seed that is printed.
//
//   npm run fuzz -- [TARGET …] [--inputs N] [--seconds S] [--seed S] [--from NUMBER] [--processes N]
//
// TARGET: a part of an id. A failure is printed with the seed and the number of its input, which make it again:
//
//   npm run fuzz -- TARGET --seed SEED --from NUMBER --inputs 1

import { parseArgs } from 'node:util'
import { runInProcesses } from './processes.ts'
import { targets } from './targets.ts'
import type { WorkerAnswer } from './worker-task.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
    processes: { type: 'string', default: '1' },
  },
})
const seed = Number(values.seed)
const ids = targets
  .map(({ id }) => id)
  .filter((id) => positionals.length === 0 || positionals.some((wanted) => id === wanted || id.includes(wanted)))
if (ids.length === 0) {
  console.error(`no target has that name: ${targets.map(({ id }) => id).join(', ')}`)
  process.exit(2)
}

let done = 0
let inputs = 0
let failed = 0
const started = performance.now()
console.log(`${ids.length} targets, ${values.inputs} inputs each, seed ${seed}`)
const time = Math.min(Number(values.seconds) * 1000, 2 ** 31)
const task = { ids, seed, from: Number(values.from), inputs: Number(values.inputs), time }
await runInProcesses(task, Number(values.processes), show)
console.log(
  `${inputs} inputs in ${((performance.now() - started) / 1000).toFixed(0)} s, ${failed} of ${done} targets failed`,
)
process.exitCode = failed > 0 ? 1 : 0

function show({ id, outcome }: WorkerAnswer): void {
  const { failure, seconds } = outcome
  done++
  inputs += outcome.inputs
  const rate = seconds > 0 ? `, ${(outcome.inputs / seconds).toFixed(0)} a second` : ''
  console.log(`${failure ? 'FAILED' : 'ok'}  ${id}  ${outcome.inputs} inputs${rate}  (${done} of ${ids.length})`)
  if (!failure) return
  failed++
  console.log(`  input ${failure.number} of seed ${seed}: ${failure.why}`)
  if (failure.input !== '') console.log(`  smallest input that fails so (base64): ${failure.input.slice(0, 4000)}`)
  console.log(`  again: npm run fuzz -- ${id} --seed ${seed} --from ${failure.number} --inputs 1`)
}
