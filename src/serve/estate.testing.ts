// Two teams with a container and an image each, in memory.

import type { Catalog } from '../model/catalog.ts'
import { cellStates, type Cell, type CellState, type Matrix } from '../model/coverage.ts'
import type { KnownException } from '../model/exception.ts'
import type { ImageIndex } from '../model/image.ts'
import { layers, subLayersOf, tasks } from '../model/layers.ts'
import { countSeverities } from '../model/severity.ts'
import type { Person, Role, Scope } from '../model/team.ts'
import type { StoredFinding } from '../store/query-findings.ts'
import type { PastFinding } from '../store/query-history.ts'
import type { ImageDetail } from '../store/query-images.ts'
import type { StoredResource } from '../store/query-resources.ts'
import type { EstateQueries, ServeDeps } from './deps.ts'

const person = (id: string, team: string, role: Role): Person => ({ id, name: id, memberships: [{ team, role }] })

export const people = {
  viewer: person('viewer', 'a', 'viewer'),
  editor: person('editor', 'a', 'editor'),
  admin: person('admin', 'a', 'admin'),
  other: person('other', 'b', 'viewer'),
  nobody: { id: 'nobody', name: 'nobody', memberships: [] } satisfies Person,
}
export type PersonName = keyof typeof people

export const speaksFor = [{ service: 'self.docker', subLayers: ['image', 'container_config'] as const }]

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

export function nine(state: CellState): Cell[] {
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
export function testMatrix(asOf: string, all: boolean, scope: Scope): Matrix {
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

export function memoryStore(audited: { who: string; what: string }[]): EstateQueries {
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
        return { id, digest, aliases, size, layers: 1, packages: 1, usedBy: 0, findings: null, judged: null }
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

export const memoryExceptions: ServeDeps['exceptions'] = {
  known: async ({ teams }) => (teams === 'all' || teams.includes('a') ? [knownException] : []),
  problems: () => [{ why: 'not JSON', place: { path: 'vex/broken.json' } }],
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
  return { id: `image/${image.digest}`, image, findings: [], judged: null, gaps: [], usedBy: [] }
}
