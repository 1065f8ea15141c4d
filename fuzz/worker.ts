// Runs targets one after the other, in a process that may write nowhere but into its work folder and start nothing
// (Node's permissions, which `processes.ts` sets). Says each outcome as a line of JSON.

import { openSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fuzz } from './fuzzer.ts'
import { targets } from './targets.ts'
import { currentFile, type WorkerAnswer, type WorkerTask } from './worker-task.ts'

const { ids, ...options } = JSON.parse(process.argv[2]!) as WorkerTask
const folder = process.env['TMPDIR']!
const current = openSync(join(folder, currentFile), 'w')
const mark = Buffer.alloc(8)

for (const [index, id] of ids.entries()) {
  const target = targets.find((one) => one.id === id)!
  const begin = (number: number): void => {
    mark.writeUInt32LE(index, 0)
    mark.writeUInt32LE(number, 4)
    writeSync(current, mark, 0, 8, 0)
  }
  const { failure, ...counts } = await fuzz(target, { ...options, begin })
  const answer: WorkerAnswer = { id, outcome: counts }
  const left = readdirSync(folder).filter((name) => name !== currentFile)
  if (failure) answer.outcome.failure = { ...failure, input: failure.input.toString('base64') }
  else if (left.length > 0) {
    const why = `left behind in the work folder: ${left.slice(0, 5).join(', ')}`
    answer.outcome.failure = { number: options.from, why, input: '' }
  }
  writeSync(1, `${JSON.stringify(answer)}\n`)
}
