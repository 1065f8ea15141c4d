import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { get, readText, TimedOut, TooLarge, type Endpoint } from './http.ts'

const time = { idle: 1000, total: 5000 }

async function serve(t: TestContext, listener: RequestListener): Promise<Endpoint> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

test('an answer comes with its status and text, and a redirect is not followed', async (t) => {
  const paths: string[] = []
  const endpoint = await serve(t, ({ url }, response) => {
    paths.push(url!)
    response.writeHead(302, { location: '/elsewhere' }).end('gone away')
  })
  const response = await get(endpoint, '/here', time)
  assert.equal(response.statusCode, 302)
  assert.equal(await readText(response, 100), 'gone away')
  assert.deepEqual(paths, ['/here'])
})

test('silence ends with TimedOut, before the head of the answer and in the middle of its body', async (t) => {
  const endpoint = await serve(t, ({ url }, response) => {
    if (url === '/cut') response.write('a beginning')
  })
  await assert.rejects(get(endpoint, '/never', { ...time, idle: 50 }), TimedOut)
  const response = await get(endpoint, '/cut', { ...time, idle: 50 })
  await assert.rejects(readText(response, 100), TimedOut)
})

test('an answer that drips for ever ends with TimedOut as well', async (t) => {
  const endpoint = await serve(t, (_, response) => {
    const drip = setInterval(() => response.write('x'), 10)
    response.on('close', () => clearInterval(drip))
  })
  const response = await get(endpoint, '/', { idle: 1000, total: 100 })
  await assert.rejects(readText(response, 100_000), { name: 'TimedOut', message: /not complete after/ })
})

test('a body beyond the limit is not read to its end', async (t) => {
  const closed = Promise.withResolvers<void>()
  const endpoint = await serve(t, (_, response) => {
    response.on('close', closed.resolve)
    const more = () => {
      while (response.write('x'.repeat(16_384)));
      response.once('drain', more)
    }
    more()
  })
  const response = await get(endpoint, '/endless', time)
  await assert.rejects(readText(response, 100_000), TooLarge)
  await closed.promise
})

test('an abort ends the request', async (t) => {
  const endpoint = await serve(t, () => {})
  const abort = new AbortController()
  const asked = get(endpoint, '/', { ...time, signal: abort.signal })
  abort.abort()
  await assert.rejects(asked, { name: 'AbortError' })
})
