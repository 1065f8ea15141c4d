// Who has signed an artifact in a registry: cosign's signatures by a key, so that `cosign verify --key` knows them as well.
//
// https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md

import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { RegistryClient } from '../io/registry.ts'
import type { RegistryUpload } from '../io/registry-upload.ts'
import { parseTrustedKey, signerOf, type TrustedKey } from '../inspect/trust.ts'
import type { ImageReference } from '../lib/image-reference.ts'
import {
  jsonIn,
  largestDocument,
  manifestOf,
  manifestSchema,
  manifestType,
  putText,
  smallBlob,
} from './artifact-parts.ts'

const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json'
const signatureAnnotation = 'dev.cosignproject.cosign/signature'

const payloadSchema = z.object({
  critical: z.object({
    type: z.literal('cosign container image signature'),
    image: z.object({ 'docker-manifest-digest': z.string() }),
  }),
})

/** Ed25519, or ECDSA P-256 as cosign's keys; not one that is encrypted. Throws one clause. */
export function parseSigningKey(pem: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw new Error('is no private key in PEM that can be used without a password')
  }
  const isEcdsa = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  if (!isEcdsa && key.asymmetricKeyType !== 'ed25519') throw new Error('is no key of ECDSA P-256 or Ed25519')
  return key
}

export async function putSignature(
  upload: RegistryUpload,
  reference: ImageReference,
  digest: string,
  key: KeyObject,
): Promise<void> {
  const identity = { 'docker-reference': `${reference.registry}/${reference.repository}` }
  const critical = { identity, image: { 'docker-manifest-digest': digest }, type: 'cosign container image signature' }
  const payload = JSON.stringify({ critical, optional: null })
  const made = sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', Buffer.from(payload), key).toString('base64')
  const config = await putText(upload, 'application/vnd.oci.image.config.v1+json', '{}')
  const layer = { ...(await putText(upload, payloadType, payload)), annotations: { [signatureAnnotation]: made } }
  await upload.manifest(signatureTag(digest), manifestType, manifestOf(config, [layer]))
}

function signatureTag(digest: string): string {
  return `${digest.replace(':', '-')}.sig`
}

export async function whoSigned(
  registry: RegistryClient,
  digest: string,
  keys: readonly TrustedKey[],
): Promise<{ by: string } | { why: string }> {
  const found = await registry.manifest(signatureTag(digest), largestDocument)
  if (!found) return { why: 'nobody has signed it' }
  let why = 'no trusted key has signed it'
  for (const layer of manifestSchema.safeParse(jsonIn(found.bytes)).data?.layers ?? []) {
    const payload = await smallBlob(registry, layer)
    if (!payload) continue
    const signer = signerOf(payload, Buffer.from(layer.annotations[signatureAnnotation] ?? '', 'base64'), keys)
    if (!signer) continue
    // Only now is its content worth reading.
    const { data } = payloadSchema.safeParse(jsonIn(payload))
    if (data?.critical.image['docker-manifest-digest'] === digest) return { by: signer.name }
    why = 'what a trusted key has signed there is something else'
  }
  return { why }
}

/** Throws with the path and what is wrong with the file. */
export function readSigningKey(path: string): Promise<KeyObject> {
  return readKey('--key', path, parseSigningKey)
}

/** Throws with the path and what is wrong with the file. */
export function readTrustedKey(path: string): Promise<TrustedKey> {
  return readKey('--trusted-key', path, (pem) => parseTrustedKey(path, pem))
}

async function readKey<T>(option: string, path: string, parse: (pem: string) => T): Promise<T> {
  try {
    return parse(await readFile(path, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(`${option} ${path}: ${code === undefined ? message : `could not be read (${code})`}`, {
      cause: error,
    })
  }
}
