// What is not acted on: by which statement or rule, until when, and who says so. Each leads to what it suppresses.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ExceptionView } from '../../../src/serve/views/exceptions.ts'
import { counted, shortDigest } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import { GapList } from '../parts/GapLine.tsx'
import { Empty } from '../parts/Notice.tsx'
import { QueryNotice } from '../parts/QueryNotice.tsx'
import { Time } from '../parts/Time.tsx'
import { queries } from '../queries.ts'
import css from './Exceptions.module.css'
import { useTitle } from './useTitle.ts'

export function Exceptions() {
  useTitle('Exceptions')
  const query = useQuery(queries.exceptions())
  const { data } = query
  return (
    <>
      <QueryNotice what="The exceptions" query={query} rows={6} />
      {data && (
        <div className={css.stack}>
          {data.gaps.length > 0 && (
            <Card title="Gaps" note="what could not be read, and why">
              <GapList gaps={data.gaps} />
            </Card>
          )}
          <Card
            title="Exceptions"
            note={counted(data.exceptions.length, 'statement or rule', 'statements and rules')}
            flush
          >
            {data.exceptions.length === 0 ? (
              <Empty title="None is in force.">
                Statements of VEX and ignore files are given to the server by --vex and --ignore-file.
              </Empty>
            ) : (
              <ul className={css.list} aria-label="Exceptions">
                {data.exceptions.map((exception) => (
                  <Row key={JSON.stringify(exception)} exception={exception} />
                ))}
              </ul>
            )}
          </Card>
        </div>
      )}
    </>
  )
}

function Row({ exception }: { exception: ExceptionView }) {
  const { file, line, author, names, products, reason, justification, status, until, ended, firstRead } = exception
  const where = line === undefined ? file : `${file}:${line}`
  const about = [names.join(', '), products.map(shortDigest).join(', ')].filter((part) => part !== '').join(' in ')
  const says = [status, reason ?? justification?.replaceAll('_', ' ')].filter((part) => part !== undefined).join(': ')
  return (
    <li>
      <b>{about}</b>
      <span className={css.why}>{says === '' ? 'no reason is given' : says}</span>
      <span className={css.why}>
        {where}
        {author !== undefined && ` (${author})`} · read first <Time at={firstRead} /> ·{' '}
        {ended
          ? `ended on ${until}: it suppresses nothing any more`
          : until === undefined
            ? 'without an end'
            : `until ${until}`}
        {!ended && (
          <>
            {' · '}
            <Link to="/findings" search={{ state: 'excepted', search: where }}>
              what it suppresses
            </Link>
          </>
        )}
      </span>
    </li>
  )
}
