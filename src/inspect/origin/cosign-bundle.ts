// What cosign writes into the annotations of a signature, as the bundle that says the same.
//
// https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
// https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto, version 0.1

import { createHash, X509Certificate } from 'node:crypto'
import { z } from 'zod'

export type Annotations = Readonly<Record<string, string>>

const rekorSchema = z.object({
  SignedEntryTimestamp: z.string(),
  Payload: z.object({
    body: z.string(),
    integratedTime: z.int(),
    logIndex: z.int(),
    logID: z.string().regex(/^[0-9a-f]{64}$/),
  }),
})
const entrySchema = z.object({ kind: z.string(), apiVersion: z.string() })
const timestampSchema = z.object({ SignedRFC3161Timestamp: z.string() })

export function hasCertificate(annotations: Annotations): boolean {
  return annotations['dev.sigstore.cosign/certificate'] !== undefined
}

/** `signed`: the message and its signature, or an envelope as JSON. Throws when the annotations are malformed. */
export function bundleOf(
  annotations: Annotations,
  signed: { message: Buffer; signature: string } | { envelope: unknown },
) {
  const certificate = new X509Certificate(annotations['dev.sigstore.cosign/certificate'] ?? '')
  const log = annotations['dev.sigstore.cosign/bundle']
  const timestamp = annotations['dev.sigstore.cosign/rfc3161timestamp']
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      // Authorities between it and the root stand in the trusted root; what the image says of them is not needed.
      x509CertificateChain: { certificates: [{ rawBytes: certificate.raw.toString('base64') }] },
      tlogEntries: log === undefined ? [] : [entryOf(log)],
      timestampVerificationData: {
        rfc3161Timestamps:
          timestamp === undefined
            ? []
            : [{ signedTimestamp: timestampSchema.parse(JSON.parse(timestamp)).SignedRFC3161Timestamp }],
      },
    },
    ...('envelope' in signed ? { dsseEnvelope: signed.envelope } : { messageSignature: signatureOf(signed) }),
  }
}

function signatureOf({ message, signature }: { message: Buffer; signature: string }) {
  const digest = createHash('sha256').update(message).digest('base64')
  return { messageDigest: { algorithm: 'SHA2_256', digest }, signature }
}

function entryOf(log: string) {
  const { SignedEntryTimestamp: signedEntryTimestamp, Payload: entry } = rekorSchema.parse(JSON.parse(log))
  const body = Buffer.from(entry.body, 'base64').toString('utf8')
  const { kind, apiVersion } = entrySchema.parse(JSON.parse(body))
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    canonicalizedBody: entry.body,
  }
}
