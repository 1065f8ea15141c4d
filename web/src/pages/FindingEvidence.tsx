// The values that a finding was judged by, in words. Of a package name and version stand above; where it lies again is said here.

import type { FindingView } from '../../../src/serve/views/findings.ts'
import { shortDigest } from '../figures.ts'
import { Time } from '../parts/Time.tsx'
import { placeWords } from '../words.ts'
import css from './FindingFacts.module.css'

export function FindingEvidence({ finding }: { finding: FindingView }) {
  const { package: ofPackage, version, places, advisoryModified, hiddenBy, ...others } = finding.evidence
  const values = finding.package === undefined ? { package: ofPackage, version, ...others } : others
  const elsewhere = Array.isArray(places) ? (places as NonNullable<FindingView['place']>[]).slice(1) : []
  return (
    <>
      {elsewhere.length > 0 && (
        <>
          <dt>Also in</dt>
          <dd className="mono">
            {elsewhere.map((place) => (
              <span key={placeWords(place)} className={css.reference}>
                {placeWords(place)}
              </span>
            ))}
          </dd>
        </>
      )}
      {typeof hiddenBy === 'string' && (
        <>
          <dt>Hidden by</dt>
          <dd>
            layer <span className="mono">{shortDigest(hiddenBy)}</span>; whoever pulls the image has it
          </dd>
        </>
      )}
      {Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name} className={css.pair}>
            <dt>{inWords(name)}</dt>
            <dd className="mono">{valueWords(value)}</dd>
          </div>
        ))}
      {typeof advisoryModified === 'string' && (
        <>
          <dt>Advisory of</dt>
          <dd>
            <Time at={advisoryModified} />
          </dd>
        </>
      )}
    </>
  )
}

/** `secretVariables` → `Secret variables`; paths into a configuration, as `HostConfig.Privileged`, are searched for as they are. */
function inWords(name: string): string {
  if (!/^[a-z]+(?:[A-Z][a-z]+)*$/.test(name)) return name
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function valueWords(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string'))
    return value.join(', ')
  return JSON.stringify(value)
}
