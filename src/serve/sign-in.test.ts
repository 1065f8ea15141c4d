import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lifetimes } from '../store/sign-in.ts'
import { createSignInLink } from './sign-in-link.ts'
import { base, testApp } from './testing.ts'
import { sessionView, signInLinkView } from './views/session.ts'

async function link(served: ReturnType<typeof testApp>) {
  const { url } = await createSignInLink(served.deps.signIn, 'admin', base)
  return url.slice(base.length)
}

test('a link signs in once and leads to the console', async () => {
  const served = testApp()
  const path = await link(served)
  const first = await served.ask(path)
  assert.equal(first.status, 303)
  assert.equal(first.headers.get('location'), '/')
  const [cookie] = first.headers.getSetCookie()
  assert.match(cookie ?? '', /^plimsoll-session-7463=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
  const session = await served.ask('/api/session', { as: cookie!.split(';')[0]! })
  assert.deepEqual(sessionView.parse(await session.json()).person, {
    id: 'admin',
    name: 'admin',
    role: 'admin',
    team: 'a',
  })

  const second = await served.ask(path)
  assert.equal(second.headers.get('location'), '/sign-in?refused=used')
  assert.deepEqual(second.headers.getSetCookie(), [])
  assert.deepEqual(served.audited, [{ who: 'admin', what: 'sign in' }])
})

test('an expired link and a wrong one say which they are', async () => {
  const served = testApp()
  const path = await link(served)
  served.wait(lifetimes.link)
  assert.equal((await served.ask(path)).headers.get('location'), '/sign-in?refused=expired')
  assert.equal((await served.ask('/sign-in?token=wrong')).headers.get('location'), '/sign-in?refused=unknown')
  assert.equal((await served.ask(`/sign-in?token=${'x'.repeat(201)}`)).status, 400)
})

test('asking for the head of a link, as mail scanners do, does not use it up', async () => {
  const served = testApp()
  const path = await link(served)
  assert.deepEqual((await served.ask(path, { method: 'HEAD' })).headers.getSetCookie(), [])
  assert.equal((await served.ask(path)).headers.get('location'), '/')
})

test('a session ends by itself, and by signing out', async () => {
  const served = testApp()
  const [idle, left] = [await served.signedIn('viewer'), await served.signedIn('viewer')]
  const out = await served.ask('/api/session/sign-out', { method: 'POST', as: left })
  assert.equal(out.status, 204)
  assert.match(out.headers.getSetCookie()[0] ?? '', /^plimsoll-session-7463=; Max-Age=0/)
  assert.equal((await served.ask('/api/session', { as: left })).status, 401)
  assert.equal((await served.ask('/api/session', { as: idle })).status, 200)
  served.wait(lifetimes.session)
  assert.equal((await served.ask('/api/session', { as: idle })).status, 401)
})

test('a session in use gets its cookie anew', async () => {
  const served = testApp()
  const signIn = { ...served.deps.signIn, session: async () => ({ person: 'viewer', prolonged: true }) }
  const answer = await testApp({ signIn }).ask('/api/session', { as: 'plimsoll-session-7463=held' })
  assert.match(answer.headers.getSetCookie()[0] ?? '', /^plimsoll-session-7463=held; Max-Age=43200/)
})

test('behind a proxy with https the cookie is for https only', async () => {
  const served = testApp({ publicUrl: new URL('https://plimsoll.example.org') })
  const path = await link(served)
  const answer = await served.ask(path, { headers: { host: 'plimsoll.example.org' } })
  assert.match(answer.headers.getSetCookie()[0] ?? '', /; Secure/)
})

test('an administrator makes a link for another browser; the token is not in the log', async () => {
  const served = testApp()
  const answer = await served.ask('/api/session/links', { method: 'POST', as: await served.signedIn('admin') })
  assert.equal(answer.status, 201)
  const { url } = signInLinkView.parse(await answer.json())
  assert.equal((await served.ask(url.slice(base.length))).headers.get('location'), '/')
  const token = new URL(url).searchParams.get('token')!
  assert.equal(token.length, 43)
  assert.ok(served.logged.length > 0 && !JSON.stringify(served.logged).includes(token))
})
