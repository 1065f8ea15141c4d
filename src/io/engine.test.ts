import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dockerVersion, fakeEngine, refuse } from '../discover/docker/testing.ts'
import { engineClient, publicAddress } from './engine.ts'
import { readText } from './http.ts'

const versions = [
  { engine: { ApiVersion: '1.24' }, asks: '1.24' },
  { engine: { ApiVersion: '1.41', MinAPIVersion: '1.24' }, asks: '1.41' },
  { engine: { ApiVersion: '1.52', MinAPIVersion: '1.44' }, asks: '1.47' },
  { engine: { ApiVersion: '1.60', MinAPIVersion: '1.50' }, asks: '1.50' },
]
for (const { engine, asks } of versions) {
  test(`an engine of API ${engine.MinAPIVersion ?? '?'} to ${engine.ApiVersion} is asked for ${asks}, once`, async (t) => {
    const fake = await fakeEngine({ '/version': engine, '/info': { Name: 'a' } })
    t.after(fake.close)
    const client = engineClient(fake.socket)
    assert.deepEqual(await client.json('/info'), { Name: 'a' })
    await client.json('/info')
    assert.deepEqual(fake.requests, ['GET /version', `GET /v${asks}/info`, `GET /v${asks}/info`])
  })
}

test('a refusal names method, path, status and what the engine says', async (t) => {
  const fake = await fakeEngine({
    '/version': dockerVersion,
    '/containers/x/json': refuse(404, 'No such container:\n x'),
    '/page': (response) => response.writeHead(502).end('<h1>Bad gateway</h1>'),
  })
  t.after(fake.close)
  const client = engineClient(`unix://${fake.socket}`)
  await assert.rejects(client.json('/containers/x/json'), {
    name: 'EngineError',
    kind: 'refused',
    status: 404,
    message: 'GET /v1.47/containers/x/json: 404 No such container: x',
  })
  await assert.rejects(client.stream('/page'), {
    kind: 'refused',
    message: 'GET /v1.47/page: 502 <h1>Bad gateway</h1>',
  })
})

test('an answer that is cut off or no JSON is an error with its path', async (t) => {
  const fake = await fakeEngine({
    '/version': dockerVersion,
    '/info': (response) => response.end('{"Name":'),
    '/images/a/get': (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('only so much')
      setTimeout(() => response.destroy(), 20)
    },
  })
  t.after(fake.close)
  const client = engineClient(fake.socket)
  await assert.rejects(client.json('/info'), { kind: 'unreadable', message: 'GET /v1.47/info: the answer is not JSON' })
  const bytes = await client.stream('/images/a/get')
  await assert.rejects(readText(bytes, 1000), {
    kind: 'unreachable',
    message: /closed the connection during GET \S+\/get/,
  })
})

test('something else that listens there is no engine', async (t) => {
  const fake = await fakeEngine({ '/version': { name: 'another program' } })
  t.after(fake.close)
  await assert.rejects(engineClient(fake.socket).json('/info'), { kind: 'unreadable', message: /no container engine/ })
})

test('where nobody answers, the reason says what to do', async () => {
  const fake = await fakeEngine({})
  await fake.close()
  await assert.rejects(engineClient(fake.socket).json('/info'), {
    kind: 'unreachable',
    message: `there is no socket at ${fake.socket}`,
  })
  await assert.rejects(engineClient('tcp://127.0.0.1:1').json('/info'), {
    kind: 'unreachable',
    message: 'nothing listens at 127.0.0.1:1: start the engine',
  })
})

test('an engine that came back is asked again', async (t) => {
  let up = false
  const fake = await fakeEngine({
    '/version': (response) => (up ? response.end(JSON.stringify(dockerVersion)) : refuse(503, 'starting')(response)),
    '/info': {},
  })
  t.after(fake.close)
  const client = engineClient(fake.socket)
  await assert.rejects(client.json('/info'), { status: 503 })
  up = true
  assert.deepEqual(await client.json('/info'), {})
})

const otherMachines = [
  'tcp://10.0.0.1:2375',
  'tcp://docker.example:2375',
  'tcp://127.0.0.1.example:2375',
  'tcp://127.0.0.1@example:2375',
  'ssh://root@web-1',
  'npipe:////./pipe/docker_engine',
  'http://127.0.0.1:2375',
  '',
]
for (const address of otherMachines) {
  test(`'${address}' is not asked`, () => {
    assert.throws(() => engineClient(address), { kind: 'unreachable', message: /is not asked: give a Unix socket/ })
  })
}

test('a password in an address is not shown', () => {
  assert.equal(publicAddress('tcp://me:secret@web-1:2376?token=secret'), 'tcp://web-1:2376')
  assert.throws(
    () => engineClient('tcp://me:secret@web-1:2376'),
    (error: Error) => !error.message.includes('secret'),
  )
})
