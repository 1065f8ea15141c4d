// OSV records: one a file (`*.json`), as OSV's bucket has them, or one a line (`*.ndjson`).
// https://ossf.github.io/osv-schema/, the bucket: https://google.github.io/osv.dev/data/

import { advisory, type FeedItem } from '../../model/advisory.ts'
import type { Place, Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument, RemoteFile } from '../feed.ts'
import { parseJson } from './formats/json.ts'

const bucket = 'https://osv-vulnerabilities.storage.googleapis.com'

export const osv: Feed = {
  id: 'osv',
  files: ['**/*.json', '**/*.ndjson'],
  inParts: true,
  remote: { files: [{ url: `${bucket}/ecosystems.txt`, path: 'ecosystems.txt', isList: true }], named },
  read,
}

/** Commits and devices: nothing that a container's packages could be looked up in. */
const withoutPackages = new Set(['GIT', 'OSS-Fuzz', 'Android', 'Linux', 'UVI', 'DWF', 'GSD', 'GHC', 'JavaScript'])

/** One ecosystem a line; a release has its own line and stands in the zip of the whole as well. */
function named(_: RemoteFile, text: string): RemoteFile[] {
  const names = text.split('\n').map((line) => line.trim())
  const whole = new Set(names.filter((name) => /^[\w. -]+$/.test(name) && !withoutPackages.has(name)))
  if (whole.size === 0) throw new Error('it is no list of ecosystems')
  return Array.from(whole, (name) => ({
    url: `${bucket}/${encodeURIComponent(name)}/all.zip`,
    path: `${name}/all.zip`,
  }))
}

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
  const { success, data, error } = advisory.safeParse(text.includes('null') ? withoutNulls(value) : value)
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
