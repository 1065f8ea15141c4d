// What became of a workload's findings over all images that it ran, and those images.

import { Link } from '@tanstack/react-router'
import type { ImageRunView, PastFindingView } from '../../../src/serve/views/history.ts'
import { shortDigest } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import { SeverityMark } from '../parts/SeverityMark.tsx'
import { Time } from '../parts/Time.tsx'
import { useFirst } from '../parts/useFirst.tsx'
import { findingStateWords } from '../words.ts'
import { FindingChanges } from './FindingChanges.tsx'
import list from './FindingList.module.css'
import css from './FindingChanges.module.css'

const atFirst = 10

export function WorkloadHistory({ history }: { history: readonly PastFindingView[] }) {
  const { shown, more } = useFirst(history, atFirst, 'finding')
  if (history.length === 0) return null
  return (
    <Card title="History" note="what is fixed, excepted or open again, the newest first" flush>
      <ul className={list.list} aria-label="History">
        {shown.map((past) => (
          <li key={`${past.rule} ${past.package?.name ?? ''} ${past.package?.version ?? ''}`}>
            <details>
              <summary>
                <SeverityMark severity={past.severity} />
                <span>
                  <b>{past.title}</b>
                  <span className={list.why}>{lastWords(past)}</span>
                </span>
              </summary>
              <div className={css.inside}>
                <FindingChanges firstSeen={past.firstSeen} changes={past.changes} />
              </div>
            </details>
          </li>
        ))}
      </ul>
      {more && <p className={list.more}>{more}</p>}
    </Card>
  )
}

function lastWords({ state, changes, rule, aliases }: PastFindingView): string {
  const name = aliases.find((alias) => alias.startsWith('CVE-')) ?? rule
  const why = changes.at(-1)?.why ?? ''
  return `${name} · ${findingStateWords[state]}: ${shortDigest(why)}`
}

export function ImageRuns({ runs }: { runs: readonly ImageRunView[] }) {
  if (runs.length < 2) return null
  return (
    <Card title="Images that it ran" note="the newest first">
      <ul className={css.changes} aria-label="Images that it ran">
        {runs.toReversed().map(({ id, digest, name, from, to, unjudged }) => (
          <li key={`${id} ${from}`}>
            <Link className="mono" to="/images/image" search={{ id }}>
              {shortDigest(name === digest ? digest : `${name}@${digest}`)}
            </Link>{' '}
            <span className="small quiet">
              since <Time at={from} />
              {to === undefined ? ', runs now' : ', until '}
              {to !== undefined && <Time at={to} />}
              {unjudged && ' · not judged yet: nothing is fixed by it'}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
