// What the files of the machine tell of its container engine: who may use the socket, and where images are kept.

import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'
import { readGroupMembers } from './accounts.ts'
import { readFile } from './read-file.ts'

export interface SocketFacts {
  present: boolean
  worldWritable?: boolean
  /** People in the group that may write to it, root aside. */
  groupMembers?: readonly string[]
}

const writableByGroup = 0o020
const writableByAll = 0o002

export async function readDockerSocket(machine: Machine, scan: Scan): Promise<SocketFacts> {
  const socket = (await machine.stat('/run/docker.sock')) ?? (await machine.stat('/var/run/docker.sock'))
  if (socket?.kind !== 'socket') return { present: false }
  const worldWritable = (socket.mode & writableByAll) !== 0
  const shared = (socket.mode & writableByGroup) !== 0
  const groupMembers = shared ? await readGroupMembers(machine, socket.gid, scan) : []
  return { present: true, worldWritable, ...(groupMembers === undefined ? {} : { groupMembers }) }
}

export interface StorageFacts {
  present: boolean
  path?: string
  /** Whether something is mounted at the folder itself. */
  ownFileSystem?: boolean
}

export async function readContainerStorage(machine: Machine, scan: Scan): Promise<StorageFacts> {
  const folders = ['/var/lib/docker', '/var/lib/containers/storage', '/var/lib/containerd']
  for (const path of [...(await configuredFolder(machine, scan)), ...folders]) {
    if ((await machine.stat(path))?.kind !== 'folder') continue
    const mounts = await readFile(machine, '/proc/self/mounts', 'where images are kept is unknown', scan)
    if (mounts.state !== 'read') return { present: true, path }
    // https://man7.org/linux/man-pages/man5/fstab.5.html: the second field is the mount point.
    return { present: true, path, ownFileSystem: mounts.text.split('\n').some((line) => line.split(' ')[1] === path) }
  }
  return { present: false }
}

/** `data-root` of daemon.json. */
async function configuredFolder(machine: Machine, scan: Scan): Promise<string[]> {
  const path = '/etc/docker/daemon.json'
  const file = await readFile(machine, path, 'a folder for images that is set there is unknown', scan)
  if (file.state !== 'read') return []
  try {
    const settings = JSON.parse(file.text) as { 'data-root'?: unknown } | null
    const folder = settings?.['data-root']
    return typeof folder === 'string' && folder.startsWith('/') ? [folder.replace(/(?<=.)\/+$/, '')] : []
  } catch {
    scan.gap('it is not JSON, so that Docker would not start with it', { path })
    return []
  }
}
