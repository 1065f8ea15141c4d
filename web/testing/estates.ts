// Estates for the console's tests: a machine with Docker, an empty one, one with a silent source, and a large one.

import type { AffectedView } from '../../src/serve/views/affected.ts'
import type { MatrixView } from '../../src/serve/views/coverage.ts'
import type { FindingGroupView, FindingView } from '../../src/serve/views/findings.ts'
import type { ImagesView, ImageView } from '../../src/serve/views/images.ts'
import type { ExceptionsView } from '../../src/serve/views/exceptions.ts'
import type { ResourceView, WorkloadView } from '../../src/serve/views/inventory.ts'
import type { ProgressView } from '../../src/serve/views/looks.ts'
import type { SessionView } from '../../src/serve/views/session.ts'
import type { SourceView } from '../../src/serve/views/sources.ts'
import { loadCatalog } from '../../src/run/catalog.ts'
import { exceptions, manyExceptions, noExceptions } from './exceptions.ts'
import { findings } from './findings.ts'
import { imageRuns, pastFindings } from './history.ts'
import { image, imageRows } from './images.ts'
import { cellDetail, matrix, minutesAgo, type ServiceLine } from './parts.ts'
import { containers, engine, machine } from './resources.ts'
import { dockerSource, hostSource, offered } from './sources.ts'

export interface Estate {
  session: SessionView
  found: MatrixView
  all: MatrixView
  resources: readonly ResourceView[]
  workload: WorkloadView
  groups: readonly FindingGroupView[]
  images: ImagesView['images']
  image: ImageView
  affected: AffectedView
  sources: readonly SourceView[]
  exceptions: Pick<ExceptionsView, 'exceptions' | 'gaps'>
  progress: readonly ProgressView[]
}

const selfManaged = { provider: 'self-managed', hostingModel: 'self-managed' }
const dockerLine: ServiceLine = {
  ...selfManaged,
  id: 'self.docker',
  name: 'Docker Engine',
  states: 'pug pgg psg',
  workloads: 7,
  findings: ['C1 H2 M4', '', '', 'M3', '', '', 'M12', 'H4 M20', ''],
}
const podmanLine: ServiceLine = {
  ...selfManaged,
  id: 'self.podman',
  name: 'Podman, containerd, LXC',
  states: 'pcg p-g ppg',
  workloads: 2,
  findings: ['', 'H3', '', '', '', '', 'L2', '', ''],
}

/** What a machine with Docker shows on its first day. */
export async function machineWithDocker(): Promise<Estate> {
  const resources = [machine, engine, ...containers(7)]
  return {
    session: session({ resources: resources.length, findings: 48, images: 3, silentSources: 0 }),
    found: matrix([dockerLine, podmanLine]),
    all: matrix([dockerLine, podmanLine, ...(await otherServices(['uuu uuu uuu', 'uuu uVu uVu', 'uuu uvv VVV']))]),
    resources,
    workload: workloadOf(resources[2]!),
    groups: findings.map(groupOf),
    images: imageRows(3),
    image,
    affected: affectedBy(resources),
    sources: [hostSource, dockerSource, ...offered],
    exceptions,
    progress: [],
  }
}

/** Nothing found yet, and a first look on its way. */
export async function emptyMachine(): Promise<Estate> {
  const estate = await machineWithDocker()
  return {
    ...estate,
    session: session({ resources: 0, findings: 0, images: 0, silentSources: 0 }),
    found: matrix([], { answered: 0, of: 0 }),
    resources: [],
    groups: [],
    images: [],
    sources: [],
    exceptions: noExceptions,
    progress: [],
  }
}

export async function firstLook(): Promise<Estate> {
  const step = (name: ProgressView['step'], done: number, of: number, note: string): ProgressView => ({
    cycle: 'first',
    step: name,
    done,
    of,
    note,
    finished: false,
  })
  const progress = [step('sources', 2, 2, 'Docker Engine 28.1 answered'), step('images', 9, 14, 'redis:7.2')]
  return { ...(await emptyMachine()), progress }
}

/** Docker has been stopped: exactly its cells are unknown. */
export async function silentSource(): Promise<Estate> {
  const estate = await machineWithDocker()
  const reason = 'nothing listens at /var/run/docker.sock: is Docker running?'
  const line = { ...dockerLine, states: 'uug uug psg' }
  const cells = [0, 1, 3, 4].map((column) => {
    const { layer, task } = estate.found.rows[0]!.cells[column]!
    return { service: 'self.docker', layer, task }
  })
  return {
    ...estate,
    session: session({ ...estate.session.counts, silentSources: 1 }),
    found: matrix([line, podmanLine], { answered: 1, of: 2 }),
    sources: [
      hostSource,
      { ...dockerSource, state: 'unreachable', reason, cells, answeredAt: minutesAgo(190) },
      ...offered,
    ],
  }
}

/** 10,000 resources, 2,000 causes and every service of the catalogue. */
export async function largeEstate(): Promise<Estate> {
  const estate = await machineWithDocker()
  const resources = [machine, engine, ...containers(9998)]
  const open = findings.filter(({ state }) => state === 'open')
  const groups = Array.from({ length: 2000 }, (_, index) => {
    const group = groupOf(open[index % open.length]!)
    return { ...group, key: `${group.key} ${index}`, title: `${group.title} (${index + 1})` }
  })
  const mixes = ['ppc pVu ppg', 'psa uVp pVV', 'ggu avg uVv', '--- ppu ppc', 'ppp pVp pVc']
  const services = (await otherServices(mixes)).map((line) => ({ ...line, found: true, workloads: 118 }))
  return {
    ...estate,
    session: session({ resources: resources.length, findings: 48_211, images: 3, silentSources: 0 }),
    found: matrix([dockerLine, podmanLine, ...services]),
    resources,
    groups,
    exceptions: manyExceptions(10_000),
  }
}

/** The other services of the catalogue, with states in a fixed mix. */
async function otherServices(mixes: readonly string[]): Promise<ServiceLine[]> {
  const { services } = await loadCatalog()
  return services
    .filter(({ id }) => id !== dockerLine.id && id !== podmanLine.id)
    .map(({ id, name, provider, hostingModel }, index) => ({
      id,
      name,
      provider,
      hostingModel,
      states: mixes[index % mixes.length]!,
      found: false,
      findings: ['M14', 'C1 H22 M140', 'H1', 'M6', 'H2', '', 'M9', 'H31', ''],
    }))
}

function session(figures: SessionView['counts']): SessionView {
  const person = { id: 'local', name: 'Local administrator', role: 'admin', team: 'default' } as const
  return { person, version: '0.1.0', estate: 'web-1', counts: figures }
}

function workloadOf(row: ResourceView): WorkloadView {
  const [docker] = matrix([dockerLine]).rows
  return {
    ...row,
    labels: { 'com.docker.compose.project': 'shop', maintainer: 'platform team' },
    properties: {
      Config: { User: '', Env: ['PASSWORD=[redacted]'] },
      HostConfig: { Privileged: false, NetworkMode: 'bridge' },
    },
    detail: docker!.cells.map((_, column) => cellDetail(docker!, column, [])),
    findingList: [...findings],
    history: [...pastFindings],
    runs: [...imageRuns],
    machine: { id: machine.id, name: machine.name },
  }
}

/** Log4Shell, in every container. */
function affectedBy(resources: readonly ResourceView[]): AffectedView {
  const running = resources.filter(({ images }) => images.length > 0)
  return {
    asOf: minutesAgo(2),
    asked: { vulnerability: 'CVE-2021-44228' },
    vulnerabilities: [
      {
        rule: 'GHSA-jfh8-c2jp-5v3q',
        aliases: ['CVE-2021-44228'],
        title: 'Remote code injection in Log4j',
        severity: 'critical',
        exploited: true,
      },
    ],
    packages: ['2.14.1', '2.11.0'].map((version) => ({
      ecosystem: 'Maven',
      name: 'org.apache.logging.log4j:log4j-core',
      version,
      purl: `pkg:maven/org.apache.logging.log4j/log4j-core@${version}`,
      fixedIn: '2.15.0',
    })),
    images: { total: 3, list: imageRows(3).map(({ id, aliases, usedBy }) => ({ id, name: aliases[0] ?? id, usedBy })) },
    workloads: {
      total: running.length,
      running: running.length - 1,
      list: running.map(({ id, name, kind, service, team, state, exposure, images }) => ({
        id,
        name,
        kind,
        service,
        team,
        ...(state === undefined ? {} : { state }),
        ...(exposure === undefined ? {} : { exposure }),
        ...(images[0]?.image === undefined ? {} : { image: images[0].image }),
      })),
    },
    notJudged: 2,
    notCompared: [],
  }
}

function groupOf(finding: FindingView): FindingGroupView {
  const { id, fix, title, rule, kind, severity, exploited, resources } = finding
  return { key: id, title: fix ?? title, rule, kind, severity, exploited, count: 3, resources, first: finding }
}
