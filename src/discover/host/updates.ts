// Whether the machine installs security updates by itself.

import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'
import { aptSettings } from './apt-settings.ts'
import { firstPresent, listFolder, readFile } from './read-file.ts'

export interface UpdateFacts {
  automatic?: boolean
  /** The program that does it. */
  by?: string
}

const cost = 'whether updates are automatic is unknown'

/** `family`: the distribution's id and those that it is like, from os-release. */
export async function readUpdates(machine: Machine, family: readonly string[], scan: Scan): Promise<UpdateFacts> {
  if (family.includes('debian') || family.includes('ubuntu')) return unattendedUpgrades(machine, scan)
  if (family.includes('fedora') || family.includes('rhel')) return dnfAutomatic(machine, scan)
  scan.gap(`how ${family[0] ?? 'this system'} installs updates is not known to Plimsoll; ${cost}`)
  return {}
}

/** https://wiki.debian.org/UnattendedUpgrades */
async function unattendedUpgrades(machine: Machine, scan: Scan): Promise<UpdateFacts> {
  const programs = ['/usr/bin/unattended-upgrade', '/usr/bin/unattended-upgrades']
  if ((await firstPresent(machine, programs)) === undefined) return { automatic: false }
  const folder = '/etc/apt/apt.conf.d'
  const names = await listFolder(machine, folder, cost, scan)
  const paths = (names ?? []).filter((name) => /^[\w-]+(?:\.conf)?$/.test(name)).map((name) => `${folder}/${name}`)
  const settings = new Map<string, string>()
  for (const path of [...paths, '/etc/apt/apt.conf']) {
    const file = await readFile(machine, path, cost, scan)
    if (file.state === 'refused') return {}
    if (file.state === 'read') for (const [name, value] of aptSettings(file.text)) settings.set(name, value)
  }
  if (names === undefined) return {}
  const enabled = isOn(settings.get('apt::periodic::enable') ?? '1')
  const upgrades = isOn(settings.get('apt::periodic::unattended-upgrade') ?? '0')
  return enabled && upgrades ? { automatic: true, by: 'unattended-upgrades' } : { automatic: false }
}

/** Days, or a number with a unit (`12h`), or `always`; 0 is off. */
function isOn(value: string): boolean {
  return value === 'always' || /^0*[1-9]\d*[smhd]?$/.test(value)
}

/** https://dnf.readthedocs.io/en/latest/automatic.html */
async function dnfAutomatic(machine: Machine, scan: Scan): Promise<UpdateFacts> {
  const timers = await listFolder(machine, '/etc/systemd/system/timers.target.wants', cost, scan)
  if (timers === undefined) return {}
  if (timers.includes('dnf-automatic-install.timer')) return { automatic: true, by: 'dnf-automatic' }
  if (!timers.some((name) => /^dnf5?-automatic\.timer$/.test(name))) return { automatic: false }
  for (const path of ['/etc/dnf/automatic.conf', '/etc/dnf/dnf5-plugins/automatic.conf']) {
    const file = await readFile(machine, path, cost, scan)
    if (file.state === 'refused') return {}
    if (file.state !== 'read') continue
    const applies = /^\s*apply_updates\s*=\s*(?:yes|true|1|on)\s*$/im.test(file.text)
    return applies ? { automatic: true, by: 'dnf-automatic' } : { automatic: false }
  }
  return { automatic: false }
}
