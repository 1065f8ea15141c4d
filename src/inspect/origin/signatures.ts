// Whether somebody whom the user trusts has signed: cosign's payloads, DSSE envelopes, and sigstore's bundles of either.
//
// Cosign: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
// DSSE: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
// Bundle: https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto

import { z } from 'zod'
import { signerOf, type TrustedKey } from './trusted-key.ts'

/** `verified` and `by`, or why not. */
export interface Verdict {
  verified: boolean
  by?: string
  why?: string
}

export interface Signing {
  /** Of the image, and of the indexes that led to it. */
  digests: readonly string[]
  keys: readonly TrustedKey[]
}

const payloadSchema = z.object({
  critical: z.object({
    type: z.literal('cosign container image signature'),
    image: z.object({ 'docker-manifest-digest': z.string() }),
  }),
})
const envelopeSchema = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ sig: z.string() })).max(100),
})
const bundleSchema = z.object({
  verificationMaterial: z.object({ publicKey: z.unknown().optional() }).optional(),
  dsseEnvelope: envelopeSchema.optional(),
})

/** `payload`: the bytes that were signed; the signature stands in the annotations of their descriptor. */
export function cosignVerdict(
  payload: Buffer,
  annotations: Readonly<Record<string, string>>,
  { digests, keys }: Signing,
): Verdict {
  const signature = annotations['dev.cosignproject.cosign/signature']
  if (signature === undefined) return no('it holds no signature')
  const signer = signerOf(payload, Buffer.from(signature, 'base64'), keys)
  if (!signer) return no(unsigned(keys, annotations['dev.sigstore.cosign/certificate'] !== undefined))
  // Only now is its content worth reading.
  const parsed = payloadSchema.safeParse(jsonIn(payload))
  if (!parsed.success) return no('what was signed is no signature of an image')
  const signed = parsed.data.critical.image['docker-manifest-digest']
  return digests.includes(signed)
    ? { verified: true, by: signer.name }
    : no(`it is of another image (${signed.slice(0, 100)})`)
}

export interface OpenedEnvelope extends Verdict {
  payloadType: string
  /** What was signed, as text. */
  payload: string
}

/** Of a DSSE envelope, or a bundle of one; undefined when it is neither. Whether it speaks of the image is not looked at. */
export function openEnvelope(bytes: Buffer, keys: readonly TrustedKey[]): OpenedEnvelope | undefined {
  const json = jsonIn(bytes)
  const bundle = bundleSchema.safeParse(json)
  const bundled = bundle.success ? bundle.data.dsseEnvelope : undefined
  const envelope = bundled ?? envelopeSchema.safeParse(json).data
  if (envelope === undefined) return undefined
  const { payloadType } = envelope
  const payload = Buffer.from(envelope.payload, 'base64')
  const encoded = preAuthentication(payloadType, payload)
  const signatures = envelope.signatures.map(({ sig }) => Buffer.from(sig, 'base64'))
  const signer = signatures.map((signature) => signerOf(encoded, signature, keys)).find((key) => key !== undefined)
  const hasCertificate = bundled !== undefined && bundle.data?.verificationMaterial?.publicKey === undefined
  const verdict = signer ? { verified: true, by: signer.name } : no(unsigned(keys, hasCertificate))
  return { payloadType, payload: payload.toString('utf8'), ...verdict }
}

/** What is signed in place of the payload: its type belongs to it, and lengths tell where each ends. */
function preAuthentication(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])
}

function unsigned(keys: readonly TrustedKey[], hasCertificate: boolean): string {
  if (hasCertificate) return 'it was made with a short-lived certificate instead of a key, which is not verified'
  return keys.length === 0 ? 'no trusted key was given' : 'no trusted key has made it'
}

function no(why: string): Verdict {
  return { verified: false, why }
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
