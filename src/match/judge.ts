// One package version against the advisories of all sets that judge it.

import { fixStateOf, type Advisory, type Affected } from '../model/advisory.ts'
import type { Package } from '../model/package.ts'
import { comparableName } from '../model/package-name.ts'
import { fixesIn, isNegative, isPlain, judgeVersion, smallestClear, withCustomRanges } from './affected.ts'
import { foldHits, namesOf, vulnerabilitiesOf, type Folded, type Hit, type Known } from './alias.ts'
import { withoutRelease, type JudgingSet } from './ecosystem.ts'
import { judgeRevision, stillUndecided, type JudgedRevision } from './judge-revision.ts'
import { knownAs, type KnownAs } from './known-as.ts'
import type { VersionOrder } from './order.ts'
import type { Revision } from './revision.ts'
import { rate } from './severity.ts'
import { compareStreams } from './stream.ts'
import type { Vulnerability } from './vulnerability.ts'

/** What judges the packages of an ecosystem. */
export interface Judge {
  /** Those that were loaded; the release's own first. */
  sets: readonly JudgingSet[]
  order: VersionOrder
  find(ecosystem: string, name: string): readonly Advisory[]
  known: Known
}

export interface Judged {
  found: Omit<Vulnerability, 'package'>[]
  /** Why a record could not decide, and all its names; those on which another one decides are left out. */
  undecided: { why: string; names: readonly string[] }[]
  /** Of its repository, where that was asked. */
  ofRepository?: Pick<JudgedRevision, 'records'> & { undecided: readonly string[] }
}

/**
 * `name` and `version`: those that the advisories of its ecosystem are about. `revision`: the records of its repository judge it
 * as well; what they leave open counts only where nothing else decides on the vulnerability.
 */
export function judgePackage(found: Package, name: string, version: string, judge: Judge, revision?: Revision): Judged {
  const records = entriesByAdvisory(found, name, version, judge)
  // So it is with most packages.
  if (records.length === 0 && !revision) return { found: [], undecided: [] }
  const undecided: Judged['undecided'] = []
  const decided = new Set<string>()
  const hits: Hit[] = []
  const silenced = new Set<string>()
  const judging: Advisory[] = []
  const asJudged = { ...found, version }
  for (const { advisory, entries } of records) {
    if (advisory.withdrawn !== undefined) continue
    const verdict = judgeEntries(advisory, entries, asJudged, judge)
    if (verdict === undefined) continue
    if (verdict.why !== undefined) {
      const why = `${advisory.id} ${verdict.why}: ${name} ${version} is not judged by it`
      undecided.push({ why, names: [...namesOf(advisory), ...vulnerabilitiesOf(advisory)] })
      continue
    }
    judging.push(advisory)
    // A commit between two releases has the number of one of them, which shows nothing of a fix.
    if (revision && (revision.release || verdict.hit)) for (const one of namesOf(advisory)) decided.add(one)
    if (verdict.silences) for (const one of [...namesOf(advisory), ...vulnerabilitiesOf(advisory)]) silenced.add(one)
    if (verdict.hit) hits.push(verdict.hit)
  }
  const ofRepository = revision && judgeRevision(revision, judge.find)
  for (const hit of ofRepository?.hits ?? []) hits.push(hit)
  const folded = foldHits(hits, { version, order: judge.order, silenced, judging, known: judge.known })
  const elsewhere = new Set(judging.flatMap(namesOf))
  const left = undecided.map(({ why, names }) => ({ why, names: names.filter((one) => !elsewhere.has(one)) }))
  const result = { found: withUpgrade(folded, judge.order), undecided: left }
  if (!ofRepository) return result
  for (const one of ofRepository.decided.flatMap(namesOf)) decided.add(one)
  const stillOpen = stillUndecided(ofRepository.undecided, decided)
  return { ...result, ofRepository: { records: ofRepository.records, undecided: stillOpen } }
}

/** Entries about the package, with the set that each is of, by record. */
interface OwnEntry {
  entry: Affected
  set: JudgingSet
}

function entriesByAdvisory(
  found: Package,
  name: string,
  version: string,
  { sets, find }: Judge,
): readonly { advisory: Advisory; entries: OwnEntry[] }[] {
  const records = new Map<string, { advisory: Advisory; entries: OwnEntry[] }>()
  // A distribution has many sets, and all know a package alike.
  const names = new Map<string, KnownAs[]>()
  for (const set of sets) {
    const family = withoutRelease(set.ecosystem)
    const ofFamily = names.get(family) ?? knownAs(found, name, version, family)
    names.set(family, ofFamily)
    for (const { name: wanted, instead, counts } of ofFamily) {
      for (const advisory of find(set.ecosystem, wanted)) {
        const known = records.get(advisory.id) ?? { advisory, entries: [] }
        if (instead && known.entries.some(({ entry }) => entry.package?.name !== wanted)) continue
        records.set(advisory.id, known)
        for (const told of advisory.affected ?? []) {
          if (told.package?.ecosystem !== set.ecosystem) continue
          if (told.package.name !== wanted && comparableName(found.ecosystem, told.package.name) !== wanted) continue
          const entry = withCustomRanges(told, version)
          if (counts(entry)) known.entries.push({ entry, set })
        }
      }
    }
  }
  return [...records.values()].filter(({ entries }) => entries.length > 0)
}

type Verdict = { hit?: Hit; silences: boolean; why?: undefined } | { why: string }

/** Undefined where no entry is about the package, e.g. all are of other streams. */
function judgeEntries(advisory: Advisory, entries: OwnEntry[], found: Package, judge: Judge): Verdict | undefined {
  const isRpm = judge.order.id === 'rpm'
  let unknownStream = false
  const inStream = ({ entry }: OwnEntry): boolean => {
    const stream = compareStreams(found, advisory, entry)
    unknownStream ||= stream === 'unknown'
    return stream === 'same'
  }
  const own = isRpm ? entries.filter(inStream) : entries
  if (own.length === 0)
    return unknownStream ? { why: 'does not tell the stream of the module that it is about' } : undefined

  if (own.every(isForAll)) return judgeAll(advisory, own, found, judge)
  const minor = own.filter(({ set }) => set.minorStream)
  if (minor.length > 0) return judgeMinor(advisory, minor, own, found, judge)
  const paid = own.filter(({ set }) => set.subscription !== undefined)
  const open = own.filter(({ set }) => set.subscription === undefined)
  const fromPaid = isOfSubscription(found)
  const first = fromPaid ? (paid.length > 0 ? paid : open) : open.length > 0 ? open : paid
  const verdict = judgeAll(advisory, first, found, judge)
  if (verdict.why !== undefined || verdict.hit === undefined || fromPaid) return verdict
  return { ...verdict, hit: withPaidFix(verdict.hit, first === paid ? first : paid, found, judge) }
}

function isForAll({ set }: OwnEntry): boolean {
  return !set.minorStream && set.subscription === undefined
}

/** A fix of the minor release's stream is as good as that of the main one, for a build of the same minor release. */
function judgeMinor(advisory: Advisory, minor: OwnEntry[], own: OwnEntry[], found: Package, judge: Judge): Verdict {
  const verdict = judgeAll(advisory, minor, found, judge)
  if (verdict.why !== undefined) return verdict
  if (verdict.hit === undefined) {
    const build = minorBuild(found.version)
    const same = minor.some(({ entry }) => fixesIn(entry).some((fix) => minorBuild(fix) === build))
    return { silences: verdict.silences || (build !== undefined && same) }
  }
  const main = own.filter(({ set }) => !set.minorStream)
  return main.length > 0 ? judgeAll(advisory, main, found, judge) : verdict
}

/** `el9_2` of `1.2-3.el9_2.1`; `.el7.1` is a rebuild and no minor release. */
function minorBuild(version: string): string | undefined {
  return /\.(?<build>el\d+_\d+)(?:\.|$)/.exec(version)?.groups?.['build']
}

/** Affected by any entry of the record is affected; undecided in one and affected in none is undecided. */
function judgeAll(
  advisory: Advisory,
  entries: readonly OwnEntry[],
  { version, source }: Package,
  { order }: Judge,
): Verdict {
  let why: string | undefined
  let nextFix: string | undefined
  const affecting: Affected[] = []
  for (const { entry } of entries) {
    const state = fixStateOf(entry)
    if (state === 'not affected') continue
    const isOfSource = entry.database_specific?.['names'] === 'source'
    const verdict = judgeVersion(isOfSource ? (source?.version ?? version) : version, entry, order)
    if (verdict.is === 'affected' && state !== 'undetermined') {
      affecting.push(entry)
      nextFix = verdict.fixedIn
    } else if (verdict.is === 'affected') why ??= 'says that nobody has determined whether it is affected'
    else if (verdict.is === 'undecided') why ??= verdict.why
  }
  if (affecting.length === 0) {
    return why === undefined ? { silences: entries.every(({ entry }) => isNegative(entry)) } : { why }
  }
  const [first] = affecting
  const fixedIn = affecting.length === 1 && isPlain(first!) ? nextFix : smallestClear(version, affecting, order)
  const state = affecting.map(fixStateOf).find((one) => one !== undefined)
  const rating = rate(first!.severity ?? advisory.severity)
  const optional = { ...(fixedIn === undefined ? {} : { fixedIn }), ...(state ? { state } : {}) }
  return { hit: { advisory, rating, entries: affecting, ...optional }, silences: false }
}

/** Versions of Ubuntu Pro say so: `2.4.7-1ubuntu0.1+esm1`, `…~esm2`. */
function isOfSubscription({ ecosystem, version }: Package): boolean {
  return ecosystem === 'Ubuntu' && /[+~]esm\d*/.test(version)
}

/** Where only subscribers get a fix, it is said as theirs. */
function withPaidFix(hit: Hit, paid: readonly OwnEntry[], found: Package, judge: Judge): Hit {
  const subscription = paid[0]?.set.subscription
  const { fixedIn, ...others } = hit
  if (subscription === undefined) return hit
  const same = paid.some(({ entry }) => hit.entries.includes(entry))
  if (same) return fixedIn === undefined ? hit : { ...hit, subscription }
  if (fixedIn !== undefined) return hit
  const verdict = judgeAll(hit.advisory, paid, found, judge)
  const fix = 'hit' in verdict ? verdict.hit?.fixedIn : undefined
  const entries = paid.map(({ entry }) => entry)
  return fix === undefined ? hit : { ...others, fixedIn: fix, subscription, entries }
}

/** With the smallest version that clears all that can be cleared in the package, without a subscription. */
function withUpgrade(folded: readonly Folded[], order: VersionOrder): Judged['found'] {
  const fixable = folded.filter(
    ({ vulnerability: { fixedIn, subscription } }) => fixedIn !== undefined && subscription === undefined,
  )
  const upgradeTo = fixable.length < 2 ? fixable[0]?.vulnerability.fixedIn : clearOfAll(fixable, order)
  if (upgradeTo !== undefined) for (const { vulnerability } of fixable) vulnerability.upgradeTo = upgradeTo
  return folded.map(({ vulnerability }) => vulnerability)
}

/** Not below the highest of the single fixes: each is the smallest that clears its own. */
function clearOfAll(fixable: readonly Folded[], order: VersionOrder): string | undefined {
  const fixes = [...new Set(fixable.map(({ vulnerability }) => vulnerability.fixedIn!))]
  if (fixes.length === 1) return fixes[0]
  // A repository's may be one of its tags alone.
  if (!fixes.every(order.valid)) return undefined
  const highest = fixes.reduce((a, b) => (order.compare(a, b) < 0 ? b : a))
  const entries = fixable.flatMap(({ clearing }) => clearing)
  // Nearly always one fix and nothing above it: then the highest of them is clear of all.
  return entries.every(hasOneFix) ? highest : smallestClear(highest, entries, order)
}

function hasOneFix(entry: Affected): boolean {
  return isPlain(entry) && entry.ranges![0]!.events.length === 2 && fixesIn(entry).length === 1
}
