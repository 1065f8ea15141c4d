// What could not be seen, where and why: on the page where it matters.

import type { EvidenceView } from '../../../src/serve/views/shared.ts'
import { placeWords } from '../words.ts'
import css from './GapLine.module.css'
import { StateTile } from './StateTile.tsx'
import { useFirst } from './useFirst.tsx'

type Gap = EvidenceView['gaps'][number]

export function GapLine({ gap }: { gap: Gap }) {
  const place = gap.place === undefined ? '' : placeWords(gap.place)
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

/** The first `most` of them; the others when they are asked for. */
export function GapList({ gaps, most = 8 }: { gaps: readonly Gap[]; most?: number }) {
  const { shown, more } = useFirst(gaps, most, 'gap')
  return (
    <ul className={css.list}>
      {shown.map((gap, index) => (
        <GapLine key={`${index} ${gap.why}`} gap={gap} />
      ))}
      {more && <li>{more}</li>}
    </ul>
  )
}
