// OSV records: one a file (`*.json`), as OSV's bucket has them, or one a line (`*.ndjson`).
// https://ossf.github.io/osv-schema/

import { advisory, type FeedItem } from '../../model/advisory.ts'
import type { Place, Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument } from '../feed.ts'
import { parseJson } from './json.ts'

export const osv: Feed = { id: 'osv', files: ['**/*.json', '**/*.ndjson'], read }

function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  if (!path.endsWith('.ndjson')) return yield* toAdvisory(text, { path }, scan)
  let line = 0
  for (const record of text.split('\n')) {
    line++
    if (record !== '') yield* toAdvisory(record, { path, line }, scan)
  }
}

function* toAdvisory(text: string, place: Place, scan: Scan): Generator<FeedItem> {
  const value = parseJson(text)
  if (value === undefined) return scan.gap('not JSON', place)
  const { success, data, error } = advisory.safeParse(withoutNulls(value))
  if (success) return yield { kind: 'advisory', advisory: data }
  const [issue] = error.issues
  scan.gap(`not an OSV record: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`, place)
}

/** Lists in lists stand no deeper than `affected[].ranges[].events[]`. */
const deepest = 6

/** The schema allows null for every list; a list that is null is absent. */
function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > deepest) return value
  if (Array.isArray(value)) return value.map((member) => withoutNulls(member, depth + 1))
  const entries = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(
    entries.map(([key, member]) => [key, Array.isArray(member) ? withoutNulls(member, depth + 1) : member]),
  )
}
