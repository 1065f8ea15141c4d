import assert from 'node:assert/strict'
import { test } from 'node:test'
import { docker } from '../docker.ts'
import { podman } from '../podman.ts'
import { askOf, dockerVersion, fakeEngine, refuse } from './testing.ts'

const socket = '/var/run/docker.sock'
const { signal } = new AbortController()
const digest = `sha256:${'a'.repeat(64)}`

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(Uint8Array.from(piece)) // valid until the next is asked for
  return Buffer.concat(pieces)
}

test('an image comes as the bytes that the engine sends', async (t) => {
  const sent = Buffer.alloc(300_000, 'tar')
  const fake = await fakeEngine({
    '/version': dockerVersion,
    [`/images/${digest}/get`]: (response) => response.end(sent),
    '/images/shop%2Fweb:1/get': (response) => response.end('by name'),
  })
  t.after(fake.close)
  const ask = askOf(fake, [socket])
  assert.deepEqual(await bytesOf(docker.image!(ask, digest, signal)), sent)
  assert.equal((await bytesOf(docker.image!(ask, 'shop/web:1', signal))).toString(), 'by name')
})

test('an image that the engine does not have, or stops sending, is an error', async (t) => {
  const fake = await fakeEngine({
    '/version': dockerVersion,
    '/images/gone/get': refuse(404, 'No such image: gone'),
    '/images/cut/get': (response) => {
      response.writeHead(200).write('half')
      setTimeout(() => response.destroy(), 20)
    },
  })
  t.after(fake.close)
  const ask = askOf(fake, [socket])
  await assert.rejects(bytesOf(docker.image!(ask, 'gone', signal)), { kind: 'refused', status: 404 })
  await assert.rejects(bytesOf(podman.image!(askOf(undefined, []), 'gone', signal)), { name: 'Unreachable' })
  await assert.rejects(bytesOf(docker.image!(ask, 'cut', signal)), { kind: 'unreachable' })
})

test('an abort ends the transfer', async (t) => {
  const fake = await fakeEngine({
    '/version': dockerVersion,
    '/images/endless/get': (response) => response.writeHead(200).write('a beginning'),
  })
  t.after(fake.close)
  const abort = new AbortController()
  const reading = (async () => {
    for await (const _ of docker.image!(askOf(fake, [socket]), 'endless', abort.signal)) abort.abort()
  })()
  await assert.rejects(reading)
})
