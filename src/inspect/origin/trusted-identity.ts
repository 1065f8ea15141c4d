// Who may have signed with a short-lived certificate: whom an identity provider has named as whom.
//
// Both stand in the certificate: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md

import { RE2JS } from 're2js'

export interface TrustedIdentity {
  /** Address of the identity provider, exactly as it stands in the certificate. */
  issuer: string
  /** Whether it is meant by the certificate's subject: an address of a workflow, or of mail. */
  isSubject(subject: string): boolean
}

/** `pattern` has to match the whole subject: one that matches a part of it matches addresses that anybody can have. Throws one clause. */
export function trustedIdentity(issuer: string, subject: { exact: string } | { pattern: string }): TrustedIdentity {
  if ('exact' in subject) return { issuer, isSubject: (found) => found === subject.exact }
  let expression: RE2JS
  try {
    expression = RE2JS.compile(subject.pattern)
  } catch (error) {
    throw new Error(`is no regular expression: ${(error as Error).message}`, { cause: error })
  }
  return { issuer, isSubject: (found) => expression.matches(found) }
}
