// Under which names a set of advisories speaks of a package.

import { dockerModule } from '../lib/platform-programs.ts'
import type { Affected } from '../model/advisory.ts'
import type { Package } from '../model/package.ts'
import { comparableName } from '../model/package-name.ts'

export interface KnownAs {
  name: string
  /** It counts only in records that do not have the name before it. */
  instead?: true
  /** Whether an entry with this name is about the package. */
  counts(entry: Affected): boolean
}

/** `name` and `version`: those that the advisories of its ecosystem are about; `family`: the ecosystem of the set, without release. */
export function knownAs(found: Package, name: string, version: string, family: string): KnownAs[] {
  const { ecosystem, source } = found
  const others = otherNames(ecosystem, name, version)
    .filter((one) => one.family === family)
    .map((one) => ({
      name: comparableName(ecosystem, one.name),
      instead: true as const,
      counts: (entry: Affected) => one.major === undefined || namesMajor(entry, one.major),
    }))
  if (ecosystem === 'Kubernetes' && family !== ecosystem) return others
  const own = comparableName(ecosystem, name)
  const sourceName = comparableName(ecosystem, source?.name ?? name)
  // Feeds that name installed packages say so of an entry that names the source.
  const isOfSource = (entry: Affected): boolean => entry.database_specific?.['names'] === 'source'
  return [
    { name: own, counts: (entry) => own === sourceName || !isOfSource(entry) },
    ...(own === sourceName ? [] : [{ name: sourceName, counts: isOfSource }]),
    ...others,
  ]
}

interface OtherName {
  family: string
  name: string
  /** Only entries with a bound of this major version: without one they are about what had the name before. */
  major?: string
}

function otherNames(ecosystem: string, name: string, version: string): OtherName[] {
  if (ecosystem === 'Kubernetes') return kubernetesNames(name)
  if (ecosystem !== 'Go') return []
  const major = /^v?(?<major>\d+)\./.exec(version)?.groups?.['major']
  const moved = (projectNames[name] ?? []).map((other) => ({ family: 'Go', name: other, major: major ?? '' }))
  // It has one name for all its releases.
  if (name === dockerModule('28')) return [{ family: 'Go', name: 'github.com/moby/moby' }]
  const suffix = majorSuffix.exec(name)?.groups
  return suffix ? [...moved, { family: 'Go', name: suffix['path']!, major: suffix['major']! }] : moved
}

/** Some records name a module of Go without its major version, though they speak of it. https://go.dev/ref/mod#major-version-suffixes */
const majorSuffix = /^(?<path>.+)\/v(?<major>[2-9]|\d{2,})$/

/** Names under which Go's database knows the project as well: of its repository, of the time before it moved. */
const projectNames: Readonly<Record<string, readonly string[]>> = {
  'go.etcd.io/etcd/server/v3': ['go.etcd.io/etcd/v3', 'go.etcd.io/etcd'],
  'github.com/docker/distribution': ['github.com/distribution/distribution'],
  'github.com/projectcalico/calico': ['github.com/projectcalico/calico/v3'],
}

const parts = ['apiserver', 'controller-manager', 'kube-proxy', 'kube-scheduler', 'kubectl', 'kubelet']

/** `hyperkube` was all of them in one program. */
function kubernetesNames(name: string): OtherName[] {
  if (name === 'k8s.io/ingress-nginx') return [{ family: 'Go', name }]
  const whole = ['Go', 'Kubernetes'].map((family) => ({ family, name: 'k8s.io/kubernetes' }))
  if (name !== 'k8s.io/hyperkube') return whole
  return [...whole, ...parts.map((part) => ({ family: 'Kubernetes', name: `k8s.io/${part}` }))]
}

function namesMajor({ ranges = [] }: Affected, major: string): boolean {
  const bounds = ranges.flatMap(({ events }) => events.flatMap((event) => Object.values(event)))
  return bounds.some((at) => at !== undefined && /^v?(?<major>\d+)\./.exec(at)?.groups?.['major'] === major)
}
