// What the matrix looks up, indexed once: its cost stays linear in the estate.

import type { Estate } from '../model/estate.ts'
import type { Evidence } from '../model/evidence.ts'
import { subLayers, tasks, type SubLayer, type Task } from '../model/layers.ts'
import { imageId, isWorkload, type Resource, type Workload } from '../model/resource.ts'
import { addCounts, type SeverityCounts } from '../model/severity.ts'
import type { SourceReport } from '../model/source.ts'

/** The resources of one service, as far as cells are judged by them. */
export interface ServiceResources {
  workloads: Workload[]
  /** Ids of images that are judged though no workload runs them. */
  images: readonly string[]
  engines: Resource[]
  /** Ids of machines that its resources run on, or that belong to it. */
  machines: Set<string>
  /** Workloads and engines of which no source tells the machine. */
  withoutMachine: number
}

export interface EstateIndex {
  services: ReadonlyMap<string, ServiceResources>
  evidence(resource: string, subLayer: SubLayer, task: Task): readonly Evidence[]
  counts(resource: string, subLayer: SubLayer, task: Task): SeverityCounts | undefined
  /** The id under which the image was judged, whichever of its digests the runtime reports. */
  image(id: string): string
  has(resource: string): boolean
  /** Sources that speak for a sub-layer of a service; for any of its sub-layers when none is given. */
  speakers(service: string, subLayer?: SubLayer): readonly SourceReport[]
}

const indexes = new WeakMap<Estate, EstateIndex>()

/** Kept as long as the estate is, which nobody changes once it is made. */
export function indexOf(estate: Estate): EstateIndex {
  const known = indexes.get(estate)
  if (known) return known
  const index = makeIndex(estate)
  indexes.set(estate, index)
  return index
}

function makeIndex(estate: Estate): EstateIndex {
  const ids = new Set(estate.resources.map(({ id }) => id))
  const images = imageNames(estate)
  const evidence = byPlace(
    estate.evidence,
    (): Evidence[] => [],
    (kept, one) => kept.push(one),
  )
  const open = byPlace(
    estate.open,
    (): SeverityCounts[] => [],
    (kept, { counts }) => kept.push(counts),
  )
  const speakers = speakersOf(estate.sources)
  return {
    services: servicesOf(estate.resources),
    evidence: (resource, subLayer, task) => evidence(resource, subLayer, task) ?? [],
    counts: (resource, subLayer, task) => open(resource, subLayer, task)?.reduce(addCounts),
    image: (id) => images.get(id) ?? id,
    has: (resource) => ids.has(resource),
    speakers: (service, subLayer) => speakers.get(`${service}\n${subLayer ?? ''}`) ?? [],
  }
}

interface About {
  resource: string
  subLayer: SubLayer
  task: Task
}

/** Looks up what was collected about one sub-layer and task of a resource. */
function byPlace<T extends About, V>(
  list: readonly T[],
  empty: () => V,
  collect: (kept: V, one: T) => void,
): (resource: string, subLayer: SubLayer, task: Task) => V | undefined {
  const places = new Map<string, V[]>()
  for (const one of list) {
    let slots = places.get(one.resource)
    if (!slots) places.set(one.resource, (slots = []))
    collect((slots[slotOf(one.subLayer, one.task)] ??= empty()), one)
  }
  return (resource, subLayer, task) => places.get(resource)?.[slotOf(subLayer, task)]
}

function slotOf(subLayer: SubLayer, task: Task): number {
  return subLayers.indexOf(subLayer) * tasks.length + tasks.indexOf(task)
}

function servicesOf(resources: readonly Resource[]): Map<string, ServiceResources> {
  const services = new Map<string, ServiceResources>()
  for (const resource of resources) {
    let service = services.get(resource.service)
    if (!service) {
      service = { workloads: [], images: [], engines: [], machines: new Set(), withoutMachine: 0 }
      services.set(resource.service, service)
    }
    const workload = isWorkload(resource)
    const engine = isEngine(resource)
    if (workload) service.workloads.push(resource)
    if (engine) service.engines.push(resource)
    if (isMachine(resource)) service.machines.add(resource.id)
    else if (resource.runsOn) service.machines.add(resource.runsOn)
    else if (workload || engine) service.withoutMachine++
  }
  return services
}

export function isEngine({ kind }: Resource): boolean {
  return kind.endsWith('.Engine')
}

export function isMachine({ kind }: Resource): boolean {
  return kind === 'host.Machine'
}

/** Each digest among an image's aliases, alone or after a repository (`nginx@sha256:…`), leads to the image's id. */
function imageNames({ images }: Estate): Map<string, string> {
  const names = new Map<string, string>()
  for (const { id, aliases } of images) {
    for (const alias of aliases) {
      const digest = alias.slice(alias.lastIndexOf('@') + 1)
      if (digest.startsWith('sha256:')) names.set(imageId(digest), id)
    }
  }
  for (const { id, digest } of images) names.set(imageId(digest), id)
  return names
}

function speakersOf(sources: readonly SourceReport[]): Map<string, SourceReport[]> {
  const speakers = new Map<string, SourceReport[]>()
  for (const source of sources) {
    const places = source.speaksFor.flatMap(({ service, subLayers: spoken }) => [
      `${service}\n`,
      ...subLayers.filter((subLayer) => spoken.includes(subLayer)).map((subLayer) => `${service}\n${subLayer}`),
    ])
    for (const place of new Set(places)) speakers.set(place, [...(speakers.get(place) ?? []), source])
  }
  return speakers
}
