// `serve` is killed at any moment of its first look, again and again: what it had said to be done is there, once.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ProgressView } from '../serve/views/looks.ts'
import { openEmbedded } from '../store/database.ts'
import { openStore } from '../store/store.ts'
import { alpineImage, ask, eventually, sandbox, standInEngine, type Running, type StandInEngine } from './testing.ts'

const box = sandbox()
const socket = join(box.data, 'serve.sock')
const everything = { teams: 'all' } as const
const count = 40
/** Milliseconds after which engines kill what has not stopped. */
const containersPatience = 10_000
let engine: StandInEngine
let digests: string[]

before(async () => {
  const images = await Promise.all(
    Array.from({ length: count }, (_, index) => alpineImage({ musl: '1.1.22-r4', [`only-${index}`]: '1.0-r0' })),
  )
  digests = images.map(({ id }) => id)
  engine = await standInEngine(box, images, 20)
})

function serve(): Running {
  const args = ['serve', '--data', box.data, '--port', '0', '--every', '1']
  return box.start(args, { DOCKER_HOST: engine.address })
}

test('killed 20 times, it loses nothing that was done, doubles nothing, and goes on', async (t) => {
  const done = new Set<string>()
  const stops: number[] = []
  let early = 0
  for (let round = 0; round < 20; round++) {
    const server = serve()
    const signal = round % 2 === 0 ? 'SIGKILL' : 'SIGTERM'
    // The first ones while it starts and makes its store, the next ones while it listens and looks.
    const listens = round >= 6
    if (listens) await server.says(/listens on/)
    const heard = listens ? imagesDone(done) : undefined
    if (round >= 12) await heard?.first
    await wait(Math.random() * (listens ? 400 : 1500))
    const begin = performance.now()
    server.kill(signal)
    const { code, stdout, stderr } = await server.ended
    await heard?.ended
    if (signal === 'SIGKILL') continue
    if (listens) stops.push(performance.now() - begin)
    // Before it has taken over the signals, the system ends it: then it has not begun anything.
    if (!listens && code === null && stdout === '') early++
    else assert.equal(code, 0, `${stdout}${stderr}`)
  }
  const slowest = Math.max(...stops)
  t.diagnostic(`${done.size} of ${count} images were reported as done, ${engine.exports()} read`)
  t.diagnostic(`slowest stop ${Math.round(slowest)} ms; ${early} of 10 SIGTERM came before it had begun`)
  assert.ok(slowest < containersPatience, `${slowest} ms`)
  assert.ok(done.size > 0, 'some images were done in between')

  const store = await openStore({ folder: box.data })
  for (const digest of done) assert.ok(await store.image(digest), `${digest} was reported as done`)
  await store.close()
  // At most the one that was under way when it was killed is read twice.
  assert.ok(engine.exports() <= done.size + 20, `${engine.exports()} images were read`)
})

test('the look that nobody kills completes the estate', async () => {
  const server = serve()
  await server.says(/listens on/)
  await eventually(120_000, async () => {
    const { total } = await ask<{ total: number }>(socket, '/api/images')
    assert.equal(total, count)
  })
  const begin = performance.now()
  server.kill('SIGTERM')
  const { code, stderr } = await server.ended
  assert.equal(code, 0, stderr)
  assert.ok(performance.now() - begin < containersPatience)
  assert.ok(!existsSync(socket))

  const store = await openStore({ folder: box.data })
  try {
    assert.equal(await store.verifyEvidence(), undefined)
    const { images } = await store.images(everything, { offset: 0, limit: 1000 })
    assert.deepEqual(images.map(({ digest }) => digest).toSorted(), digests.toSorted())
    for (const [index, digest] of digests.entries()) {
      const packages = (await store.image(digest))!.packages.map(({ name }) => name)
      assert.deepEqual(packages.toSorted(), ['musl', `only-${index}`])
    }
  } finally {
    await store.close()
  }
})

test('no row is there twice', async () => {
  const { db } = await openEmbedded(`${box.data}/store`)
  try {
    const evidence = await db.selectFrom('evidence').select(['resource', 'sub_layer', 'task', 'engine', 'at']).execute()
    assert.ok(evidence.length >= count)
    assert.equal(new Set(evidence.map((row) => JSON.stringify(row))).size, evidence.length)
    const packages = await db.selectFrom('packages').select(['ecosystem', 'name', 'version', 'package']).execute()
    const alpine = packages.filter(({ ecosystem, name }) => ecosystem === 'Alpine' && /^(musl|only-)/.test(name))
    assert.equal(alpine.length, count + 1, 'one row for each package, however many images contain it')
    const contained = await db.selectFrom('contained_packages').select(['subject', 'package_id']).execute()
    assert.equal(new Set(contained.map((row) => JSON.stringify(row))).size, contained.length)
  } finally {
    await db.destroy()
  }
})

test('a second one on the same folder says who has it and ends with 2', async () => {
  const first = serve()
  await first.says(/listens on/)
  const { code, stdout, stderr } = await serve().ended
  assert.deepEqual([code, stdout], [2, ''])
  const message =
    /^plimsoll: (\S+) is in use by plimsoll serve, process \d+, since \S+: stop it, or give another folder/m
  assert.equal(message.exec(stderr)?.[1], box.data)
  first.kill('SIGTERM')
  assert.equal((await first.ended).code, 0)
})

/** Adds the images that the server reports as done until it ends: those before the one that it is at. */
function imagesDone(done: Set<string>): { first: Promise<void>; ended: Promise<void> } {
  const { promise: first, resolve: begun } = Promise.withResolvers<void>()
  const read = async (): Promise<void> => {
    const request = get({ socketPath: socket, path: '/api/looks/progress' })
    const [response] = await once(request, 'response')
    let at: string | undefined
    for await (const line of createInterface({ input: response })) {
      if (!line.startsWith('data:')) continue
      const { step, note } = JSON.parse(line.slice('data:'.length)) as ProgressView
      if (step !== 'images' || note === at) continue
      if (at !== undefined) done.add(at)
      at = note.startsWith('sha256:') ? note : undefined
      begun()
    }
  }
  // A killed server breaks the stream off: what was read until then counts.
  const ended = read().then(begun, begun)
  return { first, ended }
}
