import { createRoute, z } from '@hono/zod-openapi'
import { roles, type Person } from '../../model/team.ts'
import type { App } from '../context.ts'
import { deleteSessionCookie, setSessionCookie } from '../cookie.ts'
import type { ServeDeps } from '../deps.ts'
import { createSignInLink } from '../sign-in-link.ts'
import { sessionView, signInLinkView } from '../views/session.ts'
import { json, refusals } from './describe.ts'

export function sessionRoutes(app: App, deps: ServeDeps): void {
  const { store, signIn, publicUrl } = deps

  app.openapi(health, (c) => c.json({ status: 'ok' as const }, 200))

  app.openapi(follow, async (c) => {
    const { token } = c.req.valid('query')
    // Without a token it is a page of the console. Mail scanners and chat programs ask for the head: that is no sign-in.
    if (!token || c.req.method !== 'GET') return c.notFound()
    const redeemed = await signIn.redeemLink(token)
    if ('refused' in redeemed) return c.redirect(`/sign-in?refused=${redeemed.refused}`, 303)
    await store.audit({ who: redeemed.person, what: 'sign in' })
    setSessionCookie(c, redeemed.session, publicUrl)
    return c.redirect('/', 303)
  })

  app.openapi(session, async (c) => {
    const { id, name, memberships } = c.var.caller
    const person = { id, name, ...highest(memberships) }
    const counts = await store.counts(c.var.scope)
    return c.json({ person, version: deps.version, estate: deps.estate, counts }, 200)
  })

  app.openapi(signOut, async (c) => {
    const { caller } = c.var
    if (!caller.operator) {
      await signIn.endSession(caller.session)
      await store.audit({ who: caller.id, what: 'sign out' })
      deleteSessionCookie(c, publicUrl)
    }
    return c.body(null, 204)
  })

  app.openapi(newLink, async (c) => {
    const { id } = c.var.caller
    const link = await createSignInLink(signIn, id, publicUrl ?? c.env?.address ?? c.req.url)
    await store.audit({ who: id, what: 'make a sign-in link' })
    return c.json(link, 201)
  })
}

/** The role that allows most, and the team in which it does. */
function highest(memberships: Person['memberships']) {
  const [first] = memberships.toSorted((a, b) => roles.indexOf(b.role) - roles.indexOf(a.role))
  return { role: first?.role ?? 'viewer', team: first?.team ?? '' }
}

const health = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the server answers',
  'x-action': 'open',
  responses: { 200: json(z.object({ status: z.literal('ok') }), 'it does') },
})

const follow = createRoute({
  method: 'get',
  path: '/sign-in',
  summary: 'Follow a one-time link',
  description:
    'Sets the cookie of a new session and leads to the console. Without a token it is the page for signing in.',
  'x-action': 'open',
  request: { query: z.object({ token: z.string().max(200).optional() }) },
  responses: {
    303: { description: 'to the console, or to the page that says why not' },
    200: { description: 'the page' },
    400: refusals[400],
  },
})

const session = createRoute({
  method: 'get',
  path: '/api/session',
  summary: 'Who is signed in',
  'x-action': 'read',
  responses: { 200: json(sessionView, 'the person and what the frame shows'), ...refusals },
})

const signOut = createRoute({
  method: 'post',
  path: '/api/session/sign-out',
  summary: 'End this session',
  'x-action': 'read',
  responses: { 204: { description: 'it has ended' }, ...refusals },
})

const newLink = createRoute({
  method: 'post',
  path: '/api/session/links',
  summary: 'Make a one-time sign-in link for oneself, for another browser',
  'x-action': 'manage',
  responses: { 201: json(signInLinkView, 'the link, shown this once'), ...refusals },
})
