// How registries are asked, as the command line says it.

import type { Platform, RegistryAccess } from '../inspect/inspect.ts'
import { loadTrust } from './trust.ts'

export interface RegistryWords {
  /** `linux/arm64` */
  platform?: string | undefined
  /** Hosts, or `host:port`. */
  insecure: readonly string[]
  /** `docker.io=https://mirror.example` */
  mirrors: readonly string[]
  /** Path of a file that says who may sign. */
  trust?: string | undefined
  /** Paths of public keys. */
  trustedKeys: readonly string[]
}

/** Throws with a message that says what was expected. */
export async function registryAccess(words: RegistryWords): Promise<{ registry: RegistryAccess; platform?: Platform }> {
  const { insecure, mirrors, trust: file, trustedKeys } = words
  const platform = words.platform === undefined ? undefined : toPlatform(words.platform)
  const { id: _id, ...trust } = await loadTrust({ file, keys: trustedKeys })
  const registry = { insecure, mirrors: new Map(mirrors.map(toMirror)), trust }
  return { registry, ...(platform ? { platform } : {}) }
}

function toPlatform(text: string): Platform {
  const { os, architecture } = /^(?<os>[a-z0-9]+)\/(?<architecture>[a-z0-9]+)$/.exec(text)?.groups ?? {}
  if (os !== undefined && architecture !== undefined) return { os, architecture }
  throw new Error(`--platform ${text}: expected OS/ARCHITECTURE, e.g. linux/arm64`)
}

function toMirror(text: string): [string, URL] {
  const equals = text.indexOf('=')
  const url = URL.parse(text.slice(equals + 1))
  const isPlain = url !== null && url.pathname === '/' && url.search === '' && url.username === ''
  if (equals > 0 && isPlain && /^https?:$/.test(url.protocol)) return [text.slice(0, equals).toLowerCase(), url]
  throw new Error('--registry-mirror: expected REGISTRY=ADDRESS, e.g. docker.io=https://mirror.example')
}
