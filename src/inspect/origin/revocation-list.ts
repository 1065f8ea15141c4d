// Lists of certificates that their authority has revoked, as files that the user gives: certificates name where to ask, and
// nobody is asked there.
//
// https://www.rfc-editor.org/rfc/rfc5280#section-5
// What counts: https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#certificate-revocation-evaluation

import { instantOf } from '../../lib/instant.ts'
import { derReader, encoded, isKnownAlgorithm, isSignedBy, timeIn, type Der } from './der.ts'
import { nameOf, type ChainCertificate } from './notation-chain.ts'

export interface RevocationList {
  /** The name of the authority, in DER without its head. */
  issuer: Buffer
  nextUpdate: Date
  /** Certificates that had expired before may be missing from it although they were revoked. */
  since: Date
  /** Hexadecimal digits as the number is written. */
  serials: ReadonlySet<string>
  isBy(issuer: ChainCertificate): boolean
}

const pem = /-----BEGIN X509 CRL-----(?<base64>[^-]+)-----END X509 CRL-----/g
/** https://www.itu.int/rec/T-REC-X.509 (9.5.2.8): an authority may leave those that have expired in its lists, from a time on. */
const keepsExpired = '2.5.29.60'
/** Numbers the list, its authority's key, where it is also kept: nothing that changes what it means. */
const understood = new Set(['2.5.29.20', '2.5.29.35', keepsExpired])

/** One in DER, or one or several in PEM. Throws one clause. */
export async function parseRevocationLists(file: Buffer): Promise<RevocationList[]> {
  const read = await derReader()
  const written = Array.from(file.toString('latin1').matchAll(pem), ({ groups }) =>
    Buffer.from(groups!['base64']!, 'base64'),
  )
  return (written.length > 0 ? written : [file]).map((der) => revocationList(der, read))
}

function revocationList(der: Buffer, read: (bytes: Buffer) => Der): RevocationList {
  let list: Parts
  try {
    list = partsOf(read(der))
  } catch {
    throw new Error('is no revocation list in PEM or DER')
  }
  const { isWhole, issuer, nextUpdate, since, serials, ...signed } = list
  if (!isKnownAlgorithm(signed.algorithm)) {
    throw new Error('is signed in a way that is not taken: RSA (PKCS #1) or ECDSA with SHA-2 are')
  }
  if (!isWhole) {
    throw new Error('has a critical extension that is not understood: it has to be a whole list by one authority')
  }
  if (nextUpdate === undefined) throw new Error('does not say until when it is good')
  return {
    issuer,
    nextUpdate,
    since,
    serials,
    isBy: ({ key, parsed }) =>
      parsed.subject.equals(issuer) && (parsed.extKeyUsage?.crlSign ?? false) && isSignedBy(key, signed),
  }
}

interface Parts {
  issuer: Buffer
  nextUpdate: Date | undefined
  since: Date
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
  const next = rest[0] && (rest[0].tag.isUTCTime() || rest[0].tag.isGeneralizedTime()) ? rest.shift() : undefined
  const revoked = rest[0]?.tag.isUniversal() ? rest.shift()!.subs : []
  const extensions = rest.find(({ tag }) => tag.isContextSpecific(0))?.subs[0]?.subs ?? []
  const keeps = extensions.find(({ subs }) => subs[0]!.toOID() === keepsExpired)?.subs.at(-1)!.subs[0]
  const [at, kept] = [timeIn(updated!), keeps && timeIn(keeps)]
  return {
    issuer: issuer!.value,
    nextUpdate: next && timeIn(next),
    since: kept && kept < at ? kept : at,
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

export interface Revocation {
  /** Why a chain does not count. */
  problem?: string
  /** Whether all that could have been revoked was checked; absent where nothing could. */
  revocation?: 'checked' | 'not checked'
  /** When the lists that this rests on have to be renewed. */
  until?: Date
}

/** What the lists say of chains that each end with a root, which is revoked by nobody. Throws on a malformed extension. */
export function revocationOf(
  chains: readonly (readonly ChainCertificate[])[],
  lists: readonly RevocationList[],
  now: Date,
): Revocation {
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
  const revocable = certified.filter(({ one, own }) => own.length > 0 || namesWhereToAsk(one))
  if (revocable.length === 0) return {}
  const renewals = revocable.map(({ own }) => Math.max(...own.map(({ nextUpdate }) => nextUpdate.getTime())))
  const until = Math.min(...renewals.filter((renewal) => renewal >= now.getTime()))
  return {
    revocation: revocable.every(({ one, own }) => own.some((list) => tellsOf(list, one, now)))
      ? 'checked'
      : 'not checked',
    ...(Number.isFinite(until) ? { until: new Date(until) } : {}),
  }
}

/** Whether it was good at the last moment at which the certificate could be revoked, and would name it still. */
function tellsOf({ since, nextUpdate }: RevocationList, { certificate }: ChainCertificate, now: Date): boolean {
  const { validToDate: end } = certificate
  return since <= end && nextUpdate >= (end < now ? end : now)
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
