// `serve` as its operator runs it: exceptions from real files, shown by the API, and applied again while it runs.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import type { ExceptionsView } from '../serve/views/exceptions.ts'
import type { FindingsView } from '../serve/views/findings.ts'
import { alpineImage, ask, eventually, sandbox, standInEngine, type StandInEngine } from './testing.ts'

const box = sandbox()
const socket = join(box.data, 'serve.sock')
const ignore = join(box.folder, '.trivyignore')
let engine: StandInEngine
before(async () => {
  engine = await standInEngine(box, [await alpineImage({ musl: '1.1.22-r4' })])
})

const serve = (...args: string[]) =>
  box.start(['serve', '--data', box.data, '--port', '0', '--every', '3600', ...args], { DOCKER_HOST: engine.address })

test('a rule that is added while it runs moves its findings from open to excepted, and back when it is gone', async () => {
  writeFileSync(ignore, '')
  const plimsoll = serve('--ignore-file', ignore)
  await plimsoll.says(/listens on/)
  const rules = async (state: string) =>
    (await ask<FindingsView>(socket, `/api/findings?state=${state}&limit=1000`)).groups.map(({ rule }) => rule)
  const [rule] = await eventually(30_000, async () => {
    const open = await rules('open')
    assert.ok(open.length > 0)
    return open
  })
  writeFileSync(ignore, `# accepted by the operator\n${rule} exp:2999-01-01\n`)
  await eventually(30_000, async () => assert.ok((await rules('excepted')).includes(rule!)))
  assert.ok(!(await rules('open')).includes(rule!))
  const { exceptions, gaps } = await ask<ExceptionsView>(socket, '/api/exceptions')
  assert.deepEqual(
    exceptions.map(({ file, line, names, reason, until, ended }) => [file, line, names, reason, until, ended]),
    [[ignore, 2, [rule], 'accepted by the operator', '2999-01-01', false]],
  )
  assert.deepEqual(gaps, [])
  writeFileSync(ignore, '')
  await eventually(30_000, async () => assert.ok((await rules('open')).includes(rule!)))
  plimsoll.kill('SIGTERM')
  assert.equal((await plimsoll.ended).code, 0)
})

test('a file that is named and is not there is an error that names it, before anything is served', async () => {
  const plimsoll = serve('--vex', join(box.folder, 'none.json'))
  const { code, stdout, stderr } = await plimsoll.ended
  assert.equal(code, 2)
  assert.match(stderr, /plimsoll: .*none\.json/)
  assert.doesNotMatch(stdout, /listens/)
})
