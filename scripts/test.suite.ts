// What `npm test` says of test files that break in each way in which they can: it must never be green, nor leave
// anything running.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { longestSuites } from './longest-suites.ts'

const script = fileURLToPath(new URL('test.js', import.meta.url))
const passing = "import { test } from 'node:test'\ntest('fine', () => {})\n"

interface Ran {
  status: number | null
  output: string
  last: string | undefined
  folder: string
}

/** Runs scripts/test.js over test files of a folder of their own: path below src → text. */
function runOver(t: TestContext, files: Readonly<Record<string, string>>, ...args: readonly string[]): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-runner-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'src'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'src', path)), { recursive: true })
    writeFileSync(join(folder, 'src', path), text)
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' })
  return { status, output: stdout + stderr, last: stdout.trimEnd().split('\n').at(-1), folder }
}

/** Whether a process runs: one that has ended and was not yet waited for does not. */
function runs(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

test('counts units and suites together, and names what was skipped with its reason', (t) => {
  const skipping = "import { test } from 'node:test'\ntest('not here', { skip: 'no engine' }, () => {})\n"
  const { status, output, last } = runOver(t, { 'a.test.ts': passing, 'b.test.ts': skipping, 'c.suite.ts': passing })
  assert.equal(last, '2 passed, 0 failed, 1 skipped')
  assert.match(output, /^skipped: not here \(src\/b\.test\.ts:2\): no engine$/m)
  assert.equal(status, 0)
})

test('a failed subtest is one failure, with its cause', (t) => {
  const failing =
    "import { test } from 'node:test'\ntest('outer', async (t) => { await t.test('inner', () => { throw new Error('boom') }) })\n"
  const { status, output, last } = runOver(t, { 'a.test.ts': passing, 'b.test.ts': failing })
  assert.equal(last, '1 passed, 1 failed, 0 skipped')
  assert.match(output, /FAILED inner \(src\/b\.test\.ts:2\)\nError: boom/)
  assert.equal(status, 1)
})

test('the suites that take longest begin first, and each that is named is there', (t) => {
  for (const path of longestSuites) assert.ok(existsSync(fileURLToPath(new URL(`../${path}`, import.meta.url))), path)
  const longest = longestSuites.find((path) => path.startsWith('src/'))!
  const names = ['a.suite.ts', 'b.suite.ts', 'ba.suite.ts', 'bb.suite.ts', longest.slice('src/'.length)]
  const { output } = runOver(t, Object.fromEntries(names.map((name) => [name, passing])))
  assert.ok(output.indexOf(longest) < output.indexOf('src/bb.suite.ts'), output)
})

test('only the files whose path contains a pattern run, and none is a failure', (t) => {
  const files = { 'wanted.test.ts': passing, 'other.test.ts': "throw new Error('not asked for')\n" }
  assert.equal(runOver(t, files, 'wanted').last, '1 passed, 0 failed, 0 skipped')
  const none = runOver(t, files, 'nowhere')
  assert.equal(none.status, 1)
  assert.match(none.output, /no test file has nowhere in its path/)
})

const breaking: readonly [string, string, RegExp][] = [
  ['crashes when it is imported', "throw new Error('at import')\n", /Error: at import/],
  ['ends the process as if all were well', 'process.exit(0)\n', /ended with code 0 before its tests did/],
  ['kills itself', "process.kill(process.pid, 'SIGKILL')\n", /killed by SIGKILL/],
  [
    'never ends',
    "import { test } from 'node:test'\ntest('waits', () => new Promise(() => setInterval(() => {}, 1000)))\n",
    /not done after 3 s/,
  ],
  ['has a syntax error', 'const = 1\n', /SyntaxError|TransformError|Expression expected/],
  ['rejects after its tests', `${passing}setTimeout(() => Promise.reject(new Error('late')), 100)\n`, /Error: late/],
]

for (const kind of ['test', 'suite']) {
  for (const [what, text, why] of breaking) {
    test(`a ${kind} file that ${what} is a failure`, (t) => {
      const { status, output, last } = runOver(t, { [`a.${kind}.ts`]: text, 'b.suite.ts': passing }, '--timeout=3')
      assert.match(output, why)
      assert.match(last ?? '', /^\d+ passed, [1-9]\d* failed, 0 skipped$/)
      assert.equal(status, 1)
    })
  }
}

test(
  'what a suite started does not outlive it, however it ended and wherever the child went',
  { timeout: 60_000 },
  (t) => {
    if (process.platform !== 'linux') return t.skip('needs /proc')
    const starting = (end: string): string => `
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
for (const detached of [false, true]) {
  const child = spawn('sleep', ['600'], { detached, stdio: 'inherit' })
  appendFileSync('pids', child.pid + '\\n')
  child.unref()
}
${end}`
    const files = {
      'killed.suite.ts': starting("process.kill(process.pid, 'SIGKILL')"),
      'ended.suite.ts': starting('process.exit(0)'),
      'late.suite.ts': starting('await new Promise(() => setInterval(() => {}, 1000))'),
    }
    const { folder, status, output } = runOver(t, files, '--timeout=3')
    const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number)
    assert.equal(pids.length, 6)
    assert.deepEqual(pids.filter(runs), [])
    assert.match(output, /left processes behind, which were ended: sleep \(\d+\), sleep \(\d+\)/)
    assert.equal(status, 1)
  },
)
