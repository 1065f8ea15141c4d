// Runs every test that this machine can run: the units (*.test.ts) together in one process, the suites (*.suite.ts) each in a
// process of its own; two processes at a time, and the units and the longest suites first. Last come what failed and why, what was
// skipped and why, and the counts.
//
//   npm test -- PATTERN …            only the files whose path contains a pattern
//   npm test -- --timeout=SECONDS    for a suite, and for all units together (default 900)

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { longestSuites } from './longest-suites.ts'

const { values, positionals } = parseArgs({
  options: { timeout: { type: 'string', default: '900' } },
  allowPositionals: true,
})
const seconds = Number(values.timeout)
const reporter = fileURLToPath(new URL('reporter.js', import.meta.url))
const reports = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
const running = new Set()

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => {
    for (const job of running) endProcesses(job)
    process.exit(code)
  })
}
process.on('exit', () => rmSync(reports, { recursive: true, force: true }))
process.exitCode = (await runAll()) ? 0 : 1

async function runAll() {
  const units = testFiles('test')
  const suites = testFiles('suite').toSorted((a, b) => place(a) - place(b))
  if (units.length + suites.length === 0) {
    console.error(`no test file${positionals.length > 0 ? ` has ${positionals.join(' or ')} in its path` : ''}`)
    return false
  }
  const records = []
  const jobs = suites.map((file) => [file, [file]])
  if (units.length > 0) jobs.unshift([`${units.length} files of units`, units])
  const waiting = jobs.values() // one iterator for both lines: each takes the next job that is left
  const runWaiting = async () => {
    for (const [title, files] of waiting) records.push(...(await runJob(title, files)))
  }
  await Promise.all([runWaiting(), runWaiting()])
  return summarise(records)
}

function testFiles(kind) {
  return globSync(`{src,bench,fuzz,scripts,catalog,web}/**/*.${kind}.ts`)
    .filter((path) => positionals.length === 0 || positionals.some((pattern) => path.includes(pattern)))
    .toSorted()
}

function place(suite) {
  const index = longestSuites.indexOf(suite)
  return index < 0 ? longestSuites.length : index
}

/** Runs files in one process, prints what they printed, and answers what the reporter and the process itself say. */
async function runJob(title, files) {
  const started = performance.now()
  const id = randomUUID()
  const report = join(reports, id)
  const args = [
    '--test',
    '--test-isolation=none',
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${report}`,
  ]
  const env = { ...process.env, PLIMSOLL_TEST_RUN: `${process.env.PLIMSOLL_TEST_RUN ?? ''} ${id}` }
  delete env.NODE_TEST_CONTEXT // set when a test runs this script; node would then run nothing
  const child = spawn(process.execPath, [...args, ...files], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const job = { id, pid: child.pid }
  running.add(job)
  const output = lastOutput(child)
  const timer = setTimeout(() => {
    job.isLate = true
    endProcesses(job)
  }, seconds * 1000)
  const [code, signal] = await new Promise((resolve) => child.on('exit', (...ended) => resolve(ended)))
  clearTimeout(timer)
  const left = endProcesses(job)
  running.delete(job)

  const { records, notes, isWhole } = readReport(report)
  const why = whyBroken({ code, signal, isWhole, isLate: job.isLate, hasFailed: records.some(isFailed) })
  if (why !== undefined) records.push({ outcome: 'failed', name: title, place: '', why: [why, ...notes].join('\n') })
  const took = `${((performance.now() - started) / 1000).toFixed(1)} s`
  console.log(`${records.some(isFailed) ? 'FAILED' : 'ok'}  ${title}  (${took})`)
  process.stdout.write(await output)
  if (left.length > 0) console.log(`it left processes behind, which were ended: ${left.join(', ')}`)
  return records
}

function isFailed({ outcome }) {
  return outcome === 'failed'
}

/** The end of what a process prints: enough to see why it failed, whatever it prints. */
function lastOutput(child) {
  const most = 1_000_000
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece) => {
      text = (text + piece).slice(-most)
    })
  }
  return new Promise((resolve) => {
    child.on('close', () => resolve(text))
    // Something that outlived it and escaped may hold the pipe open: what was printed until then is all.
    child.on('exit', () => setTimeout(() => resolve(text), 2000).unref())
  })
}

function readReport(path) {
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch {} // it ended before its first test did
  // What follows the last line break is a line that was cut.
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
  return {
    records: lines.filter(({ outcome }) => outcome !== undefined),
    notes: lines.flatMap(({ note }) => note ?? []),
    isWhole: lines.some(({ whole }) => whole),
  }
}

/** Why a process cannot be trusted to have run all its tests and to have said what failed; undefined when it can. */
function whyBroken({ code, signal, isWhole, isLate, hasFailed }) {
  if (isLate) return `it was not done after ${seconds} s, and was ended`
  if (signal !== null) return `its process was killed by ${signal}`
  if (!isWhole) return `its process ended with code ${code} before its tests did`
  if (code !== 0 && !hasFailed) return `no test failed, but its process ended with code ${code}`
  return undefined
}

/** Ends whatever a job started and has not ended: its process group, and, where /proc tells, also what left the group. */
function endProcesses({ id, pid }) {
  const left = []
  for (const other of markedProcesses(id)) {
    if (kill(other.pid) && other.pid !== pid) left.push(`${other.name} (${other.pid})`)
  }
  kill(-pid)
  return left
}

/** Processes whose environment has the id of the job: a daemon changes its group and parent, but not that. */
function* markedProcesses(id) {
  for (const pid of listProcesses()) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(id)) continue
      yield { pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }
    } catch {} // it has ended, or is somebody else's
  }
}

function listProcesses() {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return [] // not Linux
  }
}

function kill(pid) {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

function summarise(records) {
  const of = (outcome) => records.filter((record) => record.outcome === outcome)
  const where = ({ name, place }) => (place === '' ? name : `${name} (${place})`)
  for (const record of of('failed')) console.log(`\nFAILED ${where(record)}\n${record.why}`)
  if (of('skipped').length > 0) console.log('')
  for (const record of of('skipped')) console.log(`skipped: ${where(record)}: ${record.why ?? 'no reason given'}`)
  console.log(`\n${of('passed').length} passed, ${of('failed').length} failed, ${of('skipped').length} skipped`)
  return of('failed').length === 0
}
