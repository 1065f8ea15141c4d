// One proof: when, what was done, by what, and how deep.

import { Link } from '@tanstack/react-router'
import type { EvidenceView } from '../../../src/serve/views/shared.ts'
import { counted, figure, shortDigest } from '../figures.ts'
import { printable } from '../printable.ts'
import { subLayerTitles } from '../words.ts'
import css from './EvidenceLine.module.css'
import { GapList } from './GapLine.tsx'
import { Time } from './Time.tsx'

const done: Record<EvidenceView['task'], string> = {
  hardening: 'Evaluation',
  vulnerabilities: 'Scan record',
  threats: 'Event',
}

export function EvidenceLine({ evidence }: { evidence: EvidenceView }) {
  const { at, task, subLayer, engine, depth, resource, gaps } = evidence
  return (
    <li className={css.line}>
      <span className="faint">
        <Time at={at} />
      </span>
      <span>
        {done[task]}: {subLayerTitles[subLayer]}
      </span>
      <span className={css.depth}>
        by {engine} · {figure(depth.done)} of {figure(depth.of)} {depth.unit}
        {gaps.length > 0 && ` · ${counted(gaps.length, 'gap')}`}
      </span>
      <span className={css.resource}>
        <Link to={resource.startsWith('image/') ? '/images/image' : '/inventory/workload'} search={{ id: resource }}>
          {printable(shortDigest(resource))}
        </Link>
      </span>
      {gaps.length > 0 && (
        <div className={css.gaps}>
          <GapList gaps={gaps} most={3} />
        </div>
      )}
    </li>
  )
}
