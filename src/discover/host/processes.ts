// The processes of the machine, and the containers that they are in. https://man7.org/linux/man-pages/man5/proc.5.html

import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'
import { containerOf, type ContainerName } from './cgroup.ts'
import { privilegesOf, type Privileges } from './privileges.ts'

export interface ContainerProcesses extends ContainerName {
  processes: readonly Privileges[]
}

export interface Processes {
  /** Names of the programs that run outside containers; undefined where processes of others are hidden. */
  programs: ReadonlySet<string> | undefined
  containers: readonly ContainerProcesses[]
}

export async function readProcesses(machine: Machine, scan: Scan): Promise<Processes> {
  const numbers = (await machine.names('/proc')).filter((name) => /^\d+$/.test(name))
  const programs = new Set<string>()
  const containers = new Map<string, ContainerProcesses & { processes: Privileges[] }>()
  for (const number of numbers) {
    scan.signal.throwIfAborted()
    const cgroups = await machine.text(`/proc/${number}/cgroup`)
    const name = cgroups === undefined ? undefined : containerOf(cgroups)
    if (name === undefined) {
      const program = await machine.text(`/proc/${number}/comm`)
      if (program !== undefined) programs.add(program.trim())
      continue
    }
    const privileges = await privilegesOf(machine, number)
    // A process that has ended since it was listed says nothing any more.
    if (privileges === undefined) continue
    const container = containers.get(name.id) ?? { ...name, processes: [] }
    container.processes.push(privileges)
    containers.set(name.id, container)
  }
  // proc(5), hidepid: without it the first process of the system can always be seen.
  const all = numbers.includes('1')
  if (!all) scan.gap('processes of other users are hidden; containers of theirs are missing', { path: '/proc' })
  return { programs: all ? programs : undefined, containers: [...containers.values()] }
}
