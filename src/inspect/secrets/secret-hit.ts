// What is told of a secret: never the secret.

import { hash } from 'node:crypto'
import { entropy } from '../../lib/entropy.ts'
import type { Severity } from '../../model/severity.ts'
import type { Hit } from '../content-scanner.ts'

export interface SecretKind {
  id: string
  title: string
  severity: Severity
}

/** Bits below which a secret could be found by trying, given something to compare with. */
const guessable = 100

export function secretHit({ id, title, severity }: SecretKind, secret: string, start: number, end: number): Hit {
  return { kind: 'secret', rule: id, title, severity, evidence: evidenceOf(secret), start, end }
}

/**
 * A fingerprint tells two secrets apart and shows where the same one lies again, also in another image: so it has no salt,
 * and 64 bits are enough. Of what people choose there is none, nor a length: both would help to guess it.
 */
function evidenceOf(secret: string): Hit['evidence'] {
  if (entropy(secret) * secret.length < guessable) return {}
  return { fingerprint: hash('sha256', secret, 'hex').slice(0, 16), length: secret.length }
}
