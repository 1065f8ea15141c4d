// Causes, worst first: a sentence that begins with the verb of the fix, why now, and how far it reaches.
// Above 100 causes only those near the window are in the document.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { FindingGroupView } from '../../../src/serve/views/findings.ts'
import { counted, countedOf, figure } from '../figures.ts'
import { SeverityMark } from '../parts/SeverityMark.tsx'
import { useFirst } from '../parts/useFirst.tsx'
import { queries } from '../queries.ts'
import css from './CauseList.module.css'
import { FindingFacts } from './FindingFacts.tsx'
import { reasons } from './FindingList.tsx'

const virtualAbove = 100

export function CauseList({ groups, total }: { groups: readonly FindingGroupView[]; total: number }) {
  const resources = useQuery(queries.session()).data?.counts.resources
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback(
    (key: string) => setOpened((before) => (before.has(key) ? without(before, key) : new Set([...before, key]))),
    [],
  )
  const list = useRef<HTMLUListElement>(null)
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), [groups])
  const virtual = groups.length > virtualAbove
  const virtualizer = useWindowVirtualizer({
    count: groups.length,
    estimateSize: () => 58,
    getItemKey: (index) => groups[index]!.key,
    overscan: 10,
    scrollMargin: margin,
    enabled: virtual,
  })
  const shown = virtual ? virtualizer.getVirtualItems() : groups.map((_, index) => ({ index, start: 0 }))
  return (
    <div className={css.frame}>
      <div className={css.head} aria-hidden="true">
        <span>Worst</span>
        <span>What to do, and why now</span>
        <span>Reach</span>
      </div>
      <ul
        ref={list}
        className={css.list}
        data-virtual={virtual}
        style={virtual ? { height: virtualizer.getTotalSize() } : {}}
        aria-label="Causes"
      >
        {shown.map(({ index, start }) => {
          const group = groups[index]!
          return (
            <li
              key={group.key}
              data-index={index}
              aria-setsize={groups.length}
              aria-posinset={index + 1}
              ref={virtual ? virtualizer.measureElement : undefined}
              style={virtual ? { transform: `translateY(${start - margin}px)` } : {}}
            >
              <Cause group={group} of={resources} open={opened.has(group.key)} onToggle={toggle} />
            </li>
          )
        })}
      </ul>
      <p className={css.foot}>{countedOf(groups.length, total, 'cause')}, worst first</p>
    </div>
  )
}

function without(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set([...set].filter((other) => other !== key))
}

interface CauseProps {
  group: FindingGroupView
  of: number | undefined
  open: boolean
  onToggle: (key: string) => void
}

const Cause = memo(function Cause({ group, of, open, onToggle }: CauseProps) {
  const { key, title, severity, count, resources, first } = group
  return (
    <div className={css.cause} data-open={open}>
      <div className={css.row}>
        <SeverityMark severity={severity} count={count} />
        <div className={css.words}>
          <button className={css.title} aria-expanded={open} onClick={() => onToggle(key)}>
            {title}
            <span className="opens" aria-hidden="true" />
          </button>
          <p className={css.why}>{reasons(first)}</p>
        </div>
        <div className="small">
          <b>{figure(resources.length)}</b>{' '}
          <span className="quiet">{of === undefined ? 'resources' : `of ${counted(of, 'resource')}`}</span>
          {of !== undefined && of > 0 && (
            <span className={css.reach} aria-hidden="true">
              <i style={{ width: `${Math.min(100, (resources.length / of) * 100)}%` }} />
            </span>
          )}
        </div>
      </div>
      {open && (
        <>
          <FoundIn resources={resources} />
          <FindingFacts finding={first} />
        </>
      )}
    </div>
  )
})

/** Where to act. All can be had: whoever mends a cause has to reach each of them. */
function FoundIn({ resources }: { resources: FindingGroupView['resources'] }) {
  const { shown, more } = useFirst(resources, 12, 'resource')
  return (
    <p className={css.where}>
      Found in{' '}
      {shown.map((resource, index) => (
        <span key={resource.id}>
          {index > 0 && ', '}
          <Link to="/inventory/workload" search={{ id: resource.id }}>
            {resource.name}
          </Link>
        </span>
      ))}
      {more && <>, … {more}</>}
    </p>
  )
}
