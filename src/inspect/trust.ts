// How what a user trusts is read: keys, identities of sigstore, authorities and subjects of Notation.

export { parseRevocationLists } from './origin/revocation-list.ts'
export { parseSigstoreRoot } from './origin/sigstore-root.ts'
export { nobody, type Trust } from './origin/trust.ts'
export { trustedIdentity } from './origin/trusted-identity.ts'
export { parseTrustedKey, signerOf, type TrustedKey } from './origin/trusted-key.ts'
export { parseTrustedSubject } from './origin/trusted-subject.ts'
