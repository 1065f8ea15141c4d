// Who becomes root without a password. https://www.sudo.ws/docs/man/sudoers.man/

import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'
import { firstPresent, listFolder, readFile } from './read-file.ts'

const programs = ['/usr/bin/sudo', '/usr/local/bin/sudo', '/bin/sudo', '/run/wrappers/bin/sudo']
const cost = 'who may use sudo without a password is unknown'
const maxDepth = 128 // as in sudo

export interface SudoFacts {
  installed: boolean
  /** Users, `%groups` and aliases as sudoers names them; absent where a part of sudoers could not be read. */
  withoutPassword?: readonly string[]
}

export async function readSudo(machine: Machine, scan: Scan): Promise<SudoFacts> {
  if ((await firstPresent(machine, programs)) === undefined) return { installed: false }
  const found: Found = { names: new Set(), complete: true }
  await readSudoers(machine, '/etc/sudoers', found, 0, scan)
  if (!found.complete) return { installed: true }
  return { installed: true, withoutPassword: [...found.names].filter((name) => name !== 'root') }
}

interface Found {
  names: Set<string>
  complete: boolean
}

async function readSudoers(machine: Machine, path: string, found: Found, depth: number, scan: Scan): Promise<void> {
  const file = depth > maxDepth ? undefined : await readFile(machine, path, cost, scan)
  if (file === undefined) scan.gap(`${path}: included too deeply; ${cost}`, { path })
  if (file === undefined || file.state === 'refused') found.complete = false
  if (file?.state !== 'read') return
  for (const line of file.text.replaceAll(/\\\r?\n/g, ' ').split('\n')) {
    const { folder, target } = /^\s*[@#]include(?<folder>dir)?\s+"?(?<target>[^"\s]+)"?/.exec(line)?.groups ?? {}
    if (target === undefined) {
      const name = nameWithoutPassword(line)
      if (name !== undefined) found.names.add(name)
      continue
    }
    for (const included of await includedPaths(machine, target, path, folder !== undefined, found, scan)) {
      await readSudoers(machine, included, found, depth + 1, scan)
    }
  }
}

async function includedPaths(
  machine: Machine,
  target: string,
  from: string,
  isFolder: boolean,
  found: Found,
  scan: Scan,
): Promise<string[]> {
  const here = from.slice(0, from.lastIndexOf('/'))
  const path = (target.startsWith('/') ? target : `${here}/${target}`).replaceAll('%h', machine.hostname)
  if (!isFolder) return [path]
  const names = await listFolder(machine, path, cost, scan)
  if (names === undefined) found.complete = false
  // sudo passes over names with a dot and those that editors leave behind.
  return (names ?? []).filter((name) => !name.includes('.') && !name.endsWith('~')).map((name) => `${path}/${name}`)
}

/** Of `ada, grace ALL=(ALL) NOPASSWD: ALL` the part before the machines; of `Defaults:ada !authenticate` ada. */
function nameWithoutPassword(line: string): string | undefined {
  const text = line.replace(/(?:^|\s)#(?!\d).*$/, '').trim()
  if (/^Defaults\b/.test(text)) {
    if (!/(?:^|[\s,])!\s*authenticate\b/.test(text)) return undefined
    return /^Defaults[:>](?<who>\S+)/.exec(text)?.groups?.['who'] ?? 'ALL'
  }
  if (/^(?:User|Runas|Host|Cmnd|Cmd)_Alias\b/.test(text) || !/\bNOPASSWD\s*:/.test(text)) return undefined
  return /^(?<who>(?:[^\s,]+\s*,\s*)*[^\s,]+)\s/.exec(text)?.groups?.['who']?.replaceAll(/\s*,\s*/g, ', ')
}
