// The one place that decides who may do what. Every route declares the action that it needs in its `x-action`; a route
// that declares none answers nobody.

import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import { defaultTeam, type Person, type Role, type Scope } from '../model/team.ts'
import type { App, AppContext, AppEnv, Caller } from './context.ts'
import { cookieName, setSessionCookie } from './cookie.ts'
import type { ServeDeps } from './deps.ts'
import { refuse } from './errors.ts'

/** `open`: nobody needs to be signed in; such a route shows nothing of the estate. */
export const actions = ['open', 'read', 'look', 'manage'] as const
export type Action = (typeof actions)[number]

const allowed: Readonly<Record<Role, readonly Action[]>> = {
  viewer: ['read'],
  editor: ['read', 'look'],
  admin: ['read', 'look', 'manage'],
}

/** The teams in which the person may do it; undefined where there is none. */
export function scopeOf(person: Person, action: Action): Scope | undefined {
  const teams = person.memberships.filter(({ role }) => allowed[role].includes(action)).map(({ team }) => team)
  return teams.length > 0 ? { teams } : undefined
}

/** Must be the last one of the middlewares: everything that is matched after it has to have declared its action. */
export function authorise(app: App, deps: ServeDeps) {
  let declared: ReadonlyMap<string, Action> | undefined
  return createMiddleware<AppEnv>(async (c, next) => {
    const following = matchedRoutes(c).slice(c.req.routeIndex + 1)
    if (following.length === 0) return next() // no route: the answer is "not found", or a file of the console
    declared ??= declaredActions(app)
    const needed = new Set(following.map(({ method, path }) => declared?.get(`${method} ${path}`)))
    const [action] = needed
    if (needed.size !== 1 || action === undefined) return refuse(c, 403, 'this address is not open to anybody')
    if (action === 'open') return next()
    const caller = await identify(c, deps)
    if (!caller) return refuse(c, 401, 'sign in first, with the one-time link that `plimsoll start` or `serve` printed')
    const scope = caller.operator ? ({ teams: 'all' } as const) : scopeOf(caller, action)
    if (!scope) return refuse(c, 403, `your role does not allow this (it needs \`${action}\`); ask an administrator`)
    c.set('caller', caller)
    c.set('scope', scope)
    return next()
  })
}

async function identify(c: AppContext, deps: ServeDeps): Promise<Caller | undefined> {
  if (c.env?.operator === true) {
    const { localAdministrator: id } = deps
    return { id, name: 'Local operator', memberships: [{ team: defaultTeam, role: 'admin' }], operator: true }
  }
  const token = getCookie(c, cookieName(c))
  const session = token === undefined ? undefined : await deps.signIn.session(token)
  const person = session && (await deps.store.person(session.person))
  if (token === undefined || !person) return undefined
  if (session.prolonged) setSessionCookie(c, token, deps.publicUrl)
  return { ...person, operator: false, session: token }
}

/** `GET /api/images/:id` → action, from the routes' own definitions. */
function declaredActions(app: App): ReadonlyMap<string, Action> {
  const declared = new Map<string, Action>()
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { method, path } = definition.route
    const action = actions.find((known) => known === definition.route['x-action'])
    if (action) declared.set(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, action)
  }
  return declared
}
