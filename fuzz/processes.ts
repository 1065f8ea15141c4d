// Shares targets between processes, and tells which input one of them did not survive.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { currentFile, type WorkerAnswer, type WorkerTask } from './worker-task.ts'

const worker = fileURLToPath(new URL('worker.ts', import.meta.url))

/** Milliseconds without a new input after which a process hangs, however busy the machine is. */
const patience = 60_000
/** MB of the heap. */
const heap = 512

/** Each target's answer as it comes. `count`: processes at once. Rejects when a process fails before its first input. */
export async function runInProcesses(
  task: WorkerTask,
  count: number,
  answered: (answer: WorkerAnswer) => void,
): Promise<void> {
  const waiting = [...task.ids]
  const line = async (): Promise<void> => {
    // A few at a time: a process takes a second to start, and lines should end together.
    while (waiting.length > 0) {
      const ids = waiting.splice(0, Math.max(1, Math.ceil(waiting.length / (2 * count))))
      await runAll({ ...task, ids }, answered)
    }
  }
  await Promise.all(Array.from({ length: count }, line))
}

/** To read, to write into the folder, and nothing else: no other place, no process, no thread. */
export function permissions(folder: string): string[] {
  return ['--permission', '--allow-fs-read=*', `--allow-fs-write=${folder}`]
}

async function runAll(task: WorkerTask, answered: (answer: WorkerAnswer) => void): Promise<void> {
  for (let ids = task.ids; ids.length > 0;) {
    const done = new Set<string>()
    const end = await runProcess({ ...task, ids }, (answer) => {
      done.add(answer.id)
      answered(answer)
    })
    ids = ids.filter((id) => !done.has(id))
    if (ids.length === 0) return
    // The process ended in the middle of the first that is left.
    const failure = { number: end.number, why: end.why, input: '' }
    answered({ id: ids[0]!, outcome: { inputs: end.number - task.from, seconds: 0, failure } })
    ids = ids.slice(1)
  }
}

async function runProcess(
  task: WorkerTask,
  answered: (answer: WorkerAnswer) => void,
): Promise<{ number: number; why: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-fuzz-'))
  try {
    const options = [...permissions(folder), `--max-old-space-size=${heap}`, '--no-warnings']
    const child = spawn(process.execPath, [...options, worker, JSON.stringify(task)], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const current = (): number => {
      const mark = readFileSync(join(folder, currentFile), { flag: 'a+' })
      return mark.length < 8 ? -1 : mark.readUInt32LE(4) + mark.readUInt32LE(0) * 2 ** 32
    }
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (errors = (errors + piece).slice(-4000)))
    createInterface({ input: child.stdout }).on('line', (line) => answered(JSON.parse(line) as WorkerAnswer))
    let last = { at: performance.now(), number: -1 }
    let isHung = false
    const watch = setInterval(() => {
      const number = current()
      if (number !== last.number) last = { at: performance.now(), number }
      else if (performance.now() - last.at > patience) isHung = child.kill('SIGKILL')
    }, 1000)
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (...ended) => resolve(ended)),
    )
    clearInterval(watch)
    const number = current()
    if (number < 0 && code !== 0) throw new Error(`the fuzzing did not start: ${errors}`)
    const why = isHung
      ? `it hung for more than ${patience / 1000} s`
      : `the process ended (${signal ?? code}): ${errors}`
    return { number: number % 2 ** 32, why }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
