// One resource: what it is made of, exposed to, covered how, and what is missing.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { CellDetailView } from '../../../src/serve/views/coverage.ts'
import type { WorkloadView } from '../../../src/serve/views/inventory.ts'
import { shortDigest } from '../figures.ts'
import { Card, Facts } from '../parts/Card.tsx'
import { GapList } from '../parts/GapLine.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { SeverityMarks } from '../parts/SeverityMark.tsx'
import { StateWord } from '../parts/StateTile.tsx'
import { Time } from '../parts/Time.tsx'
import { queries } from '../queries.ts'
import { countedState, isJudged, shareOf } from '../share.ts'
import { exposureNames, kindName, layers, layerTitles } from '../words.ts'
import { FindingList } from './FindingList.tsx'
import css from './Object.module.css'
import { useTitle } from '../parts/useTitle.ts'
import { ImageRuns, WorkloadHistory } from './WorkloadHistory.tsx'

const route = getRouteApi('/frame/inventory/workload')

export function Workload() {
  const { id } = route.useSearch()
  const query = useQuery(queries.workload(id))
  const workload = query.data
  useTitle(workload?.name ?? 'Resource')
  return (
    <>
      <QueryNotice what="This resource" query={query} rows={14} />
      {workload && <Loaded workload={workload} />}
    </>
  )
}

function Loaded({ workload }: { workload: WorkloadView }) {
  const { name, kind, serviceName, team, source, firstSeen, lastSeen, detail, findingList, labels, properties } =
    workload
  const share = shareOf(detail.map((cell) => cell.state))
  const gaps = detail.flatMap((cell) => cell.evidence.flatMap((evidence) => evidence.gaps))
  return (
    <>
      <div className={css.title}>
        <h1>{name}</h1>
        <p className="quiet">
          {kindName(kind)} · {serviceName} · team {team} · reported by {source} · last seen <Time at={lastSeen} />,
          first <Time at={firstSeen} />
        </p>
      </div>
      <Facts facts={facts(workload)} />
      <div className={css.two}>
        <div className={css.stack}>
          <Card title="Findings" note="what has to be done, worst first" flush>
            {workload.findings === null ? (
              <Empty title="Unknown. Nobody looked.">The cells at the right say why.</Empty>
            ) : findingList.length === 0 ? (
              <Empty title="None open in what was looked at.">The cells at the right say what was.</Empty>
            ) : (
              <FindingList findings={findingList} />
            )}
          </Card>
          <WorkloadHistory history={workload.history} />
          <ImageRuns runs={workload.runs} />
          {gaps.length > 0 && (
            <Card title="Gaps" note="what could not be seen, and why">
              <GapList gaps={gaps} />
            </Card>
          )}
          <Card title="As it was read" note="the source’s own properties; secrets are never kept">
            {Object.keys(labels).length > 0 && <Labels labels={labels} />}
            <details>
              <summary>Properties</summary>
              <pre className={css.pre}>{JSON.stringify(properties, null, 2)}</pre>
            </details>
          </Card>
        </div>
        <Card
          title="Coverage"
          aside={
            <span className="small quiet">
              {share.counts.proven} of {share.of} proven
            </span>
          }
        >
          <Cells detail={detail} />
        </Card>
      </div>
    </>
  )
}

/** Only what applies: a machine runs no image. */
function facts(workload: WorkloadView): readonly { name: string; value: ReactNode }[] {
  const { images, exposure, state, machine, findings, cells } = workload
  const used = images.map((image) => <ImageUse key={image.reference} used={image} />)
  const onMachine = machine && (
    <Link to="/inventory/workload" search={{ id: machine.id }}>
      {machine.name}
    </Link>
  )
  return [
    { name: 'Findings', value: <SeverityMarks counts={findings} partly={!isJudged(cells)} /> },
    ...(used.length > 0 ? [{ name: used.length > 1 ? 'Images' : 'Image', value: used }] : []),
    ...(exposure === undefined ? [] : [{ name: 'Exposure', value: exposureNames[exposure] ?? exposure }]),
    ...(state === undefined ? [] : [{ name: 'State', value: state }]),
    ...(onMachine ? [{ name: 'Runs on', value: onMachine }] : []),
  ]
}

function ImageUse({ used }: { used: WorkloadView['images'][number] }) {
  if (used.image === undefined) {
    return (
      <span className="mono">
        {used.reference} <span className="faint">not read</span>
      </span>
    )
  }
  return (
    <Link className="mono" to="/images/image" search={{ id: used.image }}>
      {shortDigest(used.reference)}
    </Link>
  )
}

function Cells({ detail }: { detail: readonly CellDetailView[] }) {
  return (
    <div className={css.cells}>
      {layers.map((layer) => (
        <Layer key={layer} name={layerTitles[layer]} cells={detail.filter((cell) => cell.layer === layer)} />
      ))}
    </div>
  )
}

function Layer({ name, cells }: { name: string; cells: readonly CellDetailView[] }) {
  if (cells.every((cell) => cell.state === 'n/a')) {
    return (
      <section>
        <h3>{name}</h3>
        <p className="faint small">does not apply</p>
      </section>
    )
  }
  return (
    <section>
      <h3>{name}</h3>
      <ul>
        {cells.map((cell) => (
          <li key={cell.task}>
            <Link to="/coverage/$service/$layer/$task" params={cell} title={`${cell.name}: ${cell.layer} ${cell.task}`}>
              {cell.task}
            </Link>
            <span>
              <StateWord state={cell.state} />
            </span>
            <span className="small">
              {countedState(cell.state) !== undefined && (
                <SeverityMarks counts={cell.findings} atLeast={cell.atLeast} />
              )}
            </span>
            {cell.state !== 'n/a' && <p className={css.reason}>{cell.reason}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Labels({ labels }: { labels: Record<string, string> }) {
  return (
    <dl className={css.labels}>
      {Object.entries(labels).map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt className="mono">{name}</dt>
          <dd className="mono">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
