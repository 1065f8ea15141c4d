// Where an image comes from, what that rests on, and who has signed it.

import type { ImageView } from '../../../src/serve/views/images.ts'
import { Card } from '../parts/Card.tsx'
import { Time } from '../parts/Time.tsx'
import css from './ImageHidden.module.css'

type Origin = NonNullable<ImageView['origin']>
type Signature = Omit<Origin['signatures'][number], 'kind'>

const restsOn: Readonly<Record<NonNullable<Origin['known']>, string>> = {
  label: 'as a label says, which the base image may have brought',
  provenance: 'as its builder says, signed by nobody trusted',
  'verified provenance': 'as its builder says, signed by somebody trusted',
}

/** Nothing where nobody tells. */
export function ImageOrigin({ origin }: { origin: ImageView['origin'] }) {
  if (origin === undefined) return null
  const { source, revision, buildFile, builder, known, signatures, attestations, stale } = origin
  const facts = Object.entries({ Repository: source, Commit: revision, 'Build file': buildFile, Builder: builder })
  return (
    <Card title="Origin" note={known && restsOn[known]}>
      {stale !== undefined && (
        <p className={css.stale} role="note">
          Unknown by the trust of now: {stale}
        </p>
      )}
      <ul className={css.rows}>
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <li key={name}>
              <span>{name}</span>
              <span className="mono">{value}</span>
              <span />
            </li>
          ),
        )}
        {signatures.map((signature, index) => (
          <Row key={`signature ${index}`} name={`Signature (${signature.kind})`} signature={signature} />
        ))}
        {attestations.map((attestation, index) => (
          <Row key={`attestation ${index}`} name={attestation.predicate} signature={attestation} />
        ))}
      </ul>
    </Card>
  )
}

const shownBy = { key: 'by the key', identity: 'by the identity', certificate: 'by the certificate of' } as const

function Row({
  name,
  signature: { verified, by, means, at, revocation, why },
}: {
  name: string
  signature: Signature
}) {
  return (
    <li>
      <span>{name}</span>
      <span className={verified ? undefined : 'quiet'}>
        {verified ? `verified ${means ? `${shownBy[means]} ` : ''}${by ?? ''}` : `not verified: ${why ?? ''}`}
        {revocation === 'not checked' && ', revocation not checked'}
      </span>
      <span className="quiet">{at !== undefined && <Time at={at} />}</span>
    </li>
  )
}
