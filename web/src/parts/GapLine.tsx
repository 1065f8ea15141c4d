// What could not be seen, where and why: on the page where it matters.

import type { EvidenceView } from '../../../src/serve/views/shared.ts'
import { figure, shortDigest } from '../figures.ts'
import css from './GapLine.module.css'
import { StateTile } from './StateTile.tsx'

type Gap = EvidenceView['gaps'][number]

export function GapLine({ gap }: { gap: Gap }) {
  const place = placeOf(gap)
  return (
    <li className={css.line}>
      <StateTile state="unknown" as="mini" />
      <span>
        {gap.why}
        {place !== '' && <span className={css.place}> {place}</span>}
      </span>
    </li>
  )
}

/** The first `most` of them, and how many more there are. */
export function GapList({ gaps, most = 50 }: { gaps: readonly Gap[]; most?: number }) {
  return (
    <ul className={css.list}>
      {gaps.slice(0, most).map((gap, index) => (
        <GapLine key={`${index} ${gap.why}`} gap={gap} />
      ))}
      {gaps.length > most && <li className="faint">and {figure(gaps.length - most)} more</li>}
    </ul>
  )
}

function placeOf({ place }: Gap): string {
  if (place === undefined) return ''
  const { path, line, layer } = place
  const where = [path, line].filter((part) => part !== undefined).join(':')
  return [where, layer === undefined ? '' : `in layer ${shortDigest(layer)}`].filter(Boolean).join(' ')
}
