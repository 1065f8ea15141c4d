// The words of the product, and what each means: the model's vocabulary, in the order in which the console shows it.

import type { CellView } from '../../src/serve/views/coverage.ts'
import type { FindingView } from '../../src/serve/views/findings.ts'
import type { SeverityCountsView } from '../../src/serve/views/shared.ts'
import type { SourceView } from '../../src/serve/views/sources.ts'
import { shortDigest } from './figures.ts'

export type CellState = CellView['state']
export type Layer = CellView['layer']
export type Task = CellView['task']
export type Severity = keyof SeverityCountsView
export type SourceState = SourceView['state']

export const layers = ['application', 'platform', 'infrastructure'] as const satisfies readonly Layer[]
export const tasks = ['hardening', 'vulnerabilities', 'threats'] as const satisfies readonly Task[]
export const severities = ['critical', 'high', 'medium', 'low', 'unknown'] as const satisfies readonly Severity[]

export const layerTitles: Record<Layer, string> = {
  application: 'Application',
  platform: 'Platform',
  infrastructure: 'Infrastructure',
}
export const layerParts: Record<Layer, string> = {
  application: 'image, container configuration',
  platform: 'registry, control plane',
  infrastructure: 'node, network, identity',
}
export const shortLayers: Record<Layer, string> = {
  application: 'app',
  platform: 'platform',
  infrastructure: 'infra',
}
export const shortTasks: Record<Task, string> = { hardening: 'hard.', vulnerabilities: 'vuln.', threats: 'threat' }

export const subLayerTitles: Record<string, string> = {
  image: 'image',
  container_config: 'container configuration',
  registry: 'registry',
  control_plane: 'control plane',
  node_os: 'node and OS',
  network: 'network and storage',
  identity: 'identity and tenant',
}

export const stateMeanings: Record<CellState, string> = {
  gap: 'Your job, and nothing covers it',
  available: 'Nothing covers it yet; a tool at hand could',
  unknown: 'Could not be asked',
  'provider, assumed': 'Held to be the provider’s job, but no document of theirs is on file: counts as unknown',
  stale: 'Covered once; the evidence is older than its limit',
  claimed: 'A tool says that it is on; not yet shown to find anything',
  proven: 'Fresh evidence, for this very resource',
  provider: 'The provider’s job, by its own dated document',
  'n/a': 'Does not apply; not counted',
}

export const hostingModels: Record<string, { title: string; means: string }> = {
  'self-managed': { title: 'Self-managed platforms', means: 'you run the platform on machines' },
  'managed-kubernetes': {
    title: 'Managed Kubernetes',
    means: 'the provider runs the control plane, you configure it',
  },
  'focused-runtime': { title: 'Runtimes that hide the platform', means: 'you bring an image and settings' },
}

export const providerNames: Record<string, string> = { aws: 'AWS', azure: 'Azure', gcp: 'GCP', 'self-managed': 'self' }

export const responsibilityNames: Record<string, string> = {
  customer: 'yours',
  provider: 'the provider’s',
  shared: 'shared: your part is judged',
  'n/a': 'does not apply',
}

export const exposureNames: Record<string, string> = {
  public: 'open to every network',
  local: 'this machine only',
  none: 'not exposed',
  unknown: 'unknown',
}

export const findingStateWords: Record<FindingView['state'], string> = {
  open: 'open again',
  excepted: 'excepted',
  fixed: 'fixed',
}

/** `docker.Container` → `Container`. */
export function kindName(kind: string): string {
  return kind.slice(kind.lastIndexOf('.') + 1)
}

/** `3 critical, 12 high`, or `none`. */
export function severityWords(counts: SeverityCountsView): string {
  const words = severities.filter((severity) => counts[severity] > 0).map((severity) => wordsOf(severity, counts))
  return words.length === 0 ? 'none' : words.join(', ')
}

function wordsOf(severity: Severity, counts: SeverityCountsView): string {
  return `${counts[severity]} ${severity === 'unknown' ? 'of unknown severity' : severity}`
}

/** `var/lib/dpkg/status:118 in layer sha256:9f2c07d1…e841` */
export function placeWords({ path, line, layer }: NonNullable<FindingView['place']>): string {
  const where = [path, line].filter((part) => part !== undefined).join(':')
  return [where, layer === undefined ? '' : `in layer ${shortDigest(layer)}`].filter(Boolean).join(' ')
}
