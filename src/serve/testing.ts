// The API over a small estate in memory, with sessions, a clock and what it logs, for its tests.

import { randomBytes } from 'node:crypto'
import type { Resource } from '../model/resource.ts'
import type { Progress } from '../run/progress.ts'
import { lifetimes, type SignIn } from '../store/sign-in.ts'
import { createApp } from './app.ts'
import type { App } from './context.ts'
import type { ServeDeps } from './deps.ts'
import {
  catalog,
  memoryExceptions,
  memoryStore,
  nine,
  people,
  speaksFor,
  testMatrix,
  type PersonName,
} from './estate.testing.ts'
import { createSignInLink } from './sign-in-link.ts'

export const base = 'http://localhost:7463'

export interface TestApp {
  app: App
  deps: ServeDeps
  /** Moves the clock. */
  wait(seconds: number): void
  report(progress: Progress): void
  looks: number
  listening(): number
  audited: { who: string; what: string }[]
  logged: { facts: object; message: string }[]
  /** Cookie of a new session. */
  signedIn(name: PersonName): Promise<string>
  /** A request as the console would send it. */
  ask(path: string, options?: { as?: string; method?: string; headers?: Record<string, string> }): Promise<Response>
}

export function testApp(changes: Partial<ServeDeps> = {}): TestApp {
  const time = { now: Date.UTC(2026, 10, 21, 12) }
  const feed = memoryFeed()
  const audited: TestApp['audited'] = []
  const logged: TestApp['logged'] = []
  const write = (facts: object, message: string) => void logged.push({ facts, message })
  const clock = () => `${new Date(time.now).toISOString().slice(0, 19)}Z`
  const deps: ServeDeps = {
    store: memoryStore(audited),
    signIn: memorySignIn(clock),
    catalog,
    sources: [
      { id: 'docker', asks: ['GET /containers/json'], offer: 'start Docker', speaksFor },
      { id: 'podman', asks: [], offer: 'start the socket of Podman', speaksFor: [] },
    ],
    matrix: async ({ all, scope }) => testMatrix(clock(), all, scope),
    resourceCells: async (list: readonly Resource[]) => new Map(list.map(({ id }) => [id, nine('proven')])),
    progress: feed,
    look: () => void test.looks++,
    exceptions: memoryExceptions,
    localAdministrator: 'admin',
    estate: 'web-1',
    version: '1.2.3',
    clock,
    log: { info: write, warn: write, error: write },
    consoleFolder: '/nonexistent',
    ...changes,
  }
  const app = createApp(deps)
  const test: TestApp = {
    app,
    deps,
    wait: (seconds) => void (time.now += seconds * 1000),
    report: feed.report,
    looks: 0,
    listening: feed.listening,
    audited,
    logged,
    async signedIn(name) {
      const link = await createSignInLink(deps.signIn, people[name].id, base)
      const answer = await test.ask(link.url.slice(base.length))
      return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    },
    async ask(path, { as, method = 'GET', headers = {} } = {}) {
      const own = { host: 'localhost:7463', 'sec-fetch-site': 'same-origin', ...(as ? { cookie: as } : {}) }
      return app.request(`${base}${path}`, { method, headers: { ...own, ...headers } })
    },
  }
  return test
}

function memoryFeed() {
  const listeners = new Set<(progress: Progress) => void>()
  const steps = new Map<string, Progress>()
  return {
    current: () => [...steps.values()],
    listen(listener: (progress: Progress) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    listening: () => listeners.size,
    report(progress: Progress) {
      steps.set(progress.step, progress)
      for (const listener of listeners) listener(progress)
    },
  }
}

function memorySignIn(clock: () => string): SignIn {
  const links = new Map<string, { person: string; until: number; used: boolean }>()
  const sessions = new Map<string, { person: string; until: number }>()
  const now = () => Date.parse(clock()) / 1000
  const newToken = () => randomBytes(32).toString('base64url')
  return {
    async createLink(owner) {
      const token = newToken()
      const until = now() + lifetimes.link
      links.set(token, { person: owner, until, used: false })
      return { token, expiresAt: new Date(until * 1000).toISOString() }
    },
    async redeemLink(token) {
      const link = links.get(token)
      if (!link) return { refused: 'unknown' }
      if (link.used) return { refused: 'used' }
      if (link.until <= now()) return { refused: 'expired' }
      link.used = true
      const session = newToken()
      sessions.set(session, { person: link.person, until: now() + lifetimes.session })
      return { session, person: link.person }
    },
    async session(token) {
      const session = sessions.get(token)
      return session && session.until > now() ? { person: session.person, prolonged: false } : undefined
    },
    endSession: async (token) => void sessions.delete(token),
  }
}
