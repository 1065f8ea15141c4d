// A small estate of two teams, in memory, for the tests of the API.

import { randomBytes } from 'node:crypto'
import type { Catalog } from '../model/catalog.ts'
import { cellStates, type Cell, type CellState, type Matrix } from '../model/coverage.ts'
import type { KnownException } from '../model/exception.ts'
import type { ImageIndex } from '../model/image.ts'
import { layers, subLayersOf, tasks } from '../model/layers.ts'
import type { Resource } from '../model/resource.ts'
import { countSeverities } from '../model/severity.ts'
import type { Person, Role, Scope } from '../model/team.ts'
import type { Progress } from '../run/progress.ts'
import type { StoredFinding } from '../store/query-findings.ts'
import type { PastFinding } from '../store/query-history.ts'
import type { ImageDetail } from '../store/query-images.ts'
import type { StoredResource } from '../store/query-resources.ts'
import { lifetimes, type SignIn } from '../store/sign-in.ts'
import { createApp } from './app.ts'
import type { App } from './context.ts'
import type { EstateQueries, ServeDeps } from './deps.ts'
import { createSignInLink } from './sign-in-link.ts'

export const base = 'http://localhost:7463'

const person = (id: string, team: string, role: Role): Person => ({ id, name: id, memberships: [{ team, role }] })

export const people = {
  viewer: person('viewer', 'a', 'viewer'),
  editor: person('editor', 'a', 'editor'),
  admin: person('admin', 'a', 'admin'),
  other: person('other', 'b', 'viewer'),
  nobody: { id: 'nobody', name: 'nobody', memberships: [] } satisfies Person,
}
export type PersonName = keyof typeof people

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
    exceptions: {
      known: async ({ teams }) => (teams === 'all' || teams.includes('a') ? [knownException] : []),
      problems: () => [{ why: 'not JSON', place: { path: 'vex/broken.json' } }],
    },
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

const speaksFor = [{ service: 'self.docker', subLayers: ['image', 'container_config'] as const }]

const table = Object.fromEntries(
  layers.flatMap((layer) =>
    subLayersOf[layer].map((subLayer) => [
      subLayer,
      Object.fromEntries(tasks.map((task) => [task, { who: 'customer', sure: 'read' }])),
    ]),
  ),
)

export const catalog = {
  services: ['self.docker', 'self.podman', 'aws.ecs'].map((id) => ({
    id,
    name: id.toUpperCase(),
    provider: id.startsWith('aws') ? 'aws' : 'self-managed',
    hostingModel: 'self-managed',
    status: 'current',
    inventoryTypes: [],
    responsibility: table,
    tools: ['plimsoll'],
    sources: [],
  })),
  tools: [
    { id: 'plimsoll', name: 'Plimsoll', subLayers: ['image'], tasks: ['vulnerabilities'], sure: 'read', sources: [] },
  ],
  documents: [],
} as unknown as Catalog

function nine(state: CellState): Cell[] {
  const counts = { ...countSeverities([]), high: 1 }
  return layers.flatMap((layer) =>
    tasks.map((task) => ({
      layer,
      task,
      state,
      reason: `${state} because of the test`,
      parts: [
        { subLayer: subLayersOf[layer][0], responsibility: 'customer', state, reason: 'the test says so' } as const,
      ],
      evidence: [],
      findings: state === 'proven' ? counts : null,
      atLeast: false,
      tools: ['plimsoll', 'another'],
    })),
  )
}

/** Team a runs Docker, team b runs Podman. */
function testMatrix(asOf: string, all: boolean, scope: Scope): Matrix {
  const sees = (team: string) => scope.teams === 'all' || scope.teams.includes(team)
  const found = [...(sees('a') ? ['self.docker'] : []), ...(sees('b') ? ['self.podman'] : [])]
  const rows = catalog.services
    .filter(({ id }) => all || found.includes(id))
    .map(({ id, name, provider, hostingModel }) => ({
      service: id,
      name,
      provider,
      hostingModel,
      found: found.includes(id),
      workloads: found.includes(id) ? 1 : 0,
      cells: nine(id === 'self.docker' ? 'proven' : 'gap'),
    }))
  const totals = Object.fromEntries(cellStates.map((state) => [state, 0])) as Matrix['totals']
  return { asOf, rows, totals, counted: 9 * found.length }
}

function memoryStore(audited: TestApp['audited']): EstateQueries {
  const sees = (scope: Scope, team: string) => scope.teams === 'all' || scope.teams.includes(team)
  const resources = (scope: Scope) => ['a', 'b'].filter((team) => sees(scope, team)).map(container)
  const images = (scope: Scope) => ['a', 'b'].filter((team) => sees(scope, team)).map(imageOf)
  return {
    person: async (id) => Object.values(people).find((known) => known.id === id),
    counts: async (scope) => ({ resources: resources(scope).length, findings: 1, images: 1, silentSources: 0 }),
    sources: async (scope) => (sees(scope, 'a') ? [dockerReport] : []),
    resources: async (scope) => ({ total: resources(scope).length, resources: resources(scope) }),
    resource: async (scope, id) => resources(scope).find((resource) => resource.id === id),
    findings: async (scope) => {
      const groups = resources(scope).map((resource) => ({
        key: `rule of ${resource.team}`,
        title: 'Drop the privilege',
        rule: 'privileged',
        kind: 'rule' as const,
        severity: 'high' as const,
        exploited: false,
        count: 1,
        resources: [resource],
        first: findingOf(resource),
      }))
      return { total: groups.length, counts: countSeverities(groups), groups }
    },
    findingsOf: async (scope, id) =>
      resources(scope)
        .filter((resource) => resource.id === id)
        .map(findingOf),
    history: async (scope, id) => ({
      runs: [],
      findings: resources(scope)
        .filter((resource) => resource.id === id)
        .map(pastOf),
      courses: new Map(),
    }),
    images: async (scope) => ({
      total: images(scope).length,
      images: images(scope).map(({ id, image }) => {
        const { digest, aliases, size } = image
        return { id, digest, aliases, size, layers: 1, packages: 1, usedBy: 0, findings: null }
      }),
    }),
    imageDetail: async (scope, id) => images(scope).find((image) => image.id === id),
    audit: async (entry) => void audited.push(entry),
    affected: {
      vulnerable: async (name) => (name === 'CVE-2021-44228' ? [vulnerableLog4j] : []),
      named: async (names) => (names.includes(vulnerableLog4j.package.name) ? [vulnerableLog4j] : []),
      containing: async (scope, packages) => {
        const running = packages.length === 0 ? [] : resources(scope)
        return {
          packages: running.length === 0 ? [] : packages,
          images: {
            total: running.length,
            list: running.map(({ team }) => ({
              id: `image/sha256:${team}`,
              name: `image-of-${team}:1`,
              packages,
              usedBy: 1,
            })),
          },
          workloads: {
            total: running.length,
            running: running.length,
            list: running.map(({ id, name, kind, service, team }) => ({
              id,
              name,
              kind,
              service,
              team,
              state: 'running',
            })),
          },
        }
      },
      notJudged: async (scope) => images(scope).length,
    },
  }
}

const knownException: KnownException = {
  key: 'k',
  kind: 'ignore',
  file: 'ci/.trivyignore',
  line: 12,
  reason: 'the protocol is switched off',
  names: ['CVE-2026-0007'],
  packages: [],
  products: ['image-of-a:1'],
  until: '2026-12-31',
  ended: false,
  firstRead: '2026-11-20T00:00:00Z',
}

const vulnerableLog4j = {
  id: 1,
  package: {
    ecosystem: 'Maven',
    name: 'org.apache.logging.log4j:log4j-core',
    version: '2.14.1',
    purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
  },
  rule: 'GHSA-jfh8-c2jp-5v3q',
  aliases: ['CVE-2021-44228'],
  title: 'Remote code injection in Log4j',
  severity: 'critical' as const,
  exploited: true,
  fixedIn: '2.15.0',
}

const dockerReport = {
  id: 'docker',
  name: 'Docker Engine',
  state: 'unreachable' as const,
  reason: 'nothing listens at its socket',
  speaksFor,
  askedAt: '2026-11-21T12:00:00Z',
  resources: 1,
  gaps: [{ why: 'no answer' }],
}

const container = (team: string): StoredResource => ({
  id: `host/${team}/containers/1`,
  kind: 'docker.Container',
  name: `container of ${team}`,
  service: team === 'a' ? 'self.docker' : 'self.podman',
  source: 'docker',
  runs: { images: [{ reference: 'nginx:1.27', image: 'image/sha256:1' }], exposure: 'local', state: 'running' },
  labels: {},
  properties: { privileged: true },
  team,
  firstSeen: '2026-11-01T00:00:00Z',
  lastSeen: '2026-11-21T12:00:00Z',
})

const findingOf = (resource: StoredResource): StoredFinding => ({
  id: `${resource.id}\nprivileged`,
  kind: 'rule',
  resource: resource.id,
  subLayer: 'container_config',
  task: 'hardening',
  rule: 'privileged',
  severity: 'high',
  title: `The container of ${resource.team} is privileged`,
  evidence: { privileged: true },
  aliases: [],
  exploited: false,
  references: [],
  state: 'open',
  firstSeen: resource.firstSeen,
  lastSeen: resource.lastSeen,
  openSince: resource.firstSeen,
  changes: [],
  resources: [{ id: resource.id, name: resource.name }],
})

const pastOf = (resource: StoredResource): PastFinding => ({
  kind: 'vulnerability',
  rule: 'DSA-1',
  aliases: ['CVE-2026-1'],
  title: 'A flaw of the test',
  severity: 'high',
  package: { ecosystem: 'Debian', name: 'openssl', version: '3.0.15-1' },
  firstSeen: resource.firstSeen,
  state: 'fixed',
  changes: [
    {
      at: resource.lastSeen,
      state: 'fixed',
      cause: 'image replaced',
      why: 'fixed by digest sha256:2 (app:2)',
      image: { id: 'image/sha256:2', digest: 'sha256:2', name: 'app:2' },
    },
  ],
})

/** Of all images. */
export const origin = {
  source: 'https://git.example/team/app',
  revision: 'c0ffee',
  buildFile: 'Dockerfile',
  known: 'verified provenance',
  steps: [{ layer: 'sha256:aa', file: 'Dockerfile', line: 3 }],
  signatures: [
    { kind: 'cosign', verified: true, by: 'a workflow', means: 'identity', at: '2026-11-20T10:00:00Z' },
    { kind: 'notation', verified: false, why: 'no trusted certificate was given' },
  ],
} as const

const imageOf = (team: string): ImageDetail => {
  const layer = { digest: 'sha256:aa', size: 10, entries: 1 }
  const libc = { ecosystem: 'Debian', name: 'libc6', version: '2', purl: 'pkg:deb/debian/libc6@2' }
  const image: ImageIndex = {
    digest: `sha256:${team}`,
    configDigest: `sha256:${team}`,
    aliases: [`image-of-${team}:1`],
    size: 10,
    layers: [layer],
    config: { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] },
    packages: [{ ...libc, place: { path: 'var/lib/dpkg/status', layer: layer.digest } }],
    origin: { ...origin, attestations: [] },
    gaps: [],
  }
  return { id: `image/${image.digest}`, image, findings: [], judged: null, usedBy: [] }
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
