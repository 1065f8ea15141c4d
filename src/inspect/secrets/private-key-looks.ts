// Where a private key may begin: in PEM, in PuTTY's form, and in base64, alone or in the documents of clouds.

import type { Hit, Look, SearchedFile, Window } from '../content-scanner.ts'
import { provenanceOf } from './allowed.ts'
import { isWithinPacked, packedStart, unpackedAt } from './packed.ts'
import { jwkAt, longestJwk, longestPrivateKey, privateKeyAt, puttyKeyAt, type PrivateKey } from './private-key.ts'
import { secretHit } from './secret-hit.ts'
import { isPartOfWord } from './word-ends.ts'

const begin = '-----BEGIN '

/** Keys of service accounts of Google, as they are downloaded and as programs write them. */
const documentStarts = ['{\n  "type": "service_account"', '{"type": "service_account"', '{"type":"service_account"']

export const privateKeyLooks: readonly (readonly [keyword: string, look: Look])[] = [
  [begin, pemLook],
  // As Kubernetes writes keys into its documents
  [packedStart(`${begin}`), packedLook],
  ...documentStarts.map((start) => [packedStart(start), packedLook] as const),
  ['PuTTY-User-Key-File-', puttyLook],
  ['"d":"', jwkLook],
  ['"d": "', jwkLook],
]

function pemLook({ bytes }: Window, at: number, file: SearchedFile): Hit | undefined {
  const head = /^-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----/.exec(bytes.toString('latin1', at, at + 80))
  const end = head ? bytes.indexOf('-----END ', at + head[0].length, 'latin1') : -1
  if (end < 0 || end - at > longestPrivateKey) return undefined
  const key = privateKeyAt(bytes.toString('latin1', at, end + 64))
  return key && privateKeyHit(key, file, at, at + key.length)
}

function packedLook({ bytes }: Window, at: number, file: SearchedFile): Hit | undefined {
  if (isPartOfWord(bytes, at) || isWithinPacked(bytes[at - 1])) return undefined
  const { text, length } = unpackedAt(bytes.toString('latin1', at, at + longestPrivateKey))
  const start = text.indexOf(begin)
  const key = start < 0 ? undefined : privateKeyAt(text.slice(start))
  return key && privateKeyHit(key, file, at, at + length)
}

function puttyLook({ bytes }: Window, at: number, file: SearchedFile): Hit | undefined {
  const key = puttyKeyAt(bytes.toString('latin1', at, at + longestPrivateKey))
  return key && privateKeyHit(key, file, at, at + key.length)
}

function jwkLook({ bytes }: Window, at: number, file: SearchedFile): Hit | undefined {
  // Drawings have settings of this name as well
  if (!/^"d": ?"[\w-]{40}/.test(bytes.toString('latin1', at, at + 48))) return undefined
  const before = bytes.toString('latin1', Math.max(0, at - longestJwk), at)
  const key = jwkAt(bytes.toString('latin1', at, Math.min(bytes.length, at + longestJwk)), before)
  return key && privateKeyHit(key, file, at, at + key.length)
}

/** Libraries for cryptography test themselves with keys that they carry, wherever they lie. */
const cryptographyName =
  /(?:^|\/)lib(?:gnutls|gcrypt|mbed|wolfssl|nss|ssh|ssl|crypto)[\w.+-]{0,20}\.(?:so(?:\.[\d.]+)?|a|dylib)$/

function privateKeyHit(
  { base64, isEncrypted }: PrivateKey,
  { path, isExecutable }: SearchedFile,
  start: number,
  end: number,
): Hit | undefined {
  if (isEncrypted) {
    return secretHit(
      { id: 'encrypted-private-key', title: 'A private key, encrypted', severity: 'low' },
      base64,
      start,
      end,
    )
  }
  if ((isExecutable && provenanceOf(path) === 'package') || cryptographyName.test(path)) return undefined
  // Whoever has the package has the key: a danger only to those who use it.
  if (provenanceOf(path) === 'package') {
    return secretHit(
      { id: 'private-key', title: 'A private key that came with a package', severity: 'low' },
      base64,
      start,
      end,
    )
  }
  return secretHit({ id: 'private-key', title: 'A private key', severity: 'high' }, base64, start, end)
}
