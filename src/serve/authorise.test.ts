import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actions, scopeOf, type Action } from './authorise.ts'
import { people, type PersonName } from './estate.testing.ts'
import { testApp, type TestApp } from './testing.ts'
import { errorView } from './views/error.ts'

/** Values for the parameters that routes insist on. */
const examples: Readonly<Record<string, string>> = {
  '/api/coverage/:service/:layer/:task': '/api/coverage/self.docker/application/hardening',
  '/api/workloads': '/api/workloads?id=host/a/containers/1',
  '/api/images/detail': '/api/images/detail?id=image/sha256:a',
  '/api/affected': '/api/affected?search=CVE-2021-44228',
}

/** Written by hand, so that a route that changes its action is noticed. */
const needs: Readonly<Record<string, Action>> = {
  'GET /healthz': 'open',
  'GET /sign-in': 'open',
  'GET /api/session': 'read',
  'POST /api/session/sign-out': 'read',
  'POST /api/session/links': 'manage',
  'GET /api/coverage': 'read',
  'GET /api/coverage/rows': 'read',
  'GET /api/coverage/:service/:layer/:task': 'read',
  'GET /api/inventory': 'read',
  'GET /api/workloads': 'read',
  'GET /api/findings': 'read',
  'GET /api/exceptions': 'read',
  'GET /api/images': 'read',
  'GET /api/images/detail': 'read',
  'GET /api/affected': 'read',
  'GET /api/sources': 'read',
  'POST /api/looks': 'look',
  'GET /api/looks/progress': 'read',
  'GET /api/openapi.json': 'read',
}

/** Every route of the router itself, whatever way it was registered. */
function routes({ app }: TestApp): { method: string; path: string }[] {
  const unique = new Set(app.routes.filter(({ path }) => path !== '/*').map(({ method, path }) => `${method} ${path}`))
  return [...unique].map((route) => ({ method: route.split(' ')[0]!, path: route.split(' ')[1]! }))
}

async function statusOf(served: TestApp, { method, path }: { method: string; path: string }, as?: string) {
  const answer = await served.ask(examples[path] ?? path, { method, ...(as === undefined ? {} : { as }) })
  const body = answer.headers.get('content-type')?.includes('application/json') ? await answer.json() : undefined
  await answer.body?.cancel().catch(() => {})
  return { status: answer.status, body }
}

test('the table of actions names exactly the routes that exist', () => {
  assert.deepEqual(
    routes(testApp())
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted(),
    Object.keys(needs).toSorted(),
  )
})

test('without a sign-in every route but the open ones says 401, in the one body', async () => {
  const served = testApp()
  for (const route of routes(served)) {
    const { status, body } = await statusOf(served, route)
    if (needs[`${route.method} ${route.path}`] === 'open') {
      assert.notEqual(status, 401, route.path)
    } else {
      assert.equal(status, 401, route.path)
      assert.equal(errorView.parse(body).code, 'not-signed-in')
    }
  }
  assert.equal(served.looks, 0)
})

test('with a cookie that is no session it is the same', async () => {
  const served = testApp()
  const { status } = await statusOf(served, { method: 'GET', path: '/api/inventory' }, 'plimsoll-session-7463=guess')
  assert.equal(status, 401)
})

const roles: readonly [PersonName, readonly Action[]][] = [
  ['nobody', []],
  ['viewer', ['read']],
  ['editor', ['read', 'look']],
  ['admin', ['read', 'look', 'manage']],
]
for (const [name, may] of roles) {
  test(`every route for ${name}: allowed what the role allows, refused with 403 what it does not`, async () => {
    const served = testApp()
    for (const route of routes(served)) {
      const action = needs[`${route.method} ${route.path}`]!
      const { status, body } = await statusOf(served, route, await served.signedIn(name))
      if (action === 'open') continue
      if (may.includes(action)) {
        assert.ok(status >= 200 && status < 300, `${route.method} ${route.path}: ${status} ${JSON.stringify(body)}`)
      } else {
        assert.equal(status, 403, route.path)
        assert.equal(errorView.parse(body).code, 'not-allowed')
      }
    }
    assert.equal(served.looks, may.includes('look') ? 1 : 0)
  })
}

test('a route that declares no action answers nobody, the operator included', async () => {
  const served = testApp()
  served.app.get('/api/forgotten', (c) => c.text('the estate'))
  served.app.all('/everything/*', (c) => c.text('the estate'))
  for (const path of ['/api/forgotten', '/everything/here']) {
    assert.equal((await served.ask(path, { as: await served.signedIn('admin') })).status, 403)
    assert.equal((await served.app.request(`http://localhost${path}`, {}, { operator: true })).status, 403)
    assert.equal((await served.ask(path, { method: 'HEAD' })).status, 403)
  }
})

test('a handler hung on the address of a declared route, but of another method, answers nobody', async () => {
  const served = testApp()
  served.app.delete('/api/inventory', (c) => c.text('gone'))
  assert.equal(
    (await served.ask('/api/inventory', { method: 'DELETE', as: await served.signedIn('admin') })).status,
    403,
  )
})

test('a viewer of one team sees nothing of the other', async () => {
  const served = testApp()
  const as = await served.signedIn('other')
  const paths = [
    ...Object.keys(needs),
    'GET /api/workloads?id=host/b/containers/1',
    'GET /api/images/detail?id=image/sha256:b',
  ]
  let seenOwn = 0
  for (const path of paths.filter((route) => route.startsWith('GET /api/') && !route.endsWith('progress'))) {
    const address = path.slice('GET '.length)
    const answer = await served.ask(examples[address] ?? address, { as })
    const text = answer.ok ? await answer.text() : '' // a refusal only repeats what was asked
    assert.doesNotMatch(text, /container of a|host\/a\/|image-of-a|sha256:a"/, address)
    if (/container of b|image-of-b/.test(text)) seenOwn++
  }
  assert.ok(seenOwn >= 5, 'it does see its own')
  for (const foreign of ['/api/workloads?id=host/a/containers/1', '/api/images/detail?id=image/sha256:a']) {
    const answer = await served.ask(foreign, { as })
    assert.equal(answer.status, 404, 'not 403: that it exists is not told either')
  }
})

test('the operator over the local socket sees all teams and may do everything', async () => {
  const served = testApp()
  const answer = await served.app.request('http://localhost/api/inventory', {}, { operator: true })
  assert.equal(((await answer.json()) as { total: number }).total, 2)
  assert.equal(
    (await served.app.request('http://localhost/api/looks', { method: 'POST' }, { operator: true })).status,
    202,
  )
})

test('a person of two teams reads both, and looks only where the role allows it', () => {
  const both = { ...people.viewer, memberships: [...people.viewer.memberships, { team: 'b', role: 'editor' as const }] }
  assert.deepEqual(scopeOf(both, 'read'), { teams: ['a', 'b'] })
  assert.deepEqual(scopeOf(both, 'look'), { teams: ['b'] })
  assert.equal(scopeOf(both, 'manage'), undefined)
  assert.equal(scopeOf(people.nobody, 'read'), undefined)
  assert.deepEqual(actions, ['open', 'read', 'look', 'manage'])
})
