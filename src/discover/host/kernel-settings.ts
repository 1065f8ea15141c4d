// Settings of the running kernel. https://docs.kernel.org/admin-guide/sysctl/

import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'
import { readFile } from './read-file.ts'

export const kernelSettings = [
  'kernel.randomize_va_space',
  'kernel.kptr_restrict',
  'kernel.dmesg_restrict',
  'kernel.unprivileged_bpf_disabled',
  'net.ipv4.ip_forward',
  'net.ipv4.conf.all.accept_redirects',
  'net.ipv4.conf.default.accept_redirects',
  'net.ipv4.conf.all.accept_source_route',
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.conf.default.rp_filter',
  'net.ipv4.tcp_syncookies',
] as const

/** Whole numbers by name; a setting that this kernel does not have is left out. */
export async function readKernelSettings(machine: Machine, scan: Scan): Promise<Record<string, number>> {
  const settings: Record<string, number> = {}
  for (const name of kernelSettings) {
    const file = await readFile(machine, `/proc/sys/${name.replaceAll('.', '/')}`, `${name} is unknown`, scan)
    if (file.state !== 'read') continue
    const value = file.text.trim()
    if (/^-?\d+$/.test(value)) settings[name] = Number(value)
    else scan.gap(`${name} is not a number`, { path: `/proc/sys/${name.replaceAll('.', '/')}` })
  }
  return settings
}
