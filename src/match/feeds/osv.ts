// OSV records: one a file (`*.json`), as OSV's bucket has them, or one a line (`*.ndjson`).
// https://ossf.github.io/osv-schema/, the bucket: https://google.github.io/osv.dev/data/
//
// An entry that names no package and has ranges of commits is about their repository, and is found by it: curl's own records,
// those that OSV makes of CVE's. OSS-Fuzz names its projects, which are repositories as well.

import { repositoryName } from '../../lib/git-address.ts'
import {
  advisory,
  gitEcosystem,
  severalRepositories,
  type Advisory,
  type Affected,
  type FeedItem,
  type Range,
} from '../../model/advisory.ts'
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

/** Devices, and what has no records any more: nothing that a container's packages could be looked up in. */
const withoutPackages = new Set(['Android', 'Linux', 'UVI', 'DWF', 'GSD', 'GHC', 'JavaScript'])

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
  if (success) return yield { kind: 'advisory', advisory: withRepositories(data, (why) => scan.gap(why, place)) }
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

function withRepositories(record: Advisory, gap: (why: string) => void): Advisory {
  if (!record.affected?.some(isOfRepositories)) return record
  return {
    ...record,
    affected: record.affected.flatMap((entry) => (isOfRepositories(entry) ? byRepository(entry, gap) : entry)),
  }
}

function isOfRepositories({ package: named, ranges = [] }: Affected): boolean {
  return (named === undefined || named.ecosystem === 'OSS-Fuzz') && ranges.some(isOfCommits)
}

/** Each is given all that the entry says beside its commits. */
const mostRepositories = 100

/**
 * One entry for each repository; one whose address cannot be read is left as it is. OSS-Fuzz lists every tag that is affected, so
 * that no list is an empty one; elsewhere an empty one is none.
 */
function byRepository(entry: Affected, gap: (why: string) => void): Affected[] {
  const { ranges = [], package: project, versions = [], ...others } = entry
  const [commits, ofVersions] = [ranges.filter(isOfCommits), ranges.filter((range) => !isOfCommits(range))]
  const list = versions.length > 0 || project !== undefined ? { versions } : {}
  const repositories = Map.groupBy(commits, ({ repo = '' }) => repositoryName(repo))
  if (repositories.size > mostRepositories) {
    gap(`an entry names ${repositories.size} repositories, and is found by none of them`)
    return [entry]
  }
  const shared =
    repositories.size > 1 ? { database_specific: { ...others.database_specific, tags_of: severalRepositories } } : {}
  return Array.from(repositories, ([name, own]) =>
    name === undefined
      ? { ...entry, ranges: own }
      : { package: { ecosystem: gitEcosystem, name }, ranges: [...own, ...ofVersions], ...list, ...others, ...shared },
  )
}

function isOfCommits({ type }: Range): boolean {
  return type === 'GIT'
}
