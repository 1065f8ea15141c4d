import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from './testing.ts'
import { errorView } from './views/error.ts'

test('a name that is not this server is not answered, whatever the path', async () => {
  const served = testApp()
  const as = await served.signedIn('admin')
  for (const path of ['/', '/healthz', '/api/session', '/sign-in?token=x']) {
    for (const host of ['attacker.example', 'localhost.attacker.example', '127.0.0.1.attacker.example:7463', '']) {
      const answer = await served.ask(path, { as, headers: { host } })
      assert.equal(answer.status, 421, `${path} as ${host}`)
      assert.equal(errorView.parse(await answer.json()).code, 'wrong-host')
    }
  }
})

test('the names of this machine and the configured one are answered', async () => {
  const served = testApp({ publicUrl: new URL('https://plimsoll.example.org') })
  for (const host of ['localhost', 'LOCALHOST:7463', '127.0.0.1:1', '[::1]:7463', 'plimsoll.example.org']) {
    assert.equal((await served.ask('/healthz', { headers: { host } })).status, 200, host)
  }
})

const forged: readonly [string, Record<string, string>][] = [
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://attacker.example' }],
  ['another port of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' }],
  ['an older browser on another site', { 'sec-fetch-site': '', origin: 'https://attacker.example' }],
  ['a sandboxed frame', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
]
for (const [what, headers] of forged) {
  test(`a change sent by ${what} is refused`, async () => {
    const served = testApp()
    const answer = await served.ask('/api/looks', { method: 'POST', as: await served.signedIn('admin'), headers })
    assert.equal(answer.status, 403)
    assert.equal(served.looks, 0)
  })
}

test('a change that does not say where it comes from is refused; one with our own origin is taken', async () => {
  const served = testApp()
  const cookie = await served.signedIn('admin')
  const post = (headers: Record<string, string>) =>
    served.app.request('http://localhost:7463/api/looks', {
      method: 'POST',
      headers: { host: 'localhost:7463', cookie, ...headers },
    })
  assert.equal((await post({})).status, 403)
  assert.equal((await post({ origin: 'http://localhost:7463' })).status, 202)
})

test('a large body is refused, and one that does not say how large it is', async () => {
  const served = testApp()
  for (const length of [{ 'content-length': `${64 * 1024 + 1}` }, { 'transfer-encoding': 'chunked' }]) {
    const answer = await served.ask('/api/looks', { method: 'POST', headers: length as Record<string, string> })
    assert.equal(answer.status, 413)
    assert.equal(errorView.parse(await answer.json()).code, 'too-large')
  }
})

test('every answer carries the headers that keep a page safe', async () => {
  const served = testApp()
  for (const path of ['/', '/api/session', '/api/nothing', '/healthz']) {
    const { headers } = await served.ask(path)
    assert.match(
      headers.get('content-security-policy') ?? '',
      /default-src 'self'; script-src 'self';.*frame-ancestors 'none'/,
    )
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(headers.get('cache-control'), 'no-store')
  }
})
