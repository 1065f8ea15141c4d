// Small catalogues and estates for the tests of the matrix.

import type { Catalog, Responsibility, ResponsibilityCell, ResponsibilityTable } from '../model/catalog.ts'
import type { Estate, OpenFindings } from '../model/estate.ts'
import type { Evidence } from '../model/evidence.ts'
import { subLayers, tasks, type SubLayer, type Task } from '../model/layers.ts'
import type { ImageUse, Resource } from '../model/resource.ts'
import { countSeverities, type SeverityCounts } from '../model/severity.ts'
import type { SourceReport } from '../model/source.ts'

export const now = '2026-11-21T12:00:00Z'
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`

export function responsibility(
  who: Responsibility,
  others: Partial<Record<SubLayer, ResponsibilityCell>> = {},
): ResponsibilityTable {
  const cell = (subLayer: SubLayer): ResponsibilityCell => others[subLayer] ?? { who, sure: 'gk' }
  const row = (subLayer: SubLayer) => Object.fromEntries(tasks.map((task) => [task, cell(subLayer)]))
  return Object.fromEntries(subLayers.map((subLayer) => [subLayer, row(subLayer)])) as ResponsibilityTable
}

export function service(id: string, table: ResponsibilityTable, tools: readonly string[] = []): Catalog['services'][0] {
  const rest = { provider: 'self-managed', hostingModel: 'self-managed', status: 'current' } as const
  return { id, name: id, ...rest, inventoryTypes: [], sources: [], responsibility: table, tools }
}

/** `self.docker` is all the customer's; `aws.runtime` leaves platform and infrastructure to the provider. */
export const catalog: Catalog = {
  services: [
    service('self.docker', responsibility('customer'), ['falco.runtime', 'other.runtime', 'falco.audit', 'scanner']),
    service(
      'aws.runtime',
      responsibility('customer', {
        registry: { who: 'provider', sure: 'read', documents: ['DOC'] },
        control_plane: { who: 'provider', sure: 'read', documents: ['DOC'] },
        node_os: { who: 'provider', sure: 'read', documents: ['DOC'] },
        network: { who: 'provider', sure: 'gk' },
        identity: { who: 'n/a', sure: 'gk' },
      }),
    ),
  ],
  tools: [
    tool('falco.runtime', 'Falco', ['image', 'container_config', 'node_os'], ['threats']),
    tool('falco.audit', 'Falco: audit log', ['image'], ['threats']),
    tool('other.runtime', 'Other', ['image'], ['threats']),
    tool('scanner', 'Scanner', ['image'], ['vulnerabilities']),
  ],
  documents: [{ id: 'DOC', title: 'Who does what', url: 'https://example.com/who', date: '2026-01-12' }],
}

function tool(id: string, name: string, of: SubLayer[], does: Task[]): Catalog['tools'][0] {
  return { id, name, subLayers: of, tasks: does, sure: 'read', sources: [] }
}

export const machine = resource('host/web-1', 'host.Machine', { source: 'host' })
export const engine = resource('host/web-1/docker', 'docker.Engine', { runsOn: machine.id })

export function resource(id: string, kind: string, more: Partial<Resource> = {}): Resource {
  const name = id.slice(id.lastIndexOf('/') + 1)
  return { id, kind, name, service: 'self.docker', source: 'docker', labels: {}, properties: {}, ...more }
}

export function container(name: string, image: ImageUse | undefined, more: Partial<Resource> = {}): Resource {
  const runs = { images: image ? [image] : [], exposure: 'none', state: 'running' } as const
  return resource(`host/web-1/containers/${name}`, 'docker.Container', { runsOn: machine.id, runs, ...more })
}

export function evidence(
  about: string,
  subLayer: SubLayer,
  task: Task,
  more: Partial<Omit<Evidence, 'depth'>> & { done?: number; of?: number } = {},
): Evidence {
  const { done = 10, of = 10, ...rest } = more
  const unit = task === 'vulnerabilities' ? 'packages judged' : 'rules evaluated'
  const base = { resource: about, subLayer, task, engine: 'plimsoll', at: '2026-11-21T11:55:00Z', gaps: [] }
  return { ...base, depth: { done, of, unit }, ...rest }
}

export function openFindings(
  resource: string,
  subLayer: SubLayer,
  task: Task,
  counts: Partial<SeverityCounts>,
): OpenFindings {
  return { resource, subLayer, task, counts: { ...countSeverities([]), ...counts } }
}

export function source(id: string, speaks: readonly SubLayer[], more: Partial<SourceReport> = {}): SourceReport {
  return {
    id,
    name: `${id} at its socket`,
    state: 'answered',
    speaksFor: [{ service: 'self.docker', subLayers: speaks }],
    askedAt: '2026-11-21T11:58:00Z',
    answeredAt: '2026-11-21T11:58:00Z',
    resources: 3,
    gaps: [],
    ...more,
  }
}

export function estate(more: Partial<Estate> = {}): Estate {
  return { sources: [], resources: [], images: [], evidence: [], open: [], ...more }
}
