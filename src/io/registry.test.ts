import { deepEqual, doesNotMatch, equal, ok, rejects } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { guardedClient } from './guarded-http.ts'
import { connectRegistry, type RegistryClient } from './registry.ts'
import type { Credential } from './registry-credentials.ts'
import { fakeRegistry, type FakeRegistry } from './testing.ts'

const { signal } = new AbortController()
const password: Credential = { kind: 'password', username: 'me', password: 'pa:ss' }
const basic = `Basic ${Buffer.from('me:pa:ss').toString('base64')}`

interface Setting {
  registry: FakeRegistry
  waits: number[]
  connect(credential?: Credential, problems?: string[]): Promise<RegistryClient>
}

async function setting(t: TestContext): Promise<Setting> {
  const registry = await fakeRegistry(t)
  const client = guardedClient()
  t.after(client.close)
  const waits: number[] = []
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds)
  return {
    registry,
    waits,
    connect: (credential, problems = []) =>
      connectRegistry(registry.host, 'team/app', {
        client,
        signal,
        wait,
        credential: async () => (credential ? { credential, problems } : { problems }),
      }),
  }
}

async function bytesOf(chunks: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const chunk of chunks ?? []) pieces.push(chunk)
  return Buffer.concat(pieces).toString('utf8')
}

test('manifests come with their type, and what is not there is undefined', async (t) => {
  const { registry, connect } = await setting(t)
  registry.documents.set('/v2/team/app/manifests/1', { body: '{"a":1}', type: 'application/json; charset=utf-8' })
  const client = await connect()
  const manifest = await client.manifest('1', 100)
  deepEqual([manifest?.bytes.toString(), manifest?.mediaType], ['{"a":1}', 'application/json'])
  equal(await client.manifest('2', 100), undefined)
  equal(await client.blob('sha256:1', 1), undefined)
  equal(await client.referrers('sha256:1', 100), undefined)
  await rejects(client.manifest('1', 3), { name: 'RegistryError', message: /manifests\/1: it is longer than 3 bytes/ })
  ok(registry.requests.at(-1)?.headers.accept?.includes('application/vnd.oci.image.index.v1+json'))
  ok(!registry.requests.at(-1)?.headers.accept?.includes('v1+prettyjws'))
})

test('what is no registry says so', async (t) => {
  const { registry, connect } = await setting(t)
  registry.documents.clear()
  await rejects(connect(), { message: `GET http://${registry.host}/v2/: 404, so no registry is there` })
})

test('where nobody answers, the reason says what to do', async (t) => {
  const client = guardedClient()
  t.after(client.close)
  const options = { client, signal, credential: async () => ({ problems: [] }) }
  await rejects(connectRegistry('127.0.0.1:1', 'a', options), {
    message: 'GET http://127.0.0.1:1/v2/: nothing listens there',
  })
  await rejects(connectRegistry('registry.invalid', 'a', options), { message: /its name (is not known|could not be)/ })
})

/** Wants a token for the repository, which `grant` hands out. */
function tokens(
  registry: FakeRegistry,
  grant: (authorization: string | undefined, body: string) => string | undefined,
): string[] {
  const valid: string[] = []
  const realm = `http://${registry.host}/token`
  registry.hook = (request, response, body) => {
    if (request.url?.startsWith('/token')) {
      const token = grant(request.headers.authorization, body)
      if (token !== undefined) valid.push(token)
      response.writeHead(token === undefined ? 401 : 200).end(JSON.stringify({ token, expires_in: 60 }))
      return true
    }
    if (valid.includes(request.headers.authorization?.replace('Bearer ', '') ?? '')) return false
    response.setHeader('www-authenticate', `Bearer realm="${realm}",service="registry.example"`)
    response.writeHead(401).end()
    return true
  }
  return valid
}

test('a token is fetched without a name where anybody may read, and again when it has run out', async (t) => {
  const { registry, connect } = await setting(t)
  registry.documents.set('/v2/team/app/manifests/1', { body: 'm' })
  let number = 0
  const valid = tokens(registry, (authorization) => (authorization === undefined ? `token-${++number}` : undefined))
  const client = await connect()
  ok(await client.manifest('1', 10))
  const asked = registry.paths().filter((path) => path.startsWith('/token'))
  deepEqual(asked, ['/token?service=registry.example&scope=repository%3Ateam%2Fapp%3Apull'])
  valid.length = 0
  ok(await client.manifest('1', 10))
  equal(number, 2)
})

test('the user name and password go to the token server, and only the token to the registry', async (t) => {
  const { registry, connect } = await setting(t)
  registry.documents.set('/v2/team/app/manifests/1', { body: 'm' })
  tokens(registry, (authorization) => (authorization === basic ? 't' : undefined))
  ok(await (await connect(password)).manifest('1', 10))
  for (const { path, headers } of registry.requests) if (path.startsWith('/v2/')) ok(headers.authorization !== basic)
})

test('an identity token buys a token by POST', async (t) => {
  const { registry, connect } = await setting(t)
  registry.documents.set('/v2/team/app/manifests/1', { body: 'm' })
  const bodies: string[] = []
  tokens(registry, (_, body) => (bodies.push(body), 't'))
  ok(await (await connect({ kind: 'identity-token', token: 'refresh' })).manifest('1', 10))
  equal(
    bodies[0],
    'grant_type=refresh_token&client_id=plimsoll&refresh_token=refresh&service=registry.example&scope=repository%3Ateam%2Fapp%3Apull',
  )
})

test('a refused sign-in says what to do, and shows neither password nor token', async (t) => {
  const { registry, connect } = await setting(t)
  tokens(registry, () => undefined)
  await rejects(connect(password, ['/home/me/x: is no configuration']), (error: Error) => {
    equal(
      error.message,
      `${registry.host}: ${registry.host}/token refused the sign-in (401): sign in by \`docker login ${registry.host}\`, ` +
        'or check that the image is there (/home/me/x: is no configuration)',
    )
    doesNotMatch(error.message, /pa:ss|bWU6/)
    return true
  })
})

test('basic sign-in; a password that is refused is not sent for ever', async (t) => {
  const { registry, connect } = await setting(t)
  registry.documents.set('/v2/team/app/manifests/1', { body: 'm' })
  registry.hook = ({ headers }, response) => {
    if (headers.authorization === basic) return false
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    return true
  }
  ok(await (await connect(password)).manifest('1', 10))
  await rejects(connect(), { message: /: 401: sign in by `docker login/ })
  registry.requests.length = 0
  await rejects(connect({ ...password, password: 'wrong' }), { message: /: 401: sign in by/ })
  ok(registry.requests.length <= 4, `${registry.requests.length} requests`)
})

test('the message of a registry is not repeated: it could hold what it was sent', async (t) => {
  const { registry, connect } = await setting(t)
  const client = await connect(password)
  registry.hook = (_, response) => {
    response.writeHead(403).end(JSON.stringify({ errors: [{ code: 'DENIED', message: basic }] }))
    return true
  }
  await rejects(client.manifest('1', 10), { message: /manifests\/1: 403 denied: sign in by/, status: 403 })
})

test('a blob store on another host is asked without the sign-in', async (t) => {
  const { registry, connect } = await setting(t)
  const store = await fakeRegistry(t)
  store.documents.set('/blob?signature=secret', { body: 'layer' })
  tokens(registry, () => 't')
  const { hook } = registry
  registry.hook = (request, response, body) => {
    if (hook(request, response, body)) return true
    if (!request.url?.includes('/blobs/')) return false
    response.writeHead(307, { location: `http://${store.host}/blob?signature=secret` }).end()
    return true
  }
  const client = await connect()
  equal(await bytesOf(await client.blob('sha256:1', 5)), 'layer')
  deepEqual(
    store.requests.map(({ headers }) => headers.authorization),
    [undefined],
  )

  // What it asks for then is nothing that we would give it.
  store.hook = (_, response) => {
    response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${store.host}/steal"` }).end()
    return true
  }
  await rejects(client.blob('sha256:1', 5), (error: Error) => !error.message.includes('secret'))
  ok(!store.paths().includes('/steal'))
})

test('redirects in a circle end', async (t) => {
  const { registry, connect } = await setting(t)
  const client = await connect()
  registry.hook = (request, response) => (response.writeHead(302, { location: request.url! }).end(), true)
  await rejects(client.manifest('1', 10), { message: /leads on more than 5 times/ })
})

const busy: [string, number, Record<string, string>, (waits: number[]) => boolean][] = [
  ['429 with Retry-After', 429, { 'retry-after': '7' }, (waits) => waits.every((wait) => wait === 7000)],
  ['503 without one, ever later', 503, {}, ([first = 0, second = 0]) => first >= 250 && first < 750 && second >= 500],
]
for (const [name, status, headers, expected] of busy) {
  test(`${name}: asked again`, async (t) => {
    const { registry, waits, connect } = await setting(t)
    registry.documents.set('/v2/team/app/manifests/1', { body: 'm' })
    const client = await connect()
    let left = 2
    registry.hook = (_, response) => left-- > 0 && (response.writeHead(status, headers).end(), true)
    ok(await client.manifest('1', 10))
    ok(waits.length === 2 && expected(waits), waits.join())
  })
}

test('a registry that stays busy, or wants a long pause, is an error', async (t) => {
  const { registry, waits, connect } = await setting(t)
  const client = await connect()
  registry.hook = (_, response) => (response.writeHead(429).end(), true)
  await rejects(client.manifest('1', 10), { message: /: 429: it limits requests/, status: 429 })
  equal(waits.length, 4)
  registry.hook = (_, response) => (response.writeHead(429, { 'retry-after': '3600' }).end(), true)
  await rejects(client.manifest('1', 10), { status: 429 })
  equal(waits.length, 4)
})

const layer = 'abcdefghij'.repeat(1000)
for (const ranges of [true, false]) {
  test(`a layer that is cut is continued ${ranges ? 'by range' : 'from the beginning where ranges are not known'}`, async (t) => {
    const { registry, connect } = await setting(t)
    const client = await connect()
    registry.hook = ({ headers }, response) => {
      const start = ranges ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0
      const end = Math.min(layer.length, registry.requests.length * 3000)
      const range = start > 0 ? { 'content-range': `bytes ${start}-${layer.length - 1}/${layer.length}` } : {}
      response.writeHead(start > 0 ? 206 : 200, { 'content-length': layer.length - start, ...range })
      response.write(layer.slice(start, end), () => (end === layer.length ? response.end() : response.destroy()))
      return true
    }
    equal(await bytesOf(await client.blob('sha256:1', layer.length)), layer)
    ok(registry.requests.length >= 4)
  })
}

test('a layer is exactly as long as its manifest says', async (t) => {
  const { registry, connect } = await setting(t)
  registry.documents.set('/v2/team/app/blobs/sha256:1', { body: layer })
  const client = await connect()
  await rejects(client.blob('sha256:1', 9999).then(bytesOf), {
    message: /longer than its manifest says \(9999 bytes\)/,
  })
  registry.hook = ({ url }, response) => url!.includes('blobs') && (response.writeHead(200).end('short'), true)
  await rejects(client.blob('sha256:1', 10_000).then(bytesOf), {
    message: /ended after .* of 10000 bytes, 30 times over/,
  })
})

test('a range that nobody asked for is not taken', async (t) => {
  const { registry, connect } = await setting(t)
  const client = await connect()
  registry.hook = ({ headers }, response) => {
    if (headers.range) response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0123456789')
    else response.writeHead(200).end('01234')
    return true
  }
  await rejects(client.blob('sha256:1', 10).then(bytesOf), { message: /another part was sent/ })
})

test('the list of referrers is read page by page, on the same server only', async (t) => {
  const { registry, connect } = await setting(t)
  const client = await connect()
  registry.hook = ({ url }, response) => {
    const next = url!.includes('page=2') ? 'http://elsewhere.example/' : '/v2/team/app/referrers/sha256:1?page=2'
    response.writeHead(200, { link: `<${next}>; rel="next"` }).end(url!.includes('page=2') ? 'two' : 'one')
    return true
  }
  deepEqual((await client.referrers('sha256:1', 10))?.map(String), ['one', 'two'])
})
