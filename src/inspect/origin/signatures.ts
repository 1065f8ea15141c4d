// Whether somebody whom the user trusts has signed: cosign's payloads, DSSE envelopes, and sigstore's bundles of either.
//
// Cosign: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
// DSSE: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
// Bundle: https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto

import { z } from 'zod'
import { bundleOf, hasCertificate, type Annotations } from './cosign-bundle.ts'
import { keylessVerdict, type Signed } from './keyless.ts'
import { no, type Signing, type Trust, type Verdict } from './trust.ts'
import { signerOf, type TrustedKey } from './trusted-key.ts'

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
const messageSchema = z.object({
  messageDigest: z.object({ algorithm: z.enum(['SHA2_256', 'SHA2_384', 'SHA2_512']), digest: z.string() }),
  signature: z.string(),
})
const bundleSchema = z.object({
  verificationMaterial: z.object({ publicKey: z.unknown().optional() }).optional(),
  dsseEnvelope: envelopeSchema.optional(),
  messageSignature: messageSchema.optional(),
})

/** `payload`: the bytes that were signed; the signature stands in the annotations of their descriptor. */
export async function cosignVerdict(
  payload: Buffer,
  annotations: Annotations,
  { digests, trust }: Signing,
): Promise<Verdict> {
  const signature = annotations['dev.cosignproject.cosign/signature']
  if (signature === undefined) return no('it holds no signature')
  const verdict = hasCertificate(annotations)
    ? await withCertificate(annotations, { message: payload, signature }, { message: payload }, trust)
    : byKey([Buffer.from(signature, 'base64')], payload, trust.keys)
  if (!verdict.verified) return verdict
  // Only now is its content worth reading.
  const parsed = payloadSchema.safeParse(jsonIn(payload))
  if (!parsed.success) return no('what was signed is no signature of an image')
  const signed = parsed.data.critical.image['docker-manifest-digest']
  return digests.includes(signed) ? verdict : no(`it is of another image (${signed.slice(0, 100)})`)
}

export interface OpenedEnvelope {
  payloadType: string
  /** What was signed, as text. */
  payload: string
  verdict: Verdict
}

/**
 * Of a DSSE envelope, or a bundle of one; undefined when it is neither. Whether it speaks of the image is not looked at.
 * `annotations`: where cosign keeps the certificate of an envelope that is in no bundle.
 */
export async function openEnvelope(
  bytes: Buffer,
  annotations: Annotations,
  trust: Trust,
): Promise<OpenedEnvelope | undefined> {
  const json = jsonIn(bytes)
  const bundle = bundleSchema.safeParse(json).data
  const bundled = bundle?.dsseEnvelope
  const envelope = bundled ?? envelopeSchema.safeParse(json).data
  if (envelope === undefined) return undefined
  const { payloadType } = envelope
  const payload = Buffer.from(envelope.payload, 'base64')
  const signatures = envelope.signatures.map(({ sig }) => Buffer.from(sig, 'base64'))
  const signed = preAuthentication(payloadType, payload)
  const opened = { payloadType, payload: payload.toString('utf8') }
  if (bundled !== undefined && bundle?.verificationMaterial?.publicKey === undefined) {
    return { ...opened, verdict: await keylessVerdict(json, { payloadType, payload }, trust) }
  }
  if (bundled === undefined && hasCertificate(annotations)) {
    return {
      ...opened,
      verdict: await withCertificate(annotations, { envelope: json }, { payloadType, payload }, trust),
    }
  }
  return { ...opened, verdict: byKey(signatures, signed, trust.keys) }
}

/** Of a bundle that signs the image's own manifest; undefined when it is none. `manifest`: its bytes, by their digest. */
export async function manifestVerdict(
  bytes: Buffer,
  manifest: (digest: string) => Promise<Buffer | undefined>,
  { digests, trust }: Signing,
): Promise<Verdict | undefined> {
  const json = jsonIn(bytes)
  const bundle = bundleSchema.safeParse(json).data
  if (bundle?.messageSignature === undefined) return undefined
  const { messageDigest, signature } = bundle.messageSignature
  const algorithm = messageDigest.algorithm.replace('SHA2_', 'sha')
  const digest = `${algorithm}:${Buffer.from(messageDigest.digest, 'base64').toString('hex')}`
  if (!digests.includes(digest)) return no('it is of another image')
  const message = await manifest(digest)
  if (message === undefined) return no(`the manifest ${digest} that it signs is not there`)
  if (bundle.verificationMaterial?.publicKey === undefined) return keylessVerdict(json, { message }, trust)
  return byKey([Buffer.from(signature, 'base64')], message, trust.keys)
}

async function withCertificate(
  annotations: Annotations,
  signed: Parameters<typeof bundleOf>[1],
  content: Signed,
  trust: Trust,
): Promise<Verdict> {
  let bundle: unknown
  try {
    bundle = bundleOf(annotations, signed)
  } catch {
    return no('what cosign says about its certificate is malformed')
  }
  return keylessVerdict(bundle, content, trust)
}

function byKey(signatures: readonly Buffer[], signed: Buffer, keys: readonly TrustedKey[]): Verdict {
  const signer = signatures.map((signature) => signerOf(signed, signature, keys)).find((key) => key !== undefined)
  if (signer) return { verified: true, by: signer.name, means: 'key' }
  return no(keys.length === 0 ? 'no trusted key was given' : 'no trusted key has made it')
}

/** What is signed in place of the payload: its type belongs to it, and lengths tell where each ends. */
function preAuthentication(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
