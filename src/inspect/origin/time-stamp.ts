// Time stamps: the word of an authority that it has seen some bytes, and when.
//
// https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2 in a signed message of RFC 5652
// What is asked of it: https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#steps

import { createHash, type X509Certificate } from 'node:crypto'
import { derReader, encoded, hashes, isSignedBy, longestDer, timeIn, type Der } from './der.ts'
import {
  chainProblem,
  isIssuedBy,
  mayCertifyTimestamps,
  nameOf,
  parseChain,
  timestampSignerProblem,
  type ChainCertificate,
  type Period,
} from './notation-chain.ts'

const types = {
  signedData: '1.2.840.113549.1.7.2',
  info: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.47',
} as const
const mostCertificates = 16
const longestChain = 8

/** Verified: by whom, and between which times; `chain` is up to one of the authorities. */
export interface TimeStamp extends Period {
  /** The moment that it names. */
  at: Date
  chain: readonly ChainCertificate[]
}

/** Of a message (a signature, where that is what was stamped) by one of the authorities. Throws one clause. */
export async function verifyTimeStamp(
  token: Buffer,
  message: Buffer,
  authorities: readonly X509Certificate[],
): Promise<TimeStamp> {
  const parts = parsed(await derReader(), token)
  const { info, signer } = parts
  if (!digestOf(info.hash, message).equals(info.imprint)) throw new Error('its time stamp is of something else')
  const certificates = await parseChain(parts.certificates)
  const certificate = certificates.find((each) =>
    digestOf(signer.certificateHash, each.certificate.raw).equals(signer.certificateDigest),
  )
  if (certificate === undefined) throw new Error('its time stamp does not hold the certificate of whoever made it')
  const isSigned = digestOf(signer.hash, parts.content).equals(signer.digest) && isSignedBy(certificate.key, signer)
  if (!isSigned) throw new Error('its time stamp is not by the key of its certificate')
  const { at, accuracy } = info
  const roots = await parseChain(authorities.map(({ raw }) => raw))
  const chain = chainFrom(certificate, [...roots, ...certificates])
  const problem = timestampChainProblem(chain, authorities, at)
  if (problem !== undefined) throw new Error(`its time stamp does not count: ${problem}`)
  return { at, chain, from: new Date(at.getTime() - accuracy), to: new Date(at.getTime() + accuracy) }
}

function timestampChainProblem(
  chain: readonly ChainCertificate[],
  authorities: readonly X509Certificate[],
  at: Date,
): string | undefined {
  const confined = chain.find((each) => !mayCertifyTimestamps(each))
  if (confined) return `the certificate of ${nameOf(confined.certificate)} is not for time stamps`
  try {
    return chainProblem(chain, authorities, { from: at, to: at }, timestampSignerProblem)
  } catch {
    return 'its chain of certificates is malformed'
  }
}

/** As far up as issuers are known; those that are trusted come first among them. */
function chainFrom(signer: ChainCertificate, known: readonly ChainCertificate[]): ChainCertificate[] {
  const chain = [signer]
  while (chain.length < longestChain) {
    const last = chain.at(-1)!
    if (last.parsed.issuer.equals(last.parsed.subject)) break
    const issuer = known.find((each) => isIssuedBy(last, each))
    if (issuer === undefined) break
    chain.push(issuer)
  }
  return chain
}

interface Token {
  certificates: readonly Buffer[]
  /** The bytes of the info, which are what was signed. */
  content: Buffer
  info: { hash: string; imprint: Buffer; at: Date; accuracy: number }
  signer: {
    hash: string
    algorithm: string
    /** Of the content, as the signer says. */
    digest: Buffer
    certificateHash: string
    certificateDigest: Buffer
    /** The attributes of the signer. */
    signed: Buffer
    signature: Buffer
  }
}

function parsed(read: (bytes: Buffer) => Der, token: Buffer): Token {
  try {
    need(token.length <= longestDer)
    const [type, wrapped] = read(token).subs
    need(type!.toOID() === types.signedData)
    const message = wrapped!.subs[0]!.subs
    const [kind, octets] = message[2]!.subs
    need(kind!.toOID() === types.info)
    const content = octets!.subs[0]!
    need(content.tag.isOctetString())
    const certificates = message.find(({ tag }) => tag.isContextSpecific(0))?.subs ?? []
    const signers = message.at(-1)!.subs
    // RFC 3161, 2.4.2: a stamp has the signature of its authority and no other.
    need(signers.length === 1 && certificates.length <= mostCertificates)
    return {
      certificates: certificates.map((each) => encoded(each)),
      content: content.value,
      info: infoIn(read(content.value)),
      signer: signerIn(signers[0]!),
    }
  } catch {
    throw new Error('its time stamp is malformed')
  }
}

function signerIn({ subs }: Der): Token['signer'] {
  const [, , hash, attributes, algorithm, signature] = subs
  need(attributes!.tag.isContextSpecific(0) && signature!.tag.isOctetString())
  const valueOf = (type: string): Der => {
    const [found, ...more] = attributes!.subs.filter((each) => each.subs[0]!.toOID() === type)
    need(found !== undefined && more.length === 0 && found.subs[1]!.subs.length === 1)
    return found!.subs[1]!.subs[0]!
  }
  need(valueOf(types.contentType).toOID() === types.info)
  // RFC 5035, 3: SigningCertificateV2 → list → ESSCertIDv2, where the hash is SHA-256 unless it is named.
  const certificate = valueOf(types.signingCertificate).subs[0]!.subs[0]!.subs
  const named = certificate[0]!.tag.isOctetString() ? undefined : certificate[0]!
  const certificateDigest = certificate[named === undefined ? 0 : 1]!
  need(certificateDigest.tag.isOctetString())
  return {
    hash: hash!.subs[0]!.toOID(),
    algorithm: algorithm!.subs[0]!.toOID(),
    digest: valueOf(types.messageDigest).value,
    certificateHash: named?.subs[0]!.toOID() ?? '2.16.840.1.101.3.4.2.1',
    certificateDigest: certificateDigest.value,
    // RFC 5652, 5.4: they are signed as a set, and written under a tag of their own.
    signed: encoded(attributes!, 0x31),
    signature: signature!.value,
  }
}

const baselinePolicy = '0.4.0.2023.1.1'

function infoIn({ subs }: Der): Token['info'] {
  const [version, policy, imprint, , time, ...optional] = subs
  need(version!.toInteger() === 1n)
  const accuracy = optional.find(({ tag }) => tag.isUniversal() && tag.constructed)
  const extensions = optional.find(({ tag }) => tag.isContextSpecific(1))?.subs ?? []
  // Each is its type, whether it has to be understood, and its value.
  need(!extensions.some(({ subs: parts }) => parts.length === 3))
  return {
    hash: imprint!.subs[0]!.subs[0]!.toOID(),
    imprint: imprint!.subs[1]!.value,
    at: timeIn(time!),
    accuracy: accuracy ? accuracyIn(accuracy) : policy!.toOID() === baselinePolicy ? 1000 : 0,
  }
}

const longestAccuracy = 24 * 60 * 60 * 1000

/** Milliseconds, rounded up. */
function accuracyIn({ subs }: Der): number {
  const part = (isIt: (tag: Der['tag']) => boolean): number =>
    Number(`0x0${subs.find(({ tag }) => isIt(tag))?.value.toString('hex') ?? ''}`)
  const seconds = part((tag) => tag.isInteger())
  const milliseconds = part((tag) => tag.isContextSpecific(0))
  const micros = part((tag) => tag.isContextSpecific(1))
  const whole = seconds * 1000 + milliseconds + Math.ceil(micros / 1000)
  // Beyond that it says nothing, and what is too large for a time is in no order to any.
  need(whole <= longestAccuracy)
  return whole
}

function digestOf(type: string, bytes: Buffer): Buffer {
  const hash = hashes[type]
  if (hash === undefined) throw new Error('its time stamp uses a hash that is too weak, or not known')
  return createHash(hash).update(bytes).digest()
}

function need(isSo: boolean): void {
  if (!isSo) throw new Error('something else stands there')
}
