// The machine itself, with the facts that hardening rules read.

import type { Machine } from '../../io/machine.ts'
import { parseOsRelease } from '../../lib/os-release.ts'
import type { Resource } from '../../model/resource.ts'
import type { Scan } from '../../model/scan.ts'
import { readAccounts } from './accounts.ts'
import { readContainerStorage, readDockerSocket } from './container-engine.ts'
import { readKernelSettings } from './kernel-settings.ts'
import { readListeners } from './listeners.ts'
import type { Processes } from './processes.ts'
import { readFile } from './read-file.ts'
import { readSshd } from './sshd.ts'
import { readSudo } from './sudoers.ts'
import { readUpdates } from './updates.ts'

/** A fact that could not be learned is absent, and a gap says why. */
export async function machineResource(machine: Machine, processes: Processes, scan: Scan): Promise<Resource> {
  const release = await readRelease(machine, scan)
  const kernel = await readFile(machine, '/proc/sys/kernel/osrelease', 'the version of the kernel is unknown', scan)
  const listeners = await readListeners(machine, scan)
  const { programs } = processes
  return {
    id: `host/${machine.hostname}`,
    kind: 'host.Machine',
    name: machine.hostname,
    // A machine belongs to the service of the engine that runs on it; without one, to this one.
    service: 'self.podman',
    source: 'host',
    labels: {},
    properties: {
      os: release.os,
      ...(kernel.state === 'read' ? { kernel: kernel.text.trim() } : {}),
      sysctl: await readKernelSettings(machine, scan),
      updates: await readUpdates(machine, release.family, scan),
      ...(programs === undefined ? {} : { audit: { daemon: programs.has('auditd') } }),
      containerStorage: await readContainerStorage(machine, scan),
      ...(listeners === undefined ? {} : { listeners }),
      dockerSocket: await readDockerSocket(machine, scan),
      accounts: await readAccounts(machine, scan),
      sshd: await readSshd(machine, scan),
      sudo: await readSudo(machine, scan),
    },
  }
}

interface Release {
  os: Readonly<Record<string, string>>
  /** The distribution's id, then those that it is like. */
  family: readonly string[]
}

/** https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
async function readRelease(machine: Machine, scan: Scan): Promise<Release> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const file = await readFile(machine, path, 'the operating system is unknown', scan)
    if (file.state !== 'read') continue
    const fields = parseOsRelease(file.text)
    const wanted = { id: 'ID', version: 'VERSION_ID', name: 'PRETTY_NAME' }
    const os = Object.entries(wanted).flatMap(([name, field]) => {
      const value = fields.get(field)
      return value === undefined ? [] : [[name, value] as const]
    })
    const family = `${fields.get('ID') ?? ''} ${fields.get('ID_LIKE') ?? ''}`.split(' ').filter((id) => id !== '')
    return { os: Object.fromEntries(os), family }
  }
  return { os: {}, family: [] }
}
