// Who has it: a vulnerability by any of its names, or certain versions of a package, with the workloads that run it.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { AffectedView } from '../../../src/serve/views/affected.ts'
import { counted, figure, shortDigest } from '../figures.ts'
import { Card, Facts } from '../parts/Card.tsx'
import { type Column, DataTable } from '../parts/DataTable.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { RowLink } from '../parts/RowLink.tsx'
import { SearchForm } from '../parts/SearchForm.tsx'
import { SeverityMark } from '../parts/SeverityMark.tsx'
import { Time } from '../parts/Time.tsx'
import { queries } from '../queries.ts'
import { exposureNames, kindName } from '../words.ts'
import css from './Affected.module.css'
import { useTitle } from '../parts/useTitle.ts'

const route = getRouteApi('/frame/affected')

export function Affected() {
  const { search = '' } = route.useSearch()
  useTitle(search === '' ? 'Affected' : `Affected by ${search}`)
  const navigate = useNavigate()
  const query = useQuery({ ...queries.affected(search), enabled: search !== '' })
  const { data } = query
  return (
    <>
      <SearchForm
        key={search}
        asked={search}
        wide
        label="A vulnerability or a package"
        placeholder="CVE-2021-44228 or pkg:npm/lodash@<4.17.21"
        onAsk={(text) => void navigate({ to: '/affected', search: { search: text } })}
      />
      {search === '' && (
        <Card title="Affected">
          <Empty title="Nothing is asked yet.">
            A vulnerability by any of its names, such as <span className="mono">CVE-2021-44228</span>, or versions of a
            package, such as <span className="mono">pkg:npm/lodash@&lt;4.17.21</span>.
          </Empty>
        </Card>
      )}
      {search !== '' && <QueryNotice what="What is affected" query={query} rows={8} />}
      {search !== '' && data && <Answer answer={data} />}
    </>
  )
}

function Answer({ answer }: { answer: AffectedView }) {
  const { images, workloads, notJudged, notCompared } = answer
  const read = useQuery(queries.session()).data?.counts.images
  const notJudgedFact = notJudgedWords(notJudged, read)
  const isNone = images.total === 0 && workloads.total === 0
  return (
    <div className={css.answer}>
      <Card title={askedWords(answer)} aside={<Time at={answer.asOf} />}>
        <Vulnerabilities answer={answer} />
        <Facts
          facts={[
            { name: 'Running workloads', value: figure(workloads.running), note: stoppedWords(workloads) },
            { name: 'Images', value: figure(images.total) },
            { name: 'Package versions', value: figure(answer.packages.length) },
            { name: 'Images not wholly judged', ...notJudgedFact },
          ]}
        />
        {notCompared.length > 0 && (
          <p className="small">Could not be compared with what was asked: {notCompared.join(', ')}</p>
        )}
        {answer.packages.length > 0 && (
          <ul className={css.packages} aria-label="Packages">
            {answer.packages.map(({ purl, fixedIn }) => (
              <li key={purl}>
                <span className="mono">{purl}</span>
                {fixedIn !== undefined && <span className="quiet">fixed in {fixedIn}</span>}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {isNone ? (
        <Card title="Workloads">
          <Empty title="Nothing that was judged has it.">
            {read === 0
              ? 'No image has been read: whether any has it is unknown.'
              : notJudged === 0
                ? 'Every image that was read has been judged.'
                : `${counted(notJudged, 'image')} could not be judged wholly: whether they have it is unknown.`}
            <NameOfPackage answer={answer} />
          </Empty>
        </Card>
      ) : (
        <Tables answer={answer} />
      )}
    </div>
  )
}

/** A word without a number is hardly the name of a vulnerability: `lodash` would seem to affect nothing. */
function NameOfPackage({ answer: { asked } }: { answer: AffectedView }) {
  if (!('vulnerability' in asked) || /\d/.test(asked.vulnerability)) return null
  return (
    <>
      {' '}
      <b>{asked.vulnerability}</b> was taken as the name of a vulnerability. A package is asked for with its ecosystem,
      such as <span className="mono">pkg:npm/{asked.vulnerability}</span>.{' '}
      <Link to="/findings" search={{ search: asked.vulnerability }}>
        Search the findings instead
      </Link>
    </>
  )
}

function Vulnerabilities({ answer }: { answer: AffectedView }) {
  return answer.vulnerabilities.map(({ rule, aliases, title, severity, exploited }) => (
    <p key={rule} className={css.vulnerability}>
      <SeverityMark severity={severity} />
      <span>
        <b>{title}</b>
        <span className={css.names}>{[rule, ...aliases, ...(exploited ? ['known exploited'] : [])].join(' · ')}</span>
      </span>
    </p>
  ))
}

type Workload = AffectedView['workloads']['list'][number]
type Image = AffectedView['images']['list'][number]

const workloadColumns: readonly Column<Workload>[] = [
  {
    id: 'name',
    title: 'Workload',
    narrow: true,
    by: ({ name }) => name,
    cell: ({ id, name }) => (
      <RowLink to="/inventory/workload" id={id} title={id}>
        {name}
      </RowLink>
    ),
  },
  { id: 'kind', title: 'Kind', width: '14%', by: ({ kind }) => kind, cell: ({ kind }) => kindName(kind) },
  { id: 'team', title: 'Team', width: '14%', by: ({ team }) => team, cell: ({ team }) => team },
  {
    id: 'state',
    title: 'State',
    width: '96px',
    narrow: true,
    by: ({ state }) => state,
    cell: ({ state }) => state ?? <span className="quiet">machine</span>,
  },
  {
    id: 'exposure',
    title: 'Exposure',
    width: '180px',
    by: ({ exposure }) => exposure,
    cell: ({ exposure }) =>
      exposure === undefined ? <span className="quiet">unknown</span> : (exposureNames[exposure] ?? exposure),
  },
]

const imageColumns: readonly Column<Image>[] = [
  {
    id: 'name',
    title: 'Image',
    narrow: true,
    by: ({ name }) => name,
    cell: ({ id, name }) => (
      <RowLink to="/images/image" id={id} title={id}>
        {shortDigest(name)}
      </RowLink>
    ),
  },
  {
    id: 'used',
    title: 'Used by',
    width: '90px',
    number: true,
    narrow: true,
    by: ({ usedBy }) => usedBy,
    cell: ({ usedBy }) => figure(usedBy),
  },
]

function Tables({ answer: { images, workloads } }: { answer: AffectedView }) {
  const [workloadSort, setWorkloadSort] = useState('')
  const [imageSort, setImageSort] = useState('')
  return (
    <div className={css.tables}>
      {workloads.list.length > 0 && (
        <DataTable
          label="Affected workloads"
          columns={workloadColumns}
          rows={workloads.list}
          rowId={({ id }) => id}
          sort={workloadSort}
          onSort={setWorkloadSort}
          foot={<span>{outOf(workloads.list.length, workloads.total, 'workload')}</span>}
        />
      )}
      {images.list.length > 0 && (
        <DataTable
          label="Affected images"
          columns={imageColumns}
          rows={images.list}
          rowId={({ id }) => id}
          sort={imageSort}
          onSort={setImageSort}
          foot={<span>{outOf(images.list.length, images.total, 'image')}</span>}
        />
      )}
    </div>
  )
}

function askedWords({ asked }: AffectedView): string {
  return 'vulnerability' in asked ? asked.vulnerability : `${asked.package}, versions ${asked.versions}`
}

/** Where no image was read, none is left to judge; that says nothing. */
function notJudgedWords(notJudged: number, read: number | undefined): { value: string; note: string } {
  if (read === 0) return { value: 'unknown', note: 'no image has been read' }
  if (notJudged === 0) return { value: 'none', note: 'all that were read could be judged' }
  return { value: figure(notJudged), note: 'not all of their packages could be: they may have it too' }
}

function stoppedWords({ total, running }: AffectedView['workloads']): string | undefined {
  const stopped = total - running
  return stopped === 0 ? undefined : `${figure(stopped)} more ${stopped === 1 ? 'is' : 'are'} stopped`
}

function outOf(shown: number, total: number, noun: string): string {
  return shown < total ? `the first ${figure(shown)} of ${counted(total, noun)}` : counted(total, noun)
}
