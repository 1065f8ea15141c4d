// Where a container engine of this machine may be asked.

import type { Ask } from '../source.ts'

export interface Places {
  /** Environment variables that name an address; the first that is set wins over every path. */
  variables: readonly string[]
  /** Sockets under their usual paths. */
  sockets: readonly string[]
  /** The socket of a person's own engine, below `$XDG_RUNTIME_DIR`. */
  ownSocket: string
}

/** Addresses that were configured or whose socket is there, the one to ask first. */
export async function addresses(ask: Ask, places: Places): Promise<string[]> {
  const { env } = ask.machine
  const configured = places.variables.map((name) => env[name]).find((value) => value !== undefined && value !== '')
  const found = configured === undefined ? [] : [configured]
  const own = env['XDG_RUNTIME_DIR'] ? [`${env['XDG_RUNTIME_DIR']}/${places.ownSocket}`] : []
  for (const path of [...places.sockets, ...own]) {
    if (configured !== undefined && socketPath(configured) === socketPath(path)) continue
    if ((await ask.machine.stat(path))?.kind === 'socket') found.push(path)
  }
  return found
}

/** `/var/run` is another name of `/run`. */
function socketPath(address: string): string {
  return address.replace(/^unix:\/\//, '').replace(/^\/var\/run\//, '/run/')
}
