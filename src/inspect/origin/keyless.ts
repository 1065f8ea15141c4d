// Signatures with a short-lived certificate instead of a key: sigstore's own library verifies the certificate up to an
// authority of the trusted root, the log of certificates, the transparency log's entry and the time; whom they name is
// judged here.
//
// https://docs.sigstore.dev/about/bundle/, https://github.com/sigstore/architecture-docs/blob/main/client-spec.md

import { X509Certificate } from 'node:crypto'
import type { Bundle } from '@sigstore/bundle'
import type { SignedEntity, Signer } from '@sigstore/verify'
import { instantOf } from '../../lib/instant.ts'
import { derReader, longestDer } from './der.ts'
import type { SigstoreRoot } from './sigstore-root.ts'
import { no, type Trust, type Verdict } from './trust.ts'

const codeSigning = '1.3.6.1.5.5.7.3.3'
/** Of one bundle; builders write one or two of each. Each is verified, and the library compares all with all. */
const mostEntries = 8
/** Characters of a log's signed head; theirs have a few hundred. */
const longestCheckpoint = 65_536

/** What the bundle has to sign: bytes that are not in it, or the payload of the envelope in it. */
export type Signed = { message: Buffer } | { payloadType: string; payload: Buffer }

/** `written`: a bundle as JSON. What the signed bytes say is not looked at. */
export async function keylessVerdict(written: unknown, content: Signed, trust: Trust): Promise<Verdict> {
  const { root, identities } = trust.sigstore
  if (root === undefined) return no('it was made with a short-lived certificate, and no trusted root was given')
  if (identities.length === 0)
    return no('it was made with a short-lived certificate, and no trusted identity was given')
  const signed = await verified(written, content, root)
  if ('why' in signed) return no(signed.why)
  const { subjectAlternativeName: subject, extensions } = signed.signer.identity ?? {}
  const issuer = extensions?.issuer
  if (!subject || !issuer) return no('its certificate names nobody')
  const by = `${subject.slice(0, 2000)} (as ${issuer.slice(0, 2000)} says)`
  const isTrusted = identities.some((identity) => identity.issuer === issuer && identity.isSubject(subject))
  if (!isTrusted) return no(`it was made by ${by}, who is no trusted identity`)
  return { verified: true, by, means: 'identity', ...(signed.at === undefined ? {} : { at: signed.at }) }
}

type Verified = { signer: Signer; at: string | undefined } | { why: string }

/** Loaded for the first of such bundles: whoever has none does not wait for it. */
async function verified(written: unknown, content: Signed, { material }: SigstoreRoot): Promise<Verified> {
  const [{ bundleFromJSON }, { toSignedEntity, VerificationError, Verifier }, read] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/verify'),
    derReader(),
  ])
  let entity: SignedEntity
  try {
    const bundle = bundleFromJSON(written)
    if (exceeds(bundle)) return { why: 'its bundle is larger than any that is made' }
    if (!isOf(bundle, content)) return { why: 'its bundle is of something else' }
    // The library has no limits of its own for what it reads there.
    for (const der of writtenInDer(bundle)) read(der)
    entity = toSignedEntity(bundle, 'message' in content ? content.message : undefined)
    if (entity.key.$case !== 'certificate') return { why: 'it has no certificate' }
    if (!isForSigning(bundle)) return { why: 'its certificate is not one for signing code' }
  } catch {
    return { why: 'its bundle is malformed' }
  }
  // A log that the user's root does not have cannot be asked for; one that it has must have seen it.
  const verifier = new Verifier(material, {
    ctlogThreshold: material.ctlogs.length > 0 ? 1 : 0,
    tlogThreshold: material.tlogs.length > 0 ? 1 : 0,
    timestampThreshold: 1,
  })
  try {
    return { signer: verifier.verify(entity), at: timeOf(entity) }
  } catch (error) {
    if (!(error instanceof VerificationError)) return { why: 'its bundle is malformed' }
    const { code, message, cause } = error
    const closest = cause instanceof Error ? cause.message : message
    return { why: `${words[code] ?? 'it could not be verified'} (${closest.slice(0, 200)})` }
  }
}

/** By the library's codes. */
const words: Readonly<Record<string, string>> = {
  CERTIFICATE_ERROR: 'its certificate is not by an authority of the trusted root, or was not valid then',
  SIGNATURE_ERROR: 'its signature is not by the key of its certificate',
  TIMESTAMP_ERROR: 'nobody in the trusted root says when it was made',
  TLOG_BODY_ERROR: 'its entry in the transparency log is of something else',
  TLOG_ERROR: 'it is in no transparency log of the trusted root',
  TLOG_INCLUSION_PROMISE_ERROR: 'it is in no transparency log of the trusted root',
  TLOG_INCLUSION_PROOF_ERROR: 'it is in no transparency log of the trusted root',
  TLOG_MISSING_INCLUSION_ERROR: 'it is in no transparency log of the trusted root',
}

/** A bundle may hold both kinds of content: the library has to verify what we go on to read. */
function isOf({ content: bundled }: Bundle, content: Signed): boolean {
  if ('message' in content) return bundled.$case === 'messageSignature'
  if (bundled.$case !== 'dsseEnvelope') return false
  return (
    bundled.dsseEnvelope.payloadType === content.payloadType && bundled.dsseEnvelope.payload.equals(content.payload)
  )
}

function exceeds(bundle: Bundle): boolean {
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? []
  const isLong = tlogEntries.some(
    ({ inclusionProof: proof }) =>
      (proof?.checkpoint?.envelope.length ?? 0) > longestCheckpoint || (proof?.hashes.length ?? 0) > 64,
  )
  const isMuch = tlogEntries.length > mostEntries || timestamps.length > mostEntries
  return isMuch || isLong || writtenInDer(bundle).some(({ length }) => length > longestDer)
}

/** The signer's certificate, and what clocks say. */
function writtenInDer({ verificationMaterial: { content, timestampVerificationData } }: Bundle): Buffer[] {
  const certificate = certificateIn(content)
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? []
  return [...(certificate ? [certificate] : []), ...timestamps.map(({ signedTimestamp }) => signedTimestamp)]
}

function certificateIn(content: Bundle['verificationMaterial']['content']): Buffer | undefined {
  if (content.$case === 'certificate') return content.certificate.rawBytes
  return content.$case === 'x509CertificateChain' ? content.x509CertificateChain.certificates[0]?.rawBytes : undefined
}

function isForSigning({ verificationMaterial: { content } }: Bundle): boolean {
  const raw = certificateIn(content)
  return raw !== undefined && (new X509Certificate(raw).keyUsage?.includes(codeSigning) ?? false)
}

/** The earliest of the times that have been verified with it. */
function timeOf({ timestamps }: SignedEntity): string | undefined {
  const times = timestamps.flatMap((each) => {
    if (each.$case === 'timestamp-authority') return [each.timestamp.signingTime.getTime()]
    // The library believes a log's time only where its promise signs it.
    return each.tlogEntry.inclusionPromise ? [Number(each.tlogEntry.integratedTime) * 1000] : []
  })
  return times.length === 0 ? undefined : instantOf(new Date(Math.min(...times)))
}
