// What a finding rests on: the package or the values that were read, where, since when, and who says so.

import { Link } from '@tanstack/react-router'
import type { FindingView } from '../../../src/serve/views/findings.ts'
import { figure } from '../figures.ts'
import { Time } from '../parts/Time.tsx'
import { placeWords, subLayerTitles } from '../words.ts'
import { FindingChanges } from './FindingChanges.tsx'
import { FindingEvidence } from './FindingEvidence.tsx'
import css from './FindingFacts.module.css'

export function FindingFacts({ finding }: { finding: FindingView }) {
  const { rule, kind, aliases, title, package: found, place, references, firstSeen, subLayer, task } = finding
  const { changes, epss, fixState, hint, openSince, priority, says, subscription, suppressed } = finding
  return (
    <dl className={css.facts}>
      <dt>Finding</dt>
      <dd>{title}</dd>
      <dt>Priority</dt>
      <dd>{priority.because}</dd>
      <dt>Rule</dt>
      <dd>
        <span className="mono">{[rule, ...aliases].join(', ')}</span>
        {kind === 'vulnerability' && (
          <>
            {' · '}
            <Link to="/affected" search={{ search: rule }}>
              what it affects
            </Link>
          </>
        )}
      </dd>
      <dt>Where</dt>
      <dd>
        {subLayerTitles[subLayer]}, {task}
        {place !== undefined && <span className="mono"> {placeWords(place)}</span>}
      </dd>
      {found && (
        <>
          <dt>Package</dt>
          <dd>
            <span className="mono">{found.purl}</span>
            {found.fixedIn === undefined ? ' · no fixed version is known' : ` · fixed in ${found.fixedIn}`}
            {subscription !== undefined && ` for those with ${subscription}`}
            {hint !== undefined && ` · ${hint}`}
          </dd>
        </>
      )}
      <FindingEvidence finding={finding} />
      {epss && (
        <>
          <dt>Likelihood</dt>
          <dd>
            {figure(epss.probability * 100)} % within 30 days (EPSS), likelier than {figure(epss.percentile * 100)} % of
            all
          </dd>
        </>
      )}
      {fixState !== undefined && (
        <>
          <dt>Why no fix</dt>
          <dd>{fixState}</dd>
        </>
      )}
      {says && (
        <>
          <dt>Who says what</dt>
          <dd>{says.map(({ id, severity, fixedIn }) => `${id}: ${severity}, ${fixedIn ?? 'no fix'}`).join('; ')}</dd>
        </>
      )}
      {suppressed && (
        <>
          <dt>Suppressed</dt>
          <dd>
            {suppressed.by} says: {suppressed.reason}
            {suppressed.status !== undefined && ` (${suppressed.status})`}
            {suppressed.until === undefined ? ', without an end' : `, until ${suppressed.until}`}
          </dd>
        </>
      )}
      {openSince === undefined ? null : (
        <>
          <dt>Open since</dt>
          <dd>
            <Time at={openSince} />
          </dd>
        </>
      )}
      <dt>History</dt>
      <dd>
        <FindingChanges firstSeen={firstSeen} changes={changes} />
      </dd>
      {references.length > 0 && (
        <>
          <dt>References</dt>
          <dd>
            {references.slice(0, 8).map((reference) => (
              <Reference key={reference} address={reference} />
            ))}
          </dd>
        </>
      )}
    </dl>
  )
}

/** A link only where it is a web address: references come from feeds, which anybody may write. */
function Reference({ address }: { address: string }) {
  const web = /^https?:\/\//i.test(address)
  return (
    <span className={css.reference}>
      {web ? (
        <a href={address} rel="noreferrer" target="_blank">
          {address}
        </a>
      ) : (
        address
      )}
    </span>
  )
}
