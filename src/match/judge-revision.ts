// One state of a Git repository against the records of the repository.
//
// The history is not at hand. What a record says of a release by its number holds, and so does what it says of a commit that it
// names; its list of tags is whole as of its own time, so that a tag that was there by then and is not in the list is not
// affected. The rest is undecided, and never "not affected". https://ossf.github.io/osv-schema/#evaluation

import { gitEcosystem, severalRepositories, type Advisory, type Affected, type Range } from '../model/advisory.ts'
import { judgeCommit, judgeVersion, type Verdict } from './affected.ts'
import { namesOf, type Hit } from './alias.ts'
import type { Release, Revision } from './revision.ts'
import { rate } from './severity.ts'
import { git, isEarlierRelease } from './versions/git.ts'

export interface JudgedRevision {
  /** How many records speak of the repository. */
  records: number
  hits: Hit[]
  /** Those that decided, whatever they said. */
  decided: Advisory[]
  undecided: Advisory[]
}

export function judgeRevision(
  revision: Revision,
  find: (ecosystem: string, name: string) => readonly Advisory[],
): JudgedRevision {
  const advisories = find(gitEcosystem, revision.repository).filter(({ withdrawn }) => withdrawn === undefined)
  const judged: JudgedRevision = { records: advisories.length, hits: [], decided: [], undecided: [] }
  const shown = firstShown(revision, advisories)
  for (const advisory of advisories) {
    const isWhole = (): boolean => shown() <= advisory.modified
    const entries = entriesOf(advisory, revision).map((entry) => judgeEntry(revision, entry, isWhole))
    const affecting = entries.filter(({ verdict }) => verdict.is === 'affected')
    if (affecting.length > 0) judged.hits.push(toHit(advisory, affecting))
    const isDecided = affecting.length > 0 || entries.every(({ verdict }) => verdict.is === 'not affected')
    judged[isDecided ? 'decided' : 'undecided'].push(advisory)
  }
  return judged
}

/** Vulnerabilities on which no record decides; `decided`: names of those on which one does. */
export function stillUndecided(undecided: readonly Advisory[], decided: ReadonlySet<string>): string[] {
  const seen = new Set(decided)
  return undecided.flatMap((advisory) => {
    const names = namesOf(advisory)
    if (names.some((name) => seen.has(name))) return []
    for (const name of names) seen.add(name)
    return [advisory.id]
  })
}

function entriesOf({ affected = [] }: Advisory, { repository }: Revision): Affected[] {
  return affected.filter(({ package: named }) => named?.ecosystem === gitEcosystem && named.name === repository)
}

interface JudgedEntry {
  verdict: Verdict
  /** As it was read: of a release, in its numbers and without commits. */
  entry: Affected
}

function toHit(advisory: Advisory, affecting: readonly JudgedEntry[]): Hit {
  const [{ verdict, entry }, ...others] = affecting as [JudgedEntry, ...JudgedEntry[]]
  const fixedIn = others.length === 0 && verdict.is === 'affected' ? verdict.fixedIn : undefined
  return {
    advisory,
    rating: rate(entry.severity ?? advisory.severity),
    entries: affecting.map((one) => one.entry),
    ...(fixedIn === undefined ? {} : { fixedIn }),
  }
}

/** `isWhole`: whether the list of tags would name the release if it were affected. What the record says in numbers goes first. */
function judgeEntry({ commit, release }: Revision, entry: Affected, isWhole: () => boolean): JudgedEntry {
  const { ranges = [], versions } = entry
  const byCommit = judgeCommit(
    commit,
    ranges.filter(({ type }) => type === 'GIT'),
  )
  if (!release) return { verdict: byCommit, entry }
  const listed = [...(versions ?? [])].flatMap((tag) => release.read(tag) ?? [])
  const inNumbers = { ...entry, ranges: ranges.filter(({ type }) => type !== 'GIT'), versions: listed }
  const judged = (verdict: Verdict): JudgedEntry => ({ verdict, entry: inNumbers })

  const byNumbers = judgeVersion(release.version, inNumbers, git)
  if (byNumbers.is === 'affected') return judged(byNumbers)
  if (listed.some((one) => git.compare(one, release.version) === 0)) return judged({ is: 'affected' })
  if (inNumbers.ranges.length > 0 && byNumbers.is === 'not affected') return judged(byNumbers)
  if (byCommit.is !== 'undecided') return judged(byCommit)
  const isList = isOfOne(entry) && (listed.length > 0 || versions?.length === 0)
  if (isList && isWhole()) return judged({ is: 'not affected' })
  const told = { ...inNumbers, ranges: ranges.flatMap(toldVersions) }
  const byTold = judgeVersion(release.version, told, git)
  return told.ranges.length > 0 && byTold.is !== 'undecided'
    ? { verdict: byTold, entry: told }
    : judged({ is: 'undecided', why: 'has only ranges of commits' })
}

/**
 * The versions that a range of commits was made from, where each beginning has its own end: else they are those of a list, or
 * of other products too.
 */
function toldVersions({ type, database_specific }: Range): Range[] {
  const events = database_specific?.versions ?? []
  const isPaired = events.every(({ introduced, fixed, last_affected }, n) =>
    n % 2 === 0 ? introduced !== undefined : fixed !== undefined || last_affected !== undefined,
  )
  return type === 'GIT' && events.length > 0 && events.length % 2 === 0 && isPaired
    ? [{ type: 'ECOSYSTEM', events }]
    : []
}

/**
 * The time of the first record whose list shows that the release was there: it is in the list, or one that surely came after it.
 * Worked out when somebody asks, and once.
 */
function firstShown(revision: Revision, advisories: readonly Advisory[]): () => string {
  let known: string | undefined
  return () => (known ??= timeOfFirst(revision, advisories) ?? never)
}

/** Later than the time of any record. */
const never = '\u{10FFFF}'

function timeOfFirst(revision: Revision, advisories: readonly Advisory[]): string | undefined {
  const { release } = revision
  if (!release) return undefined
  const known = new Map<string, boolean>()
  const isShownBy = (tag: string): boolean => {
    const shown = known.get(tag) ?? isNotBefore(release, tag)
    known.set(tag, shown)
    return shown
  }
  return advisories
    .toSorted((a, b) => (a.modified < b.modified ? -1 : 1))
    .find((advisory) =>
      entriesOf(advisory, revision).some((entry) => isOfOne(entry) && [...(entry.versions ?? [])].some(isShownBy)),
    )?.modified
}

/** A list of the tags of several repositories does not tell whose they are: it shows what is affected, and nothing else. */
function isOfOne({ database_specific }: Affected): boolean {
  return database_specific?.['tags_of'] !== severalRepositories
}

function isNotBefore({ version, read }: Release, tag: string): boolean {
  const listed = read(tag)
  if (listed === undefined) return false
  // A single number is a date or a build more often than a release.
  return git.compare(listed, version) === 0 || (listed.includes('.') && isEarlierRelease(version, listed))
}
