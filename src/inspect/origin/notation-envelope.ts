// What a signature of Notation holds, in either of its two forms.
//
// JWS: https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-jws.md
// COSE: https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-cose.md, RFC 9052

import { z } from 'zod'
import { CborTag, decodeCbor, type Cbor, type CborMap } from '../../lib/cbor.ts'

/** Of the headers that are signed; times are undefined where they are not named. */
export interface NotationEnvelope {
  /** `PS256` … `ES512`. */
  algorithm: string
  contentType: string
  scheme: string
  /** As the signer says; of the scheme of signing authorities as the authority says. */
  signingTime: Date | undefined
  authenticSigningTime: Date | undefined
  expiry: Date | undefined
  /** Names of headers that have to be understood. */
  critical: readonly string[]
  /** Names of headers that are there. */
  present: readonly string[]
  /** DER, the signer's first. */
  chain: readonly Buffer[]
  /** Of RFC 3161, of the signature. */
  timestamp: Buffer | undefined
  payload: Buffer
  /** The bytes that the signature is of. */
  signed: Buffer
  signature: Buffer
}

export const headers = {
  scheme: 'io.cncf.notary.signingScheme',
  signingTime: 'io.cncf.notary.signingTime',
  authenticSigningTime: 'io.cncf.notary.authenticSigningTime',
  expiry: 'io.cncf.notary.expiry',
} as const
const timestampSignature = 'io.cncf.notary.timestampSignature'
const mostCertificates = 16

/** Throws one clause. */
export function parseNotationEnvelope(bytes: Buffer, mediaType: string): NotationEnvelope {
  if (mediaType === 'application/jose+json') return parseJws(bytes)
  if (mediaType === 'application/cose') return parseCose(bytes)
  throw new Error(`it is written as ${JSON.stringify(mediaType.slice(0, 100))}, which is not read`)
}

const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/)
const jwsSchema = z.object({
  payload: base64url,
  protected: base64url,
  header: z.object({
    x5c: z.array(z.base64()).min(1).max(mostCertificates),
    [timestampSignature]: z.base64().optional(),
  }),
  signature: base64url,
})
const protectedSchema = z.looseObject({
  alg: z.string(),
  cty: z.string(),
  crit: z.array(z.string()).max(100),
  [headers.scheme]: z.string(),
  [headers.signingTime]: z.string().optional(),
  [headers.authenticSigningTime]: z.string().optional(),
  [headers.expiry]: z.string().optional(),
})

function parseJws(bytes: Buffer): NotationEnvelope {
  const envelope = jwsSchema.safeParse(jsonIn(bytes)).data
  const header = protectedSchema.safeParse(jsonIn(Buffer.from(envelope?.protected ?? '', 'base64url'))).data
  if (envelope === undefined || header === undefined) throw new Error('it is no JWS envelope')
  const time = (name: 'signingTime' | 'authenticSigningTime' | 'expiry'): Date | undefined => {
    const written = header[headers[name]]
    return written === undefined ? undefined : timeOf(written, headers[name])
  }
  const timestamp = envelope.header[timestampSignature]
  return {
    algorithm: header.alg,
    contentType: header.cty,
    scheme: header[headers.scheme],
    signingTime: time('signingTime'),
    authenticSigningTime: time('authenticSigningTime'),
    expiry: time('expiry'),
    critical: header.crit,
    present: Object.keys(header),
    chain: envelope.header.x5c.map((certificate) => Buffer.from(certificate, 'base64')),
    timestamp: timestamp === undefined ? undefined : Buffer.from(timestamp, 'base64'),
    payload: Buffer.from(envelope.payload, 'base64url'),
    signed: Buffer.from(`${envelope.protected}.${envelope.payload}`),
    signature: Buffer.from(envelope.signature, 'base64url'),
  }
}

/** https://www.rfc-editor.org/rfc/rfc3339 */
function timeOf(written: string, name: string): Date {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(written)
  return someTime(isTime ? new Date(written) : undefined, name)
}

/** What is no time must not pass for one that nothing is ever before or after. */
function someTime(time: Date | undefined, name: string): Date {
  if (time === undefined || Number.isNaN(time.getTime())) throw new Error(`its ${name} is no time`)
  return time
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** https://www.iana.org/assignments/cose/cose.xhtml#algorithms */
const coseAlgorithms = new Map<Cbor, string>([
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
  [-7, 'ES256'],
  [-35, 'ES384'],
  [-36, 'ES512'],
])
const label = { algorithm: 1, critical: 2, contentType: 3, chain: 33 }
const tagOfSign1 = 18
const tagOfTime = 1

function parseCose(bytes: Buffer): NotationEnvelope {
  const message = decodeCbor(bytes)
  const parts = message instanceof CborTag && message.tag === tagOfSign1 ? message.value : undefined
  if (!Array.isArray(parts) || parts.length !== 4) throw new Error('it is no COSE_Sign1')
  const [written, unprotected, payload, signature] = parts as readonly Cbor[]
  if (!isBytes(written) || !isBytes(payload) || !isBytes(signature) || !isMap(unprotected)) {
    throw new Error('it is no COSE_Sign1')
  }
  const header = decodeCbor(written)
  if (!isMap(header)) throw new Error('it is no COSE_Sign1')
  const names = (list: Cbor | undefined): string[] =>
    Array.isArray(list) ? list.map((name: Cbor) => String(name)) : []
  return {
    algorithm: coseAlgorithms.get(header.get(label.algorithm)) ?? '',
    contentType: textIn(header, label.contentType),
    scheme: textIn(header, headers.scheme),
    signingTime: timeIn(header, headers.signingTime),
    authenticSigningTime: timeIn(header, headers.authenticSigningTime),
    expiry: timeIn(header, headers.expiry),
    critical: names(header.get(label.critical)),
    present: [...header.keys()].map(String),
    chain: chainIn(unprotected),
    timestamp: timestampIn(unprotected),
    payload: Buffer.from(payload),
    signed: toBeSigned(written, payload),
    signature: Buffer.from(signature),
  }
}

/** `Sig_structure`: `["Signature1", protected, external, payload]`. https://www.rfc-editor.org/rfc/rfc9052#section-4.4 */
function toBeSigned(header: Uint8Array, payload: Uint8Array): Buffer {
  const text = Buffer.from('Signature1')
  return Buffer.concat([
    Buffer.from([0x84, 0x60 + text.length]),
    text,
    lengthOf(header),
    header,
    Buffer.from([0x40]),
    lengthOf(payload),
    payload,
  ])
}

/** Of a byte string, in the shortest form. */
function lengthOf({ length }: Uint8Array): Buffer {
  if (length < 24) return Buffer.from([0x40 + length])
  if (length < 0x100) return Buffer.from([0x58, length])
  if (length < 0x10000) return Buffer.from([0x59, length >> 8, length & 0xff])
  const head = Buffer.from([0x5a, 0, 0, 0, 0])
  head.writeUInt32BE(length, 1)
  return head
}

function chainIn(unprotected: CborMap): Buffer[] {
  const chain = unprotected.get(label.chain)
  const list: readonly Cbor[] = Array.isArray(chain) ? (chain as readonly Cbor[]) : [chain]
  if (list.length > mostCertificates || !list.every(isBytes)) throw new Error('its chain of certificates is malformed')
  return list.map((certificate) => Buffer.from(certificate))
}

function timestampIn(unprotected: CborMap): Buffer | undefined {
  const timestamp = unprotected.get(timestampSignature)
  if (timestamp === undefined) return undefined
  if (!isBytes(timestamp)) throw new Error('its time stamp is malformed')
  return Buffer.from(timestamp)
}

function textIn(header: CborMap, name: number | string): string {
  const value = header.get(name)
  return typeof value === 'string' ? value : ''
}

function timeIn(header: CborMap, name: string): Date | undefined {
  const value = header.get(name)
  if (value === undefined) return undefined
  const isTime = value instanceof CborTag && value.tag === tagOfTime && typeof value.value === 'number'
  return someTime(isTime ? new Date((value.value as number) * 1000) : undefined, name)
}

function isBytes(value: Cbor | undefined): value is Uint8Array {
  return value instanceof Uint8Array
}

function isMap(value: Cbor | undefined): value is CborMap {
  return value instanceof Map
}
