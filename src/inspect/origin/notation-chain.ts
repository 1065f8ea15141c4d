// Whether a chain of certificates leads from a signer to an authority that the user trusts, at a given time.
//
// Requirements: https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#certificate-requirements
// Revocation is not looked at: that would ask servers that the certificate names.

import { X509Certificate } from 'node:crypto'
import type { X509Certificate as ParsedCertificate } from '@sigstore/core'
import { shortNames, type Attributes } from './trusted-subject.ts'

export interface ChainCertificate {
  certificate: X509Certificate
  parsed: ParsedCertificate
}

/** Loaded for the first such signature. Throws one clause. */
export async function parseChain(chain: readonly Buffer[]): Promise<ChainCertificate[]> {
  const core = await import('@sigstore/core')
  try {
    return chain.map((der) => {
      const certificate = new X509Certificate(der)
      const parsed = core.X509Certificate.parse(certificate.raw)
      if (parsed.version !== 'v3') throw new Error('an old form')
      return { certificate, parsed }
    })
  } catch {
    throw new Error('its chain of certificates is malformed')
  }
}

const keyUsage = '2.5.29.15'
/** Those that are looked at here: key usage, alternative names, basic constraints, extended key usage. */
const understood = new Set([keyUsage, '2.5.29.17', '2.5.29.19', '2.5.29.37'])
/** Any; for servers, clients, mail, time stamps and OCSP. */
const otherPurposes = new Set(['2.5.29.37.0', ...[1, 2, 4, 8, 9].map((purpose) => `1.3.6.1.5.5.7.3.${purpose}`)])

/** Why the chain does not lead to one of the authorities; undefined when it does. Throws on a malformed extension. */
export function chainProblem(
  chain: readonly ChainCertificate[],
  authorities: readonly X509Certificate[],
  time: Date,
): string | undefined {
  const end = chain.findIndex(({ certificate }) => authorities.some(({ raw }) => raw.equals(certificate.raw)))
  if (end === -1) return 'its certificate is by none of the trusted authorities'
  const used = chain.slice(0, end + 1)
  for (const [index, { certificate, parsed }] of used.entries()) {
    const name = nameOf(certificate)
    if (time < certificate.validFromDate || time > certificate.validToDate) {
      return `the certificate of ${name} is valid from ${certificate.validFrom} to ${certificate.validTo} only`
    }
    const unknown = parsed.extensions.find((each) => each.subs.length === 3 && !understood.has(each.subs[0]!.toOID()))
    if (unknown) return `the certificate of ${name} has a critical extension that is not understood`
    const problem = index === 0 ? signerProblem({ certificate, parsed }) : authorityProblem(parsed, index - 1)
    if (problem !== undefined) return `the certificate of ${name} ${problem}`
    const issuer = used[index + 1]?.certificate
    if (issuer && !(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))) {
      return `the certificate of ${name} is not by ${nameOf(issuer)}`
    }
  }
  return undefined
}

function signerProblem({ certificate, parsed }: ChainCertificate): string | undefined {
  if (parsed.extBasicConstraints?.isCA) return 'is one of an authority'
  if (!parsed.extKeyUsage?.digitalSignature || !isCritical(parsed)) return 'is not for signing'
  if (parsed.extKeyUsage.keyCertSign || parsed.extKeyUsage.crlSign) return 'is for more than signing'
  if (certificate.keyUsage?.some((purpose) => otherPurposes.has(purpose))) return 'is for another purpose'
  return undefined
}

/** `below`: authorities between it and the signer. */
function authorityProblem(parsed: ParsedCertificate, below: number): string | undefined {
  const constraints = parsed.extBasicConstraints
  if (!constraints?.isCA || !parsed.extKeyUsage?.keyCertSign || !isCritical(parsed)) return 'is not one of an authority'
  const longest = constraints.pathLenConstraint
  return longest !== undefined && longest < BigInt(below) ? 'allows no chain as long as this one' : undefined
}

function isCritical(parsed: ParsedCertificate): boolean {
  return parsed.extension(keyUsage)?.critical ?? false
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
