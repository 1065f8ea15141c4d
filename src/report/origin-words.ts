import type { ImageAttestation, ImageOrigin, ImageSignature } from '../model/image.ts'

/** `github.com/o/r at 1a2b… (label)`: from where, and what that rests on; empty when nobody says. */
export function sourceWords({ source, revision, buildFile, builder, known }: Partial<ImageOrigin>): string {
  if (!source && !revision && !builder) return ''
  const place = [source ?? 'an unnamed repository', ...(revision ? [`at ${revision}`] : [])].join(' ')
  const file = buildFile ? `, ${buildFile}` : ''
  return `${place}${file}${builder ? `, built by ${builder}` : ''}${known ? ` (${known})` : ''}`
}

/** Who has signed, then what was signed and not verified, each with its reason; empty when nothing lies beside the image. */
export function signatureWords({ signatures = [], attestations = [] }: Partial<ImageOrigin>): string {
  return [...judged('signature', signatures), ...judged('attestation', attestations)].join('; ')
}

function judged(noun: string, list: readonly (ImageSignature | ImageAttestation)[]): string[] {
  const outcomes = list.map(({ verified, by, means, at, revocation, why }) => {
    if (!verified) return `not verified${why ? `: ${why}` : ''}`
    const who = by ? ` by ${means === undefined ? '' : `${means} `}${by}` : ''
    // Before the name, which may be longer than what a table shows.
    const unchecked = revocation === 'not checked' ? ' (revocation not checked)' : ''
    return `verified${unchecked}${who}${at ? `, made ${at}` : ''}`
  })
  return [...Map.groupBy(outcomes, (outcome) => outcome)].map(
    ([outcome, { length }]) => `${length} ${noun}${length === 1 ? '' : 's'} ${outcome}`,
  )
}
