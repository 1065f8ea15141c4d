// Which things a sub-layer of a service is judged by. A new kind of platform adds its kinds here and nowhere else.

import type { SubLayer, Task } from '../model/layers.ts'
import { imageId, isWorkload, type Resource, type Workload } from '../model/resource.ts'
import { isEngine, isMachine, type EstateIndex, type ServiceResources } from './estate-index.ts'

export interface Subjects {
  /** Ids that evidence and findings name. */
  ids: readonly string[]
  /** For each thing that is there and cannot be told apart: why. */
  unidentified: readonly string[]
}

const none: Subjects = { ids: [], unidentified: [] }

/** What one subject of the sub-layer is called, and more of them. */
export const subjectNouns: Record<SubLayer, readonly [one: string, many: string]> = {
  image: ['image', 'images'],
  container_config: ['workload', 'workloads'],
  registry: ['registry', 'registries'],
  control_plane: ['engine', 'engines'],
  node_os: ['machine', 'machines'],
  network: ['machine', 'machines'],
  identity: ['machine', 'machines'],
}

/** Why a task cannot be done on a sub-layer at all; undefined where it can. */
export function impossible(subLayer: SubLayer, task: Task): string | undefined {
  return subLayer === 'container_config' && task === 'vulnerabilities'
    ? 'a configuration holds no packages: those of the image are judged there'
    : undefined
}

export function subjectsOf(index: EstateIndex, resources: ServiceResources): Record<SubLayer, Subjects> {
  const machines = machinesOf(index, resources)
  return {
    image: imagesOf(index, resources),
    container_config: { ids: resources.workloads.map(({ id }) => id), unidentified: [] },
    registry: none, // registries are resources only once a source can ask them
    control_plane: { ids: resources.engines.map(({ id }) => id), unidentified: [] },
    node_os: machines,
    network: machines,
    identity: machines,
  }
}

/** The part of a service that one of its resources is, with what it stands on. */
export function partOfService(service: ServiceResources | undefined, resource: Resource): ServiceResources {
  const machine = isMachine(resource) ? resource.id : resource.runsOn
  const runs = isWorkload(resource)
  const engines = runs ? (service?.engines ?? []).filter(({ runsOn }) => !machine || runsOn === machine) : []
  return {
    workloads: runs ? [resource] : [],
    images: storedImage(resource),
    engines: isEngine(resource) ? [resource] : engines,
    machines: new Set(machine ? [machine] : []),
    withoutMachine: machine || !(runs || isEngine(resource)) ? 0 : 1,
  }
}

/** Hosts of the registries that the workloads' images come from, in their order, each once. */
export function registriesOf(workloads: readonly Workload[]): string[] {
  return [...new Set(workloads.flatMap(({ runs }) => runs.images.map(({ reference }) => registryOf(reference))))]
}

function imagesOf(index: EstateIndex, { workloads, images }: ServiceResources): Subjects {
  const ids = new Set(images.map((id) => index.image(id)))
  const unidentified: string[] = []
  for (const { name, runs } of workloads) {
    if (runs.images.length === 0) unidentified.push(`which image ${name} runs is not known`)
    for (const { reference, image } of runs.images) {
      if (image) ids.add(index.image(image))
      else unidentified.push(`the digest of ${reference || 'its image'} is not known`)
    }
  }
  return { ids: [...ids], unidentified }
}

function machinesOf(index: EstateIndex, { machines, withoutMachine }: ServiceResources): Subjects {
  const known = [...machines].filter((id) => index.has(id))
  const unseen = [...machines].filter((id) => !index.has(id))
  return {
    ids: known,
    unidentified: [
      ...unseen.map((id) => `no source reports the machine ${id}`),
      ...Array<string>(withoutMachine).fill('the machine that it runs on is not known'),
    ],
  }
}

/** Images that an engine stores are resources: each is judged by its own digest, whether or not something runs it. */
function storedImage({ id, kind }: Resource): string[] {
  const at = id.indexOf('/images/')
  return kind.endsWith('.Image') && at !== -1 ? [imageId(id.slice(at + '/images/'.length))] : []
}

/** https://github.com/distribution/reference: the first part names a host if it looks like one. */
function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/')
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io'
}
