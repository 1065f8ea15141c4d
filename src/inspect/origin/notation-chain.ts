// Whether a chain of certificates leads from a signer to an authority that the user trusts, at a given time.
//
// Requirements: https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#certificate-requirements

import { X509Certificate, type KeyObject } from 'node:crypto'
import type { X509Certificate as ParsedCertificate } from '@sigstore/core'
import { derReader, isStrongAlgorithm, longestDer } from './der.ts'
import { shortNames, type Attributes } from './trusted-subject.ts'

export interface ChainCertificate {
  certificate: X509Certificate
  parsed: ParsedCertificate
  key: KeyObject
}

/** When something was signed, as far as that is known; both ends belong to it. */
export interface Period {
  from: Date
  to: Date
}

/** Loaded for the first such signature. Throws one clause. */
export async function parseChain(chain: readonly Buffer[]): Promise<ChainCertificate[]> {
  const [core, read] = await Promise.all([import('@sigstore/core'), derReader()])
  try {
    return chain.map((der) => {
      if (der.length > longestDer) throw new Error('too long')
      const certificate = new X509Certificate(der)
      // Node also takes text, and what has bytes behind it.
      if (!certificate.raw.equals(der)) throw new Error('more than a certificate')
      const parsed = new core.X509Certificate(read(certificate.raw))
      const areNamed = parsed.extensions.every(({ subs }) => subs[0]?.tag.isOID())
      if (parsed.version !== 'v3' || !areNamed) throw new Error('of another form')
      return { certificate, parsed, key: certificate.publicKey }
    })
  } catch {
    throw new Error('its chain of certificates is malformed')
  }
}

const keyUsage = '2.5.29.15'
const basicConstraints = '2.5.29.19'
const extendedKeyUsage = '2.5.29.37'
/** Those that are looked at here, and alternative names. */
const understood = new Set([keyUsage, '2.5.29.17', basicConstraints, extendedKeyUsage])
const anyPurpose = '2.5.29.37.0'
const purpose = (number: number): string => `1.3.6.1.5.5.7.3.${number}`
const timeStamping = purpose(8)
/** Any; for servers, clients, mail, time stamps and OCSP. */
const otherPurposes = new Set([anyPurpose, timeStamping, ...[1, 2, 4, 9].map(purpose)])

/** What the first of a chain has to be. */
export type SignerRule = (signer: ChainCertificate) => string | undefined

/**
 * Why the chain does not lead from a signer, each by the next, up to a root, with one of the authorities in it; undefined when
 * it does. Throws on a malformed extension.
 */
export function chainProblem(
  chain: readonly ChainCertificate[],
  authorities: readonly X509Certificate[],
  { from, to }: Period,
  signerProblem: SignerRule,
): string | undefined {
  const isTrusted = chain.some(({ certificate }) => authorities.some(({ raw }) => raw.equals(certificate.raw)))
  if (!isTrusted) return 'its certificate is by none of the trusted authorities'
  for (const [index, each] of chain.entries()) {
    const { certificate, parsed } = each
    const name = nameOf(certificate)
    if (from < certificate.validFromDate || to > certificate.validToDate) {
      return `the certificate of ${name} is valid from ${certificate.validFrom} to ${certificate.validTo} only`
    }
    const unknown = parsed.extensions.find(
      (found) => found.subs.length === 3 && !understood.has(found.subs[0]!.toOID()),
    )
    if (unknown) return `the certificate of ${name} has a critical extension that is not understood`
    if (!isStrongAlgorithm(parsed.root.subs[1]!))
      return `the certificate of ${name} is signed in a way that is too weak`
    const problem = index === 0 ? signerProblem(each) : authorityProblem(parsed, index - 1)
    if (problem !== undefined) return `the certificate of ${name} ${problem}`
    const issuer = chain[index + 1] ?? each
    if (!isIssuedBy(each, issuer)) {
      return `the certificate of ${name} is not by ${issuer === each ? 'itself, and no other follows' : nameOf(issuer.certificate)}`
    }
  }
  return undefined
}

export function isIssuedBy({ certificate, parsed }: ChainCertificate, issuer: ChainCertificate): boolean {
  return parsed.issuer.equals(issuer.parsed.subject) && certificate.verify(issuer.key)
}

export function codeSignerProblem(signer: ChainCertificate): string | undefined {
  const isOther = signer.certificate.keyUsage?.some((found) => otherPurposes.has(found))
  return anySignerProblem(signer) ?? (isOther ? 'is for another purpose' : undefined)
}

/** https://www.rfc-editor.org/rfc/rfc3161#section-2.3 */
export function timestampSignerProblem(signer: ChainCertificate): string | undefined {
  const { certificate, parsed, key } = signer
  const [only, more] = certificate.keyUsage ?? []
  if (only !== timeStamping || more !== undefined || !isCritical(parsed, extendedKeyUsage)) {
    return 'is not for time stamps alone'
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const isStrong = type === 'ec' || (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048)
  return anySignerProblem(signer) ?? (isStrong ? undefined : 'has a key that is too weak')
}

/** Where an authority is confined to purposes, what it certifies is too. */
export function mayCertifyTimestamps({ certificate: { keyUsage: purposes } }: ChainCertificate): boolean {
  return purposes === undefined || purposes.includes(timeStamping) || purposes.includes(anyPurpose)
}

/** Bits of the key usage: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3 */
const nonRepudiation = 1

function anySignerProblem({ parsed }: ChainCertificate): string | undefined {
  if (parsed.extBasicConstraints?.isCA) return 'is one of an authority'
  const bits = parsed.extKeyUsage?.valueObj.subs[0]?.toBitString()
  if (bits?.[0] !== 1 || !isCritical(parsed, keyUsage)) return 'is not for signing'
  const isMore = bits.some((bit, index) => bit === 1 && index > nonRepudiation)
  return isMore ? 'is for more than signing' : undefined
}

/** `below`: authorities between it and the signer. */
function authorityProblem(parsed: ParsedCertificate, below: number): string | undefined {
  const constraints = parsed.extBasicConstraints
  const areCritical = isCritical(parsed, keyUsage) && isCritical(parsed, basicConstraints)
  if (!constraints?.isCA || !parsed.extKeyUsage?.keyCertSign || !areCritical) return 'is not one of an authority'
  const longest = constraints.pathLenConstraint
  return longest !== undefined && longest < BigInt(below) ? 'allows no chain as long as this one' : undefined
}

function isCritical(parsed: ParsedCertificate, extension: string): boolean {
  return parsed.extension(extension)?.critical ?? false
}

/** For people. */
export function nameOf({ subject }: X509Certificate): string {
  return subject.replaceAll('\n', ', ').slice(0, 1000)
}

/** Without those that stand in it twice, or in a form that is not text: nobody can be meant by them. */
export function subjectOf({ parsed }: ChainCertificate): Attributes {
  const found: [string, string][] = []
  for (const set of parsed.tbsCertificate.subs[5]!.subs) {
    for (const attribute of set.subs) {
      const [type, value] = attribute.subs
      const name = shortNames[type!.toOID()]
      // UTF8String, PrintableString and IA5String
      if (name !== undefined && [12, 19, 22].includes(value!.tag.number))
        found.push([name, value!.value.toString('utf8')])
    }
  }
  return new Map(found.filter(([name]) => found.filter(([other]) => other === name).length === 1))
}
