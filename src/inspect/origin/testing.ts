// Keys and signatures for tests, made by node:crypto as cosign's specification describes them.

import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { nobody, type Trust } from './trust.ts'
import { parseTrustedKey, type TrustedKey } from './trusted-key.ts'

export function trusting(...keys: readonly TrustedKey[]): Trust {
  return { ...nobody, keys }
}

export interface Signer {
  trusted: TrustedKey
  sign(bytes: Uint8Array): string
}

export function signerWith(kind: 'ec' | 'rsa' | 'ed25519', file = `${kind}.pub`): Signer {
  const { publicKey, privateKey } = pair(kind)
  const trusted = parseTrustedKey(file, publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const hash = kind === 'ed25519' ? null : 'sha256'
  return { trusted, sign: (bytes) => sign(hash, bytes, privateKey).toString('base64') }
}

function pair(kind: 'ec' | 'rsa' | 'ed25519'): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
}

/** What cosign signs for an image. */
export function cosignPayload(digest: string): Buffer {
  const image = { 'docker-manifest-digest': digest }
  const identity = { 'docker-reference': 'registry.example/team/app' }
  const critical = { identity, image, type: 'cosign container image signature' }
  return Buffer.from(JSON.stringify({ critical, optional: null }))
}

export function statementOf(digest: string, predicateType: string, predicate: unknown): string {
  const [algorithm = '', hex = ''] = digest.split(':')
  const subject = [{ name: 'registry.example/team/app', digest: { [algorithm]: hex } }]
  return JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate })
}

export function envelopeOf(
  statement: string,
  signer: Signer,
): { payload: string; payloadType: string; signatures: object[] } {
  const type = 'application/vnd.in-toto+json'
  const signed = Buffer.from(`DSSEv1 ${type.length} ${type} ${Buffer.byteLength(statement)} ${statement}`)
  const signatures = [{ keyid: '', sig: signer.sign(signed) }]
  return { payload: Buffer.from(statement).toString('base64'), payloadType: type, signatures }
}
