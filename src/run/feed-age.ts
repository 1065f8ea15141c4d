// How old the feeds are that an assessment rests on: one that nobody has brought up to date is a gap of it.

import { duration, millisecondsBetween } from '../lib/instant.ts'
import { feeds } from '../match/feeds/list.ts'
import type { AdvisoryLookup, FeedAge } from '../model/advisory.ts'
import type { Gap } from '../model/scan.ts'

const day = 86_400_000
const usual = 7
const limits = new Map(feeds.map(({ id, oldAfter = usual }) => [id, oldAfter]))

/** The look-up, and after it was asked, which parts of feeds have spoken. */
export function noticingFeeds(lookup: AdvisoryLookup): { lookup: AdvisoryLookup; spoken(): FeedAge[] } {
  const spoken = new Map<string, FeedAge>()
  return {
    lookup: {
      ...lookup,
      judges(ecosystem) {
        const set = lookup.judges(ecosystem)
        for (const age of set?.feeds ?? []) spoken.set(`${age.feed}\n${age.part}`, age)
        return set
      },
    },
    spoken: () => [...spoken.values()],
  }
}

/** Whether it is older than its limit: 7 days, where the feed has no other. */
export function isOld({ feed, asOf }: FeedAge, now: string): boolean {
  const age = asOf === undefined ? 0 : millisecondsBetween(asOf, now)
  return age > (limits.get(feed) ?? usual) * day
}

export function ageGaps(ages: readonly FeedAge[], now: string): Gap[] {
  return ages.flatMap((age) => {
    if (!isOld(age, now)) return []
    const name = [age.feed, age.part].filter(Boolean).join('/')
    return [{ why: `feed ${name} is ${duration(millisecondsBetween(age.asOf!, now))} old: run plimsoll db update` }]
  })
}
