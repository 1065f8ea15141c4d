// `npm start` as a newcomer meets it: the link, the progress, the matrix, the findings, the offers; and again, faster.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { alpineImage, sandbox, standInEngine, type Running, type StandInEngine } from './testing.ts'

const box = sandbox()
let engine: StandInEngine
before(async () => {
  engine = await standInEngine(box, [await alpineImage({ musl: '1.1.22-r4' })])
})

function start(): Running {
  return box.start(['start', '--port', '0', '--every', '3600'], { DOCKER_HOST: engine.address })
}

test('start opens, looks, shows what it found and what it could be given, and ends cleanly on Ctrl-C', async () => {
  const plimsoll = start()
  const [, url] = await plimsoll.says(/^Plimsoll is open on (http:\/\/127\.0\.0\.1:\d+)$/m)
  const [, link] = await plimsoll.says(/^Sign in once, within 15 minutes: (\S+)$/m)
  assert.ok(link!.startsWith(`${url}/sign-in?token=`))
  const signIn = await fetch(link!, { redirect: 'manual' })
  assert.deepEqual([signIn.status, signIn.headers.get('location')], [303, '/'])
  await plimsoll.says(/Ctrl-C stops it/)
  plimsoll.kill('SIGINT')
  const { code, stdout, stderr } = await plimsoll.ended
  assert.equal(code, 0, stderr)
  assert.match(stderr, /^sources: (\d+) of \1 {2}/m)
  assert.match(stderr, /^images: 1 of 1 {2}/m)
  assert.match(stdout, /^ {2}Docker Engine \(1\)$/m, 'the row of the matrix')
  assert.match(stdout, /^Why cells are not proven$/m)
  assert.match(stdout, /^Open findings: \d/m)
  assert.match(stdout, /^Other sources that this machine could be given:\n(?: {2}\w+: .+\n)+/m)
  assert.match(stdout, /Stopped\. Everything that was found is kept; npm start goes on from here\.\n$/)
  assert.ok(existsSync(join(box.home, '.plimsoll/store')))
  assert.ok(!existsSync(join(box.home, '.plimsoll/serve.sock')))
})

test('the second start keeps everything', async (t) => {
  const begin = performance.now()
  const plimsoll = start()
  await plimsoll.says(/is open on/)
  t.diagnostic(`open after ${Math.round(performance.now() - begin)} ms`)
  await plimsoll.says(/Ctrl-C stops it/)
  plimsoll.kill('SIGINT')
  const { code, stdout } = await plimsoll.ended
  assert.equal(code, 0)
  assert.match(stdout, /Docker Engine \(1\)/)
})

test('an image that was read is not read again', async () => {
  assert.equal(engine.exports(), 1)
})

const moments = { 'in the middle of the first look': /Sign in once/, 'while the matrix is shown': /^coverage: 1 of 1/m }
for (const [name, sign] of Object.entries(moments)) {
  test(`Ctrl-C ${name} ends it with 0 too`, async () => {
    const args = ['start', '--port', '0', '--every', '1', '--data', join(box.folder, 'other')]
    const plimsoll = box.start(args, { DOCKER_HOST: engine.address })
    await plimsoll.says(sign)
    plimsoll.kill('SIGINT')
    const { code, stdout, stderr } = await plimsoll.ended
    assert.equal(code, 0, stderr)
    assert.match(stdout, /Stopped\./)
    assert.doesNotMatch(stderr, /error|cannot/i)
    assert.ok(stdout.split('Why cells are not proven').length <= 2, 'the whole matrix is shown once')
  })
}
