// Whom the user trusts: nobody, unless told.

import type { X509Certificate } from 'node:crypto'
import type { RevocationList } from './revocation-list.ts'
import type { SigstoreRoot } from './sigstore-root.ts'
import type { TrustedIdentity } from './trusted-identity.ts'
import type { TrustedKey } from './trusted-key.ts'
import type { TrustedSubject } from './trusted-subject.ts'

export interface Trust {
  keys: readonly TrustedKey[]
  sigstore: {
    /** Authorities, logs and clocks; without them no signature with a short-lived certificate can be verified. */
    root?: SigstoreRoot
    identities: readonly TrustedIdentity[]
  }
  notation: {
    /** Of the scheme `notary.x509`. */
    authorities: readonly X509Certificate[]
    /** Of the scheme `notary.x509.signingAuthority`: what these say about the time is believed. */
    signingAuthorities: readonly X509Certificate[]
    /** Whose time stamps of signatures of the scheme `notary.x509` are believed. */
    timestampAuthorities: readonly X509Certificate[]
    /** Once there are such authorities: which signatures need a time stamp, all, or those whose certificates have expired. */
    verifyTimestamp: 'always' | 'afterCertExpiry'
    /** None: whether a certificate was revoked is not checked. */
    revocationLists: readonly RevocationList[]
    subjects: readonly TrustedSubject[]
  }
}

export const nobody: Trust = {
  keys: [],
  sigstore: { identities: [] },
  notation: {
    authorities: [],
    signingAuthorities: [],
    timestampAuthorities: [],
    verifyTimestamp: 'always',
    revocationLists: [],
    subjects: [],
  },
}

/** `verified`, `by` whom, how that is known and when it was signed; or why not. `ImageSignature` says what each is. */
export interface Verdict {
  verified: boolean
  by?: string
  means?: 'key' | 'identity' | 'certificate'
  /** ISO 8601, UTC. */
  at?: string
  revocation?: 'checked' | 'not checked'
  /** ISO 8601, UTC. */
  until?: string
  why?: string
}

export interface Signing {
  /** Of the image, and of the indexes that led to it. */
  digests: readonly string[]
  trust: Trust
  /** When it is judged. */
  now: Date
}

export function no(why: string): Verdict {
  return { verified: false, why }
}
