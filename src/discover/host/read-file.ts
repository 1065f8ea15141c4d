import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'

/** `refused`: something is there and was not read, which is now a gap; `absent`: there is nothing. */
export type FileText = { state: 'read'; text: string } | { state: 'absent' | 'refused' }

/** `cost`: what stays unknown without the file, as the end of the gap's clause: `who may use sudo is unknown`. */
export async function readFile(machine: Machine, path: string, cost: string, scan: Scan): Promise<FileText> {
  const text = await machine.text(path)
  if (text !== undefined) return { state: 'read', text }
  return (await refused(machine, path, cost, scan)) ? { state: 'refused' } : { state: 'absent' }
}

/** Names in a folder; undefined where it is there and may not be listed, which is now a gap. */
export async function listFolder(
  machine: Machine,
  path: string,
  cost: string,
  scan: Scan,
): Promise<readonly string[] | undefined> {
  const names = await machine.names(path)
  return names.length === 0 && (await refused(machine, path, cost, scan)) ? undefined : names
}

/** The first of several paths at which something is. */
export async function firstPresent(machine: Machine, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if ((await machine.stat(path)) !== undefined) return path
  return undefined
}

async function refused(machine: Machine, path: string, cost: string, scan: Scan): Promise<boolean> {
  const reason = await machine.refusal(path)
  if (reason !== undefined) scan.gap(`${path}: ${reason}; ${cost}`, { path })
  return reason !== undefined
}
