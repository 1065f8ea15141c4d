// Why a request to another machine failed, in words that say what to do next.

import { AddressRefused } from './guarded-http.ts'
import { TimedOut } from './http.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known: check the spelling',
  EAI_AGAIN: 'its name could not be resolved: check the network',
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way to it: check the network',
  ENETUNREACH: 'there is no way to it: check the network',
  ETIMEDOUT: 'it did not answer in time',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  EPROTO: 'it does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}
const unknownIssuers = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** One clause. */
export function networkProblem(error: unknown): string {
  if (error instanceof AddressRefused || error instanceof TimedOut) return error.message
  const code = codeOf(error)
  if (unknownIssuers.has(code)) return 'nobody known has signed its certificate: name your CA by NODE_EXTRA_CA_CERTS'
  return reasons[code] ?? `the connection failed (${code})`
}

/** Whether the same request may well succeed a moment later. */
export function isPassing(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'].includes(codeOf(error))
}

/** Whether what answered there, if anything did, speaks another protocol than TLS. */
export function isWithoutTls(error: unknown): boolean {
  return ['EPROTO', 'ECONNRESET', 'ECONNREFUSED'].includes(codeOf(error)) || codeOf(error).startsWith('ERR_SSL_')
}

/** Of several addresses that were tried, the first one's. */
function codeOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error && 'code' in first ? String(first.code) : 'unknown'
}
