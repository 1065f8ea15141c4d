// Signatures of Notation (the Notary Project): who made one, judged by certificates of authorities that the user trusts.
//
// https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md
// https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md

import { constants, verify, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { instantOf } from '../../lib/instant.ts'
import {
  chainProblem,
  codeSignerProblem,
  nameOf,
  parseChain,
  subjectOf,
  type ChainCertificate,
  type Period,
} from './notation-chain.ts'
import { headers, parseNotationEnvelope, type NotationEnvelope } from './notation-envelope.ts'
import { revocationOf } from './revocation-list.ts'
import { verifyTimeStamp } from './time-stamp.ts'
import { no, type Signing, type Verdict } from './trust.ts'
import { isTrustedSubject } from './trusted-subject.ts'

const payloadSchema = z.object({ targetArtifact: z.object({ digest: z.string() }) })
const withTime = 'notary.x509.signingAuthority'

/** `bytes`: the envelope. */
export async function notationVerdict(bytes: Buffer, mediaType: string, signing: Signing): Promise<Verdict> {
  const { authorities, signingAuthorities, subjects } = signing.trust.notation
  if (authorities.length + signingAuthorities.length === 0) return no('no trusted certificate was given')
  if (subjects.length === 0) return no('no trusted subject was given')
  try {
    return await judge(parseNotationEnvelope(bytes, mediaType), signing)
  } catch (error) {
    return no((error as Error).message)
  }
}

/** Throws one clause when it is malformed, or when nobody trusted says the time that is needed. */
async function judge(envelope: NotationEnvelope, signing: Signing): Promise<Verdict> {
  const { digests, trust, now } = signing
  const chain = await parseChain(envelope.chain)
  const [signer] = chain
  if (signer === undefined) return no('it has no certificate')
  if (!isSignedBy(envelope, signer.key)) return no('its signature is not by the key of its certificate')
  const problem = headerProblem(envelope)
  if (problem !== undefined) return no(problem)

  const { authorities, signingAuthorities, subjects, revocationLists } = trust.notation
  const believed = envelope.scheme === withTime ? signingAuthorities : authorities
  const time = await timeOf(envelope, chain, signing)
  const untrusted = problemOf(() => chainProblem(chain, believed, time, codeSignerProblem))
  if (untrusted !== undefined) return no(untrusted)
  const { expiry } = envelope
  if (expiry && expiry <= now) return no(`it was good until ${instantOf(expiry)}`)
  const by = nameOf(signer.certificate)
  const subject = subjectOf(signer)
  if (!subjects.some((trusted) => isTrustedSubject(subject, trusted))) {
    return no(`it was made by ${by}, who is no trusted subject`)
  }
  const signed = payloadSchema.safeParse(jsonIn(envelope.payload)).data?.targetArtifact.digest
  if (signed === undefined) return no('what was signed is no descriptor of an image')
  if (!digests.includes(signed)) return no(`it is of another image (${signed.slice(0, 100)})`)
  const { problem: revoked, until, ...revocation } = revocationOf([chain, time.stampedBy ?? []], revocationLists, now)
  if (revoked !== undefined) return no(revoked)
  // What was good when it was signed stays so; what is good now does not.
  const ends = [expiry, until, ...(time.to === now ? chain.map(({ certificate }) => certificate.validToDate) : [])]
  return { verified: true, by, means: 'certificate', at: instantOf(time.at)!, ...revocation, ...firstOf(ends) }
}

function firstOf(ends: readonly (Date | undefined)[]): { until?: string } {
  const [first] = ends.filter((end) => end !== undefined).toSorted((a, b) => a.getTime() - b.getTime())
  return first === undefined ? {} : { until: instantOf(first)! }
}

interface SigningTime extends Period {
  /** For people. */
  at: Date
  stampedBy?: readonly ChainCertificate[]
}

/**
 * When all certificates have to be valid: at the time by the word of a signing authority or of a trusted time stamp, else now,
 * whatever the signer says.
 */
async function timeOf(
  { scheme, authenticSigningTime, signingTime, timestamp, signature }: NotationEnvelope,
  chain: readonly ChainCertificate[],
  { trust, now }: Signing,
): Promise<SigningTime> {
  const at = scheme === withTime ? authenticSigningTime : signingTime
  if (at === undefined) throw new Error('it does not say when it was made')
  if (scheme === withTime) return { at, from: at, to: at }
  const { timestampAuthorities, verifyTimestamp } = trust.notation
  const isExpired = chain.some(({ certificate }) => now > certificate.validToDate)
  const isNeeded = verifyTimestamp === 'always' || isExpired
  if (timestampAuthorities.length === 0 || !isNeeded) return { at, from: now, to: now }
  if (timestamp === undefined) throw new Error('it has no time stamp')
  const { chain: stampedBy, ...stamped } = await verifyTimeStamp(timestamp, signature, timestampAuthorities)
  return { ...stamped, stampedBy }
}

/** An extension that cannot be read is one that cannot be trusted. */
function problemOf(check: () => string | undefined): string | undefined {
  try {
    return check()
  } catch {
    return 'its chain of certificates is malformed'
  }
}

function headerProblem({ contentType, scheme, critical, present, expiry }: NotationEnvelope): string | undefined {
  if (contentType !== 'application/vnd.cncf.notary.payload.v1+json')
    return 'what was signed is no descriptor of an image'
  if (scheme !== 'notary.x509' && scheme !== withTime) return 'its signing scheme is not known'
  const needed: string[] = [
    headers.scheme,
    ...(scheme === withTime ? [headers.authenticSigningTime] : []),
    ...(expiry ? [headers.expiry] : []),
  ]
  const unmarked = needed.find((name) => !critical.includes(name))
  if (unmarked !== undefined) return `its header ${unmarked} is not marked as critical`
  // Those of plug-ins among them: what they would have to check is not known.
  const unknown = critical.find((name) => !needed.includes(name) || !present.includes(name))
  return unknown === undefined
    ? undefined
    : `it has the critical header ${unknown.slice(0, 100)}, which is not understood`
}

/** What may sign with what: https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#algorithm-selection */
const ofRsa: Readonly<Record<number, [string, string]>> = {
  2048: ['PS256', 'sha256'],
  3072: ['PS384', 'sha384'],
  4096: ['PS512', 'sha512'],
}
const ofCurve: Readonly<Record<string, [string, string]>> = {
  prime256v1: ['ES256', 'sha256'],
  secp384r1: ['ES384', 'sha384'],
  secp521r1: ['ES512', 'sha512'],
}

function isSignedBy({ algorithm, signed, signature }: NotationEnvelope, key: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  const isRsa = key.asymmetricKeyType === 'rsa'
  const [name, hash] = (isRsa ? ofRsa[modulusLength] : ofCurve[namedCurve]) ?? []
  // The key decides, so that nobody can choose a weaker way for it.
  if (name === undefined || name !== algorithm) return false
  if (!isRsa) return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return verify(hash, signed, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, signature)
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
