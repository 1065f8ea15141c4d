// A container known only by its processes: no engine has described it.

import type { Resource } from '../../model/resource.ts'
import type { Privileges } from './privileges.ts'
import type { ContainerProcesses } from './processes.ts'

/** A property is absent unless every process tells it. */
export function containerResource(hostname: string, container: ContainerProcesses): Resource {
  const { runtime, id, inPod, processes } = container
  return {
    id: `host/${hostname}/containers/${id}`,
    kind: 'host.Container',
    name: `${runtime} ${id.slice(0, 12)}`,
    service: serviceOf(container),
    source: 'host',
    runsOn: `host/${hostname}`,
    runs: { images: [{ reference: 'unknown' }], exposure: 'unknown', state: 'running' },
    labels: {},
    properties: {
      runtime,
      inPod,
      processes: processes.length,
      ...told('users', values(processes, 'user'), distinct),
      ...told('capabilities', values(processes, 'capabilities'), (lists) => distinct(lists.flat())),
      ...told('seccomp', values(processes, 'seccomp'), distinct),
      ...told('noNewPrivileges', values(processes, 'noNewPrivileges'), (all) => all.every(Boolean)),
      ...told('userNamespace', values(processes, 'userNamespace'), (all) => all.every(Boolean)),
    },
  }
}

function serviceOf({ runtime, inPod }: ContainerProcesses): string {
  if (inPod || runtime === 'kubernetes') return 'self.kubernetes'
  return runtime === 'docker' ? 'self.docker' : 'self.podman'
}

/** Undefined as soon as one process does not tell. */
function values<K extends keyof Privileges>(
  processes: readonly Privileges[],
  field: K,
): Exclude<Privileges[K], undefined>[] | undefined {
  const known = processes.map((process) => process[field]).filter((value) => value !== undefined)
  return known.length === processes.length ? (known as Exclude<Privileges[K], undefined>[]) : undefined
}

function told<V>(name: string, list: readonly V[] | undefined, merge: (list: readonly V[]) => unknown): object {
  return list === undefined ? {} : { [name]: merge(list) }
}

function distinct<V>(list: readonly V[]): V[] {
  return [...new Set(list)].toSorted((a, b) => (a < b ? -1 : 1))
}
