// Lists of certificates that their authority has revoked, as files that the user gives: certificates name where to ask, and
// nobody is asked there.
//
// https://www.rfc-editor.org/rfc/rfc5280#section-5
// What counts: https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#certificate-revocation-evaluation

import { derReader, encoded, isSignedBy, timeIn, type Der } from './der.ts'
import { nameOf, type ChainCertificate } from './notation-chain.ts'
import { instantOf } from './trust.ts'

export interface RevocationList {
  /** The name of the authority, in DER without its head. */
  issuer: Buffer
  nextUpdate: Date
  /** Hexadecimal digits as the number is written. */
  serials: ReadonlySet<string>
  isBy(issuer: ChainCertificate): boolean
}

const pem = /-----BEGIN X509 CRL-----(?<base64>[^-]+)-----END X509 CRL-----/
/** Numbers the list, its authority's key, where it is also kept: nothing that changes what it means. */
const understood = new Set(['2.5.29.20', '2.5.29.35'])

/** PEM or DER. Throws one clause. */
export async function parseRevocationList(file: Buffer): Promise<RevocationList> {
  const read = await derReader()
  const { base64 } = pem.exec(file.toString('latin1'))?.groups ?? {}
  let list: Parts
  try {
    list = partsOf(read(base64 === undefined ? file : Buffer.from(base64, 'base64')))
  } catch {
    throw new Error('is no revocation list in PEM or DER')
  }
  const { isWhole, issuer, nextUpdate, serials, ...signed } = list
  if (!isWhole) {
    throw new Error('has a critical extension that is not understood: it has to be a whole list by one authority')
  }
  if (nextUpdate === undefined) throw new Error('does not say until when it is good')
  return {
    issuer,
    nextUpdate,
    serials,
    isBy: ({ key, parsed }) =>
      parsed.subject.equals(issuer) && (parsed.extKeyUsage?.crlSign ?? false) && isSignedBy(key, signed),
  }
}

interface Parts {
  issuer: Buffer
  nextUpdate: Date | undefined
  serials: ReadonlySet<string>
  /** Neither one of changes, nor of a part of all certificates, nor of those of other authorities. */
  isWhole: boolean
  algorithm: string
  signed: Buffer
  signature: Buffer
}

function partsOf({ subs: [list, algorithm, signature] }: Der): Parts {
  // A version, which is 2, stands first where there is one.
  const [, issuer, updated, ...rest] = list!.subs.slice(list!.subs[0]!.tag.isInteger() ? 1 : 0)
  timeIn(updated!)
  const next = rest[0] && (rest[0].tag.isUTCTime() || rest[0].tag.isGeneralizedTime()) ? rest.shift() : undefined
  const revoked = rest[0]?.tag.isUniversal() ? rest.shift()!.subs : []
  const extensions = rest.find(({ tag }) => tag.isContextSpecific(0))?.subs[0]?.subs ?? []
  return {
    issuer: issuer!.value,
    nextUpdate: next && timeIn(next),
    serials: new Set(revoked.map(({ subs }) => subs[0]!.value.toString('hex'))),
    isWhole: ![extensions, ...revoked.map(({ subs }) => subs[2]?.subs ?? [])].some(hasUnknown),
    algorithm: algorithm!.subs[0]!.toOID(),
    signed: encoded(list!),
    signature: signature!.value.subarray(1),
  }
}

function hasUnknown(extensions: readonly Der[]): boolean {
  return extensions.some(({ subs }) => subs.length === 3 && !understood.has(subs[0]!.toOID()))
}

/**
 * What the lists say of chains that each end with a root, which is revoked by nobody: that one does not count, by `problem`, or
 * whether all that could have been revoked was checked. Throws on a malformed extension.
 */
export function revocationOf(
  chains: readonly (readonly ChainCertificate[])[],
  lists: readonly RevocationList[],
  now: Date,
): { problem?: string; revocation?: 'checked' | 'not checked' } {
  const certified = chains.flatMap((chain) =>
    chain.slice(0, -1).map((one, index) => ({ one, own: lists.filter((list) => list.isBy(chain[index + 1]!)) })),
  )
  for (const { one, own } of certified) {
    const name = nameOf(one.certificate)
    const serial = one.parsed.serialNumber.toString('hex')
    // Also by a list that is no longer good: nobody takes it back.
    if (own.some(({ serials }) => serials.has(serial))) return { problem: `the certificate of ${name} is revoked` }
    const isKnown = own.some(({ nextUpdate }) => nextUpdate >= now)
    if (lists.length === 0 || isKnown || !namesWhereToAsk(one)) continue
    const [old] = own
    const why = old ? `the list was good until ${instantOf(old.nextUpdate)}` : 'no list by its authority was given'
    return { problem: `whether the certificate of ${name} is revoked is not known: ${why}` }
  }
  const couldBe = certified.some(({ one, own }) => own.length > 0 || namesWhereToAsk(one))
  return couldBe ? { revocation: lists.length > 0 ? 'checked' : 'not checked' } : {}
}

const distributionPoints = '2.5.29.31'
const authorityInformation = '1.3.6.1.5.5.7.1.1'
const ocsp = '1.3.6.1.5.5.7.48.1'

/** Whether there is somewhere to ask if it was revoked: lists, or a service (OCSP). */
function namesWhereToAsk({ parsed }: ChainCertificate): boolean {
  const services = parsed.extension(authorityInformation)?.valueObj.subs[0]?.subs ?? []
  return (
    parsed.extension(distributionPoints) !== undefined ||
    services.some(({ subs: [method] }) => method?.tag.isOID() && method.toOID() === ocsp)
  )
}
