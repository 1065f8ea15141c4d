// This machine, as its files tell of it. Nothing is written and nothing is run.

import { constants } from 'node:fs'
import { access, open, readdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'

/** This machine as seen by its files, read-only; tests hand in a folder. */
export interface Machine {
  readonly hostname: string
  /** Variables that tell where things are: `DOCKER_HOST`, `XDG_RUNTIME_DIR`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Text of a file, at most 1 MB; undefined where there is none or it may not be read. */
  text(path: string): Promise<string | undefined>
  /** Names in a folder, sorted; empty where there is none or it may not be read. */
  names(path: string): Promise<readonly string[]>
  /** What a path is; undefined where there is nothing. `mode` holds the permission bits. */
  stat(path: string): Promise<MachineFile | undefined>
  /** Why `text` or `names` gave nothing although something is there, in one clause: `no permission to read it`. */
  refusal(path: string): Promise<string | undefined>
}

export interface MachineFile {
  kind: 'file' | 'folder' | 'socket' | 'other'
  /** Permission bits, setuid, setgid and sticky included. */
  mode: number
  uid: number
  gid: number
}

const limit = 1024 * 1024

/** The machine that this process runs on. */
export function localMachine(): Machine {
  return machineAt('', hostname(), process.env)
}

/** A machine whose files lie under a folder: a recording. Absolute links in it lead out of it, so it should have none. */
export function folderMachine(root: string, env: Machine['env'] = {}, name = 'recorded'): Machine {
  return machineAt(root, name, env)
}

function machineAt(root: string, name: string, env: Machine['env']): Machine {
  return {
    hostname: name,
    env,
    text: async (path) => (await read(root + path)).text,
    names: async (path) => (await list(root + path)).names,
    stat: async (path) => describe(root + path),
    refusal: async (path) => refusal(root + path),
  }
}

interface Reading {
  text?: string
  refusal?: string
}

/** Files of /proc say that they are empty, so their size is only known by reading them. */
async function read(path: string): Promise<Reading> {
  // A named pipe would keep the reader waiting for ever.
  if ((await describe(path))?.kind !== 'file') return {}
  try {
    await using file = await open(path, 'r')
    let buffer = Buffer.allocUnsafe(16 * 1024)
    let length = 0
    while (length <= limit) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length)
      if (bytesRead === 0) return { text: buffer.toString('utf8', 0, length) }
      length += bytesRead
      if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length)
    }
    return { refusal: 'larger than 1 MB' }
  } catch (error) {
    return { refusal: clause(error) }
  }
}

async function list(path: string): Promise<{ names: readonly string[]; refusal?: string }> {
  try {
    return { names: (await readdir(path)).toSorted() }
  } catch (error) {
    return { names: [], refusal: clause(error) }
  }
}

async function describe(path: string): Promise<MachineFile | undefined> {
  try {
    const { mode, uid, gid } = await stat(path)
    const type = mode & constants.S_IFMT
    return { kind: kindOf(type), mode: mode & 0o7777, uid, gid }
  } catch {
    return undefined
  }
}

function kindOf(type: number): MachineFile['kind'] {
  if (type === constants.S_IFREG) return 'file'
  if (type === constants.S_IFDIR) return 'folder'
  if (type === constants.S_IFSOCK) return 'socket'
  return 'other'
}

async function refusal(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK)
  } catch (error) {
    return code(error) === 'ENOENT' || code(error) === 'ENOTDIR' ? undefined : clause(error)
  }
  const kind = (await describe(path))?.kind
  return kind === 'folder' ? (await list(path)).refusal : (await read(path)).refusal
}

function clause(error: unknown): string {
  const reason = code(error)
  return reason === 'EACCES' || reason === 'EPERM' ? 'no permission to read it' : `it could not be read (${reason})`
}

function code(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
