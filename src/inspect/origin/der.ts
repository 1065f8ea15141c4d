// What certificates, time stamps and revocation lists have in common: DER, and signatures over a part of it.
//
// https://www.rfc-editor.org/rfc/rfc5280#section-4.1.1.2

import { verify, type KeyObject } from 'node:crypto'
import type { ASN1Obj } from '@sigstore/core'

export type Der = ASN1Obj

/** Of a certificate, or of a time stamp with its own: both have some kilobytes, and what is read takes a hundred times as much. */
export const longestDer = 65_536
/** Of a number, or of a type, which is a row of numbers: the time that one takes grows with the square of its length. */
const longestNumber = 1024

/** Loaded for the first signature that needs it. */
export async function derReader(): Promise<(bytes: Buffer) => Der> {
  const { ASN1Obj: reader } = await import('@sigstore/core')
  return (bytes) => {
    // A copy: what it wants is a buffer that shares its memory with nobody.
    const der = reader.parseBuffer(Buffer.from(bytes))
    if (hasLongNumber(der)) throw new Error('a number in it is too long')
    return der
  }
}

function hasLongNumber({ tag, value, subs }: Der): boolean {
  return ((tag.isInteger() || tag.isOID()) && value.length > longestNumber) || subs.some(hasLongNumber)
}

/** By the numbers of RFC 5754; weaker ones are not taken. */
export const hashes: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const algorithms: Readonly<Record<string, readonly [key: 'rsa' | 'ec', hash: string]>> = {
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
}
/** Of lists and stamps, not of certificates: RSA (PKCS #1) and ECDSA. */
export function isKnownAlgorithm(algorithm: string): boolean {
  return Object.hasOwn(algorithms, algorithm)
}

const rsaEncryption = '1.2.840.113549.1.1.1'
const rsaPss = '1.2.840.113549.1.1.10'
const ed25519 = '1.3.101.112'

/** Whether SHA-1 or something older has no part in it. `identifier`: an `AlgorithmIdentifier` in a certificate. */
export function isStrongAlgorithm({ subs: [type, parameters] }: Der): boolean {
  const algorithm = type!.toOID()
  if (algorithm !== rsaPss) return algorithm === ed25519 || isKnownAlgorithm(algorithm)
  // RFC 4055, 3.1: where no hash is named it is SHA-1.
  const hash = parameters?.subs.find(({ tag }) => tag.isContextSpecific(0))?.subs[0]?.subs[0]
  return hash !== undefined && Object.hasOwn(hashes, hash.toOID())
}

/** `hash`: for signatures of CMS, which may name it apart from the algorithm. PKCS #1 1.5 and ECDSA with SHA-2. */
export function isSignedBy(
  key: KeyObject,
  { algorithm, hash, signed, signature }: { algorithm: string; hash?: string; signed: Buffer; signature: Buffer },
): boolean {
  const [type, own] = algorithm === rsaEncryption ? (['rsa', hash] as const) : (algorithms[algorithm] ?? [])
  if (own === undefined || key.asymmetricKeyType !== type) return false
  return verify(own, signed, key, signature)
}

/** As it was written; `first`: another first byte, for what is signed by another name than it is written under. */
export function encoded({ tag, value }: Der, first = tag.toDER()): Buffer {
  const length = value.length
  if (length < 0x80) return Buffer.concat([Buffer.from([first, length]), value])
  const digits = length.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.from([first, 0x80 + bytes.length]), bytes, value])
}

/** UTCTime, or GeneralizedTime with any fraction of a second. Throws. */
export function timeIn({ tag, value }: Der): Date {
  const written = value.toString('latin1')
  const text = tag.isUTCTime() ? `${Number(written.slice(0, 2)) < 50 ? '20' : '19'}${written}` : written
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text) ?? []
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`)
  if (!(tag.isUTCTime() || tag.isGeneralizedTime()) || Number.isNaN(time.getTime())) throw new Error('it is no time')
  return time
}
