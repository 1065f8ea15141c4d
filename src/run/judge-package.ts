// One distinct package version by one advisory index, and what the index was asked on the way: a later change of just that
// is what makes it worth judging again.

import { matchPackages } from '../match/match.ts'
import { vulnerabilityFindings } from '../match/vulnerability.ts'
import type { AdvisoryLookup, AdvisorySet } from '../model/advisory.ts'
import type { Distribution } from '../model/package.ts'
import type { DistinctPackage, HeardAdvisory, LookedUp, PackageGap, Release, Verdict } from '../model/verdict.ts'
import { isOld } from './feed-age.ts'

export interface PackageJudge {
  judge(found: DistinctPackage): Verdict
  /** What was loaded for each ecosystem that has been asked for so far: `none`, `starter 12`, `whole`, with what is too old. */
  readonly ecosystems: ReadonlyMap<string, string>
}

/** `now`: ISO 8601, UTC; a feed that nobody has brought up to date for long is a gap of all that it judges. */
export function packageJudge(lookup: AdvisoryLookup, now: string): PackageJudge {
  const ecosystems = new Map<string, string>()
  const asked = (
    lookups: Map<string, LookedUp>,
    old: Set<string>,
    noteDecided: () => void,
    heard: HeardAdvisory[] | undefined,
  ): AdvisoryLookup => ({
    ...(lookup.problem === undefined ? {} : { problem: lookup.problem }),
    judges(ecosystem) {
      const set = lookup.judges(ecosystem)
      ecosystems.set(ecosystem, loadedAs(set, now))
      for (const why of oldFeeds(set, now)) old.add(why)
      lookups.set(ecosystem, { ecosystem })
      return set
    },
    find(ecosystem, name) {
      if (ecosystems.get(ecosystem)?.startsWith('whole')) noteDecided()
      lookups.set(`${ecosystem}\n${name}`, { ecosystem, name })
      const found = lookup.find(ecosystem, name)
      if (heard) for (const { id, withdrawn } of found) heard.push({ id, withdrawn })
      return found
    },
    exploited: (id) => lookup.exploited(id),
    epss: (id) => lookup.epss(id),
  })
  return {
    ecosystems,
    judge(found) {
      const lookups = new Map<string, LookedUp>()
      const old = new Set<string>()
      let decided = false
      const heard = found.judgedBefore ? [] : undefined
      const through = asked(lookups, old, () => (decided = true), heard)
      const whole = { ...found.package, place: {} }
      const { vulnerabilities, judged, gaps, undecided } = matchPackages(
        [whole],
        distributionOf(found.release),
        through,
      )
      // A name that was asked for says its ecosystem too.
      const named = new Set(
        [...lookups.values()].flatMap(({ ecosystem, name }) => (name === undefined ? [] : ecosystem)),
      )
      return {
        package: found,
        lookups: [...lookups.values()].filter(({ ecosystem, name }) => name !== undefined || !named.has(ecosystem)),
        decided,
        undecided,
        judged: judged.of > 0 && judged.done === judged.of,
        gaps: [
          ...gaps.map(({ why, place }): PackageGap => (place ? { why, placed: true } : { why })),
          ...Array.from(old, (why) => ({ why })),
        ],
        findings: vulnerabilityFindings(vulnerabilities, '', 'image'),
        ...(heard ? { heard } : {}),
      }
    },
  }
}

/** `now`: with what is too old of it by then. */
export function loadedAs(set: AdvisorySet | undefined, now: string): string {
  if (!set) return 'none'
  const old = oldFeeds(set, now)
  return [set.starter ? `starter ${set.advisories}` : 'whole', ...old].join('; ')
}

/** Says since when, not how long: else each day would say something else of every package. */
function oldFeeds(set: AdvisorySet | undefined, now: string): string[] {
  return (set?.feeds ?? [])
    .filter((age) => isOld(age, now))
    .map(({ feed, part, asOf = '' }) => {
      const name = [feed, part].filter(Boolean).join('/')
      return `feed ${name} is of ${asOf.slice(0, 10)}, which is too old: run plimsoll db update`
    })
}

function distributionOf(release: Release | undefined): Distribution | undefined {
  return release && { ...release, name: release.ecosystem ?? release.id }
}
