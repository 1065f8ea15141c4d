// Public keys that the user trusts, and what they have signed.
//
// The kinds of key that cosign makes or takes: https://docs.sigstore.dev/cosign/key_management/overview/

import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'

export interface TrustedKey {
  /** For people: the file's name and the beginning of the key's fingerprint. */
  name: string
  key: KeyObject
}

/** `pem`: a public key (SPKI) or a certificate. Throws one clause. */
export function parseTrustedKey(file: string, pem: string): TrustedKey {
  // createPublicKey would derive the public key, and the file is then one that nobody should hand around.
  if (/PRIVATE KEY/.test(pem)) throw new Error('is a private key: give the public one')
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch {
    throw new Error('is no public key in PEM')
  }
  if (!isStrong(key)) throw new Error('is no key of ECDSA P-256, Ed25519, or RSA with at least 2048 bits')
  const fingerprint = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  return { name: `${file} (SHA-256 ${fingerprint.slice(0, 16)})`, key }
}

function isStrong({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === 'ec') return details?.namedCurve === 'prime256v1'
  return type === 'ed25519' || (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048)
}

/** The first key that made the signature of these bytes. */
export function signerOf(
  bytes: Uint8Array,
  signature: Uint8Array,
  keys: readonly TrustedKey[],
): TrustedKey | undefined {
  return keys.find(({ key }) => verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key, signature))
}
