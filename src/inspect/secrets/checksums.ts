// Checks that formats bring with them, so that what looks like a secret is known to be one.

import { crc32 } from 'node:zlib'
import { entropy } from '../../lib/entropy.ts'

const digits62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * GitHub's and npm's tokens: 30 characters, then their CRC-32 as six digits of base 62.
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export function hasBase62Checksum(token: string): boolean {
  return token.endsWith(base62Checksum(token.slice(token.indexOf('_') + 1, -6)))
}

export function base62Checksum(text: string): string {
  let left = crc32(text)
  let digits = ''
  for (let place = 0; place < 6; place++) {
    digits = digits62[left % 62]! + digits
    left = Math.floor(left / 62)
  }
  return digits
}

/** Grafana's service accounts: the CRC-32 of what stands before the last `_`, lowest byte first, in hex. */
export function hasGrafanaChecksum(token: string): boolean {
  return token.endsWith(`_${grafanaChecksum(token.slice(0, -9))}`)
}

export function grafanaChecksum(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(crc32(text))
  return bytes.toString('hex')
}

/** Two digits of its length and seven of a CRC-32 in base 36 end the newer ones, after their version. */
export function isGitLabToken(token: string): boolean {
  const [, text, crc] = /^(.+\.[0-9a-z]{2}\.[0-9a-z]{2})([0-9a-z]{7})$/.exec(token) ?? []
  return text === undefined || crc === gitLabChecksum(text)
}

export function gitLabChecksum(text: string): string {
  return crc32(text).toString(36).padStart(7, '0')
}

/** The short ones have a checksum; those of apps may be a JWT with the app's number before it. */
export function isGitHubToken(token: string): boolean {
  const jwt = /^ghs_\d+_(?<jwt>eyJ.+)$/.exec(token)?.groups?.['jwt']
  return jwt === undefined ? hasBase62Checksum(token) : isSignedJwt(jwt)
}

/** https://www.rfc-editor.org/rfc/rfc7519#section-7.2: a header that names an algorithm, and claims; not the one that jwt.io shows. */
export function isSignedJwt(token: string): boolean {
  const [head = '', body = '', signature = ''] = token.split('.')
  if (entropy(signature) < 3) return false
  const header = decodedObject(head)
  const claims = decodedObject(body)
  if (!header || !claims || typeof header['alg'] !== 'string' || header['alg'] === 'none') return false
  return claims['sub'] !== '1234567890' && claims['name'] !== 'John Doe'
}

/** https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
export function isKubernetesToken(token: string): boolean {
  const claims = decodedObject(token.split('.')[1] ?? '')
  if (!claims || !isSignedJwt(token)) return false
  return claims['iss'] === 'kubernetes/serviceaccount' || typeof claims['kubernetes.io'] === 'object'
}

/** `{"k":"…","n":"name","id":1}`; https://grafana.com/docs/grafana/latest/administration/api-keys/ */
export function isOldGrafanaKey(token: string): boolean {
  const { k: key, n: name } = decodedObject(token) ?? {}
  return typeof key === 'string' && entropy(key) > 3 && typeof name === 'string'
}

/** Account, tunnel and secret of https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/ */
export function isTunnelToken(token: string): boolean {
  const { a: account, t: tunnel, s: secret } = decodedObject(token) ?? {}
  return typeof account === 'string' && typeof tunnel === 'string' && typeof secret === 'string' && entropy(secret) > 3
}

/** `reftkn:01:time:secret` */
export function isJfrogReference(token: string): boolean {
  return /^reftkn:\d\d:\d+:\w+$/.test(Buffer.from(token, 'base64').toString('latin1'))
}

function decodedObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
