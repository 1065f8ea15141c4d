// How registries are asked, as the command line says it.

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseTrustedKey, type Platform, type RegistryAccess } from '../inspect/inspect.ts'

export interface RegistryWords {
  /** `linux/arm64` */
  platform?: string | undefined
  /** Hosts, or `host:port`. */
  insecure: readonly string[]
  /** `docker.io=https://mirror.example` */
  mirrors: readonly string[]
  /** Paths of public keys. */
  trustedKeys: readonly string[]
}

/** Throws with a message that says what was expected. */
export async function registryAccess(words: RegistryWords): Promise<{ registry: RegistryAccess; platform?: Platform }> {
  const { insecure, mirrors, trustedKeys } = words
  const platform = words.platform === undefined ? undefined : toPlatform(words.platform)
  const keys = await Promise.all(trustedKeys.map(toKey))
  const registry = { insecure, mirrors: new Map(mirrors.map(toMirror)), trustedKeys: keys }
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

async function toKey(path: string) {
  try {
    return parseTrustedKey(basename(path), await readFile(path, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(`--trusted-key ${path}: ${code === undefined ? message : `could not be read (${code})`}`, {
      cause: error,
    })
  }
}
