// One JSON line for each test that ended, for scripts/test.js: { outcome, name, place, why }; and one { note } for what
// belongs to no test any more, as an error after the last one. A last line { whole: true } says that no test is missing:
// without it the process ended in the middle, whatever its exit code says.

import { relative } from 'node:path'
import { inspect } from 'node:util'

export default async function* report(events) {
  for await (const { type, data } of events) {
    const outcome = outcomeOf(type, data)
    if (outcome !== undefined) yield line({ outcome, name: data.name, place: placeOf(data), why: whyOf(outcome, data) })
    if (type === 'test:diagnostic' && !isCount(data.message)) yield line({ note: data.message })
    // A summary with a file is that of the file; the last one has none.
    if (type === 'test:summary' && data.file === undefined) yield line({ whole: true })
  }
}

const line = (record) => `${JSON.stringify(record)}\n`

/** node's own totals: `pass 3`, `duration_ms 12.5`. */
const isCount = (message) => /^[a-z_]+ [\d.]+$/.test(message)

function outcomeOf(type, { skip, todo, details }) {
  if (type !== 'test:pass' && type !== 'test:fail') return undefined
  if (skip !== undefined || todo !== undefined) return 'skipped'
  // A test around others fails and passes with them: counting it too would count one cause twice.
  if (type === 'test:fail') return details?.error?.failureType === 'subtestsFailed' ? undefined : 'failed'
  return details?.type === 'suite' ? undefined : 'passed'
}

function placeOf({ file, line: number }) {
  return file === undefined ? '' : `${relative(process.cwd(), file)}:${number}`
}

function whyOf(outcome, { skip, todo, details }) {
  if (outcome === 'passed') return undefined
  if (outcome === 'skipped') return [skip, todo].find((reason) => typeof reason === 'string' && reason !== '')
  const cause = details?.error?.cause ?? details?.error
  const below = cause?.cause === undefined ? '' : `\ncaused by ${inspect(cause.cause)}` // `fetch failed` alone says nothing
  return (cause?.stack ?? inspect(cause)) + below
}
