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

/** https://www.rfc-editor.org/rfc/rfc7519#section-7.2: a header that names an algorithm, and claims; not the one that jwt.io shows. */
export function isSignedJwt(token: string): boolean {
  const [head = '', body = '', signature = ''] = token.split('.')
  if (entropy(signature) < 3) return false
  const header = decodedObject(head)
  const claims = decodedObject(body)
  if (!header || !claims || typeof header['alg'] !== 'string' || header['alg'] === 'none') return false
  return claims['sub'] !== '1234567890' && claims['name'] !== 'John Doe'
}

function decodedObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
