// What became of a finding: when it was found, fixed, excepted or open again, and why; the newest last.

import { Link } from '@tanstack/react-router'
import type { ChangeView } from '../../../src/serve/views/history.ts'
import { shortDigest } from '../figures.ts'
import { Time } from '../parts/Time.tsx'
import { findingStateWords } from '../words.ts'
import css from './FindingChanges.module.css'

export function FindingChanges({ firstSeen, changes }: { firstSeen: string; changes: readonly ChangeView[] }) {
  return (
    <ol className={css.changes}>
      <li>
        <Time at={firstSeen} /> found first
      </li>
      {changes.map(({ at, state, why, image }) => (
        <li key={`${at} ${state} ${why}`}>
          <Time at={at} /> <b>{findingStateWords[state]}</b>:{' '}
          {image === undefined ? (
            shortDigest(why)
          ) : (
            <Link to="/images/image" search={{ id: image.id }}>
              {shortDigest(why)}
            </Link>
          )}
        </li>
      ))}
    </ol>
  )
}
