// The authorities, logs and clocks of a sigstore that the user trusts: a file, never fetched from anywhere.
//
// https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto

import type { TrustMaterial } from '@sigstore/verify'

export interface SigstoreRoot {
  material: TrustMaterial
}

/** `text`: of `trusted_root.json`. The library is loaded only for those who have one. Throws one clause. */
export async function parseSigstoreRoot(text: string): Promise<SigstoreRoot> {
  const [{ TrustedRoot }, { toTrustMaterial }] = await Promise.all([
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ])
  let material: TrustMaterial
  try {
    // Signatures by keys are verified by the keys that were given for them.
    material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(text)))
  } catch {
    throw new Error('is no trusted root of sigstore')
  }
  const { certificateAuthorities, tlogs, timestampAuthorities } = material
  if (certificateAuthorities.length === 0) throw new Error('names no certificate authority')
  if (tlogs.length + timestampAuthorities.length === 0) throw new Error('names neither a log nor a timestamp authority')
  return { material }
}
