// The machine that Plimsoll runs on, and the containers on it that can be seen by their processes.

import { containerResource } from './host/container-resource.ts'
import { kernelSettings } from './host/kernel-settings.ts'
import { machineResource } from './host/machine-resource.ts'
import { readProcesses } from './host/processes.ts'
import { firstPresent } from './host/read-file.ts'
import type { Ask, Source } from './source.ts'
import type { Machine } from '../io/machine.ts'
import type { SubLayer } from '../model/layers.ts'
import type { Resource } from '../model/resource.ts'
import type { Scan } from '../model/scan.ts'

const infrastructure: readonly SubLayer[] = ['node_os', 'network', 'identity']

export const host: Source = {
  id: 'host',
  name: 'this machine',
  asks: [
    '/etc/os-release',
    '/etc/passwd',
    '/etc/shadow (whether a password is empty)',
    '/etc/group',
    '/etc/sudoers and what it includes',
    '/etc/ssh/sshd_config and what it includes',
    '/etc/apt/apt.conf.d or /etc/dnf (automatic updates)',
    '/etc/docker/daemon.json',
    '/proc/net/tcp, /proc/net/tcp6',
    '/proc/self/mounts',
    '/proc/PID/{cgroup,comm,status,uid_map}',
    ...kernelSettings.map((name) => `/proc/sys/${name.replaceAll('.', '/')}`),
  ],
  speaksFor: ['self.docker', 'self.podman', 'self.swarm'].map((service) => ({ service, subLayers: infrastructure })),
  offer: 'Run Plimsoll on a Linux machine to see its settings and containers.',
  locate,
  discover,
}

async function locate({ machine }: Ask): Promise<string | undefined> {
  return (await machine.stat('/proc/self')) === undefined ? undefined : `the machine ${machine.hostname}`
}

async function* discover({ machine }: Ask, scan: Scan): AsyncGenerator<Resource> {
  const mark = await containerMark(machine)
  if (mark !== undefined) {
    scan.gap('Plimsoll runs in a container itself: what it sees is the container, not the machine', { path: mark })
  }
  const processes = await readProcesses(machine, scan)
  yield await machineResource(machine, processes, scan)
  for (const container of processes.containers) yield containerResource(machine.hostname, container)
}

/** The mark alone proves nothing: disks of virtual machines are made from images. Threads of the kernel are seen by machines alone. */
async function containerMark(machine: Machine): Promise<string | undefined> {
  if ((await machine.text('/proc/2/comm'))?.trim() === 'kthreadd') return undefined
  return firstPresent(machine, ['/.dockerenv', '/run/.containerenv'])
}
