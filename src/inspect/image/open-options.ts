// What all ways to open an image are told.

import { arch } from 'node:process'
import type { Machine } from '../../io/machine.ts'
import type { Limits } from '../limits.ts'
import type { Trust } from '../origin/trust.ts'
import type { Platform } from './opened-image.ts'

export interface OpenOptions {
  signal: AbortSignal
  limits?: Limits
  /** Of images for several platforms; this machine's by default. */
  platform?: Platform
  /** Folder for what has to be written to be read; the system's temporary one by default. */
  workFolder?: string
  /** How registries are asked. */
  registry?: RegistryAccess
}

export interface RegistryAccess {
  /** Hosts, or `host:port`, that may be asked without TLS. */
  insecure?: readonly string[]
  /** By registry (`docker.io`): the address of one that is asked before it. */
  mirrors?: ReadonlyMap<string, URL>
  /** Who may have signed; nobody by default. */
  trust?: Trust
  /** Whose sign-ins are used; this machine's by default. */
  home?: Pick<Machine, 'env' | 'text'>
}

/** In the words of the image specification, which are Go's. */
export function thisMachine(): Platform {
  return { os: 'linux', architecture: { x64: 'amd64', ia32: '386' }[arch as string] ?? arch }
}
