import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { guardedClient, type GuardOptions } from './guarded-http.ts'
import { readText } from './http.ts'

const times = { idle: 1000, total: 5000, signal: new AbortController().signal }

async function serve(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function client(t: TestContext, options?: GuardOptions) {
  const made = guardedClient(options)
  t.after(made.close)
  return made
}

/** A name server that gives every name these addresses, and remembers how often it was asked. */
function nameServer(...addresses: string[]) {
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { asked, resolve }
}

test('an answer comes with status, headers, body and how far its address reaches', async (t) => {
  let headers: IncomingHttpHeaders = {}
  const port = await serve(t, (request, response) => {
    headers = request.headers
    response.writeHead(302, { location: 'http://elsewhere.example/' }).end('moved')
  })
  const url = new URL(`http://user:password@127.0.0.1:${port}/a?b=c`)
  const answer = await client(t).request(url, { ...times, headers: { accept: 'text/plain' } })
  deepEqual([answer.status, answer.headers.location, answer.reach], [302, 'http://elsewhere.example/', 'loopback'])
  equal(await readText(answer.body, 100), 'moved')
  deepEqual([headers.accept, headers.authorization, headers['accept-encoding']], ['text/plain', undefined, 'identity'])
  match(headers['user-agent'] ?? '', /^plimsoll\/\d/)
})

const never = [
  'http://169.254.169.254/latest/meta-data/',
  'https://169.254.169.254/',
  'https://[fd00:ec2::254]/',
  'https://[::ffff:169.254.169.254]/',
  'https://2852039166/', // 169.254.169.254 as one number
  'https://0.0.0.0/',
]
for (const address of never) {
  test(`${address} is never asked`, async (t) => {
    const plain = client(t, { plainHosts: ['169.254.169.254'] })
    await rejects(plain.request(new URL(address), times), { name: 'AddressRefused', message: /never asked/ })
  })
}

test('a name that leads to such an address is not asked either', async (t) => {
  const guarded = client(t, nameServer('169.254.169.254', 'fe80::1'))
  const why = { name: 'AddressRefused', message: /^metadata\.example is an address of the link/ }
  await rejects(guarded.request(new URL('https://metadata.example/'), times), why)
})

test('a name is resolved once, and the connection goes to what was checked', async (t) => {
  const port = await serve(t, (_, response) => response.end('here'))
  const names = nameServer('fe80::1', '127.0.0.1')
  const guarded = client(t, { ...names, plainHosts: [`registry.example:${port}`] })
  const { body } = await guarded.request(new URL(`http://registry.example:${port}/`), times)
  equal(await readText(body, 100), 'here')
  deepEqual(names.asked, ['registry.example'])
})

test('without TLS only this machine and allowed hosts are asked', async (t) => {
  const guarded = client(t, nameServer('10.0.0.1'))
  const why = {
    name: 'AddressRefused',
    message: /without TLS, which is only done on this machine or where it was allowed/,
  }
  await rejects(guarded.request(new URL('http://registry.example/'), times), why)
  await rejects(guarded.request(new URL('http://10.0.0.1/'), times), why)
  await rejects(guarded.request(new URL('ftp://10.0.0.1/'), times), /ftp: is not asked/)
  const allowed = client(t, { plainHosts: ['Registry.example'] })
  equal(allowed.mayBePlain(new URL('http://registry.example:5000/')), true)
  equal(allowed.mayBePlain(new URL('http://127.0.0.1:5000/')), true)
  equal(allowed.mayBePlain(new URL('http://other.example/')), false)
})

test('a server may not name an address further in than its own', async (t) => {
  const port = await serve(t, (_, response) => response.end('secret'))
  const guarded = client(t, nameServer('127.0.0.1'))
  for (const from of ['public', 'private'] as const) {
    const why = { name: 'AddressRefused', message: `a ${from} server named the loopback address of 127.0.0.1:${port}` }
    await rejects(guarded.request(new URL(`http://127.0.0.1:${port}/`), { ...times, from }), why)
    const byName = new URL(`http://inside.example:${port}/`)
    await rejects(guarded.request(byName, { ...times, from }), { name: 'AddressRefused' })
  }
  const { status } = await guarded.request(new URL(`http://127.0.0.1:${port}/`), { ...times, from: 'loopback' })
  equal(status, 200)
})

test('nor over a connection that the request of a person left open', async (t) => {
  const asked: (string | undefined)[] = []
  const port = await serve(t, ({ url }, response) => {
    asked.push(url)
    response.end('secret')
  })
  const guarded = client(t, { ...nameServer('127.0.0.1'), plainHosts: [`inside.example:${port}`] })
  const url = (path: string) => new URL(path, `http://inside.example:${port}`)
  const { body } = await guarded.request(url('/typed'), times)
  equal(await readText(body, 100), 'secret')
  await new Promise((resolve) => setImmediate(resolve))
  await rejects(guarded.request(url('/named'), { ...times, from: 'public' }), { name: 'AddressRefused' })
  deepEqual(asked, ['/typed'])
})

test('silence and an answer that drips for ever end with TimedOut', async (t) => {
  const port = await serve(t, ({ url }, response) => {
    if (url === '/silent') return
    const drip = setInterval(() => response.write('x'), 10)
    response.on('close', () => clearInterval(drip))
  })
  const guarded = client(t)
  const url = (path: string) => new URL(path, `http://127.0.0.1:${port}`)
  await rejects(guarded.request(url('/silent'), { ...times, idle: 50 }), { name: 'TimedOut' })
  const { body } = await guarded.request(url('/drip'), { ...times, total: 100 })
  await rejects(readText(body, 100_000), { name: 'TimedOut', message: /not complete after/ })
})
