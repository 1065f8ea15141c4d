// Debian's security tracker: for each source package and vulnerability what holds in each release, also where nothing is
// fixed or ever will be. One JSON object, a member for each source package; about 70 MB.
// https://security-tracker.debian.org/tracker/data/json, what the words mean: https://security-team.debian.org/security_tracker.html

import { z } from 'zod'
import type { Advisory, Affected, FeedItem, FixState } from '../../model/advisory.ts'
import type { Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument } from '../feed.ts'
import { dpkg } from '../versions/dpkg.ts'
import { parseJson } from './formats/json.ts'

export const debianTracker: Feed = {
  id: 'debian-tracker',
  files: ['**/debian-tracker/*.json', '**/debian/tracker*.json'],
  cut: 'members',
  // OSV's records of these names are made from this very file, without its states.
  replaces: ['osv'],
  remote: { files: [{ url: 'https://security-tracker.debian.org/tracker/data/json', path: 'tracker.json' }] },
  read,
}

/** Not sid: what is there has no release that a package could be of. */
const releases: Readonly<Record<string, string>> = {
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
  duke: '15',
}

const line = z.object({
  status: z.enum(['resolved', 'open', 'undetermined']),
  fixed_version: z.string().optional(),
  urgency: z.string().optional(),
  nodsa: z.string().optional(),
  nodsa_reason: z.string().optional(),
  repositories: z.record(z.string(), z.string()).optional(),
})
type Line = z.infer<typeof line>

// PHP writes an empty object as a list.
const lines = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
  z.record(z.string(), line),
)
const vulnerability = z.object({ description: z.string().optional(), releases: lines })
const sources = z.record(z.string(), z.record(z.string(), z.unknown()))

function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  const parsed = sources.safeParse(parseJson(text))
  if (!parsed.success || Object.keys(parsed.data).length === 0) {
    return scan.gap("not of Debian's security tracker", { path })
  }
  for (const [source, vulnerabilities] of Object.entries(parsed.data)) {
    for (const [id, value] of Object.entries(vulnerabilities)) {
      const { success, data } = vulnerability.safeParse(value)
      if (!success) scan.gap(`${source}: ${id} cannot be read`, { path })
      else yield* toItem(source, id, data)
    }
  }
}

function* toItem(source: string, id: string, { description, releases: states }: z.infer<typeof vulnerability>) {
  const inUnstable = states['sid']?.status === 'resolved' ? states['sid'].fixed_version : undefined
  const affected = Object.entries(states).flatMap(([codename, state]) => {
    const release = releases[codename]
    return release === undefined ? [] : [entryOf(source, `Debian:${release}`, state, inUnstable)]
  })
  if (affected.length === 0) return
  const advisory: Advisory = {
    id: `DEBIAN-${id}`,
    // The tracker dates nothing.
    modified: '0001-01-01T00:00:00Z',
    // TEMP-… are stand-ins of Debian's own for what has no CVE yet.
    ...(id.startsWith('CVE-') ? { upstream: [id] } : {}),
    ...(description ? { summary: firstSentence(description) } : {}),
    affected,
  }
  yield { kind: 'advisory', advisory } as const
}

function entryOf(source: string, ecosystem: string, state: Line, inUnstable: string | undefined): Affected {
  const fixed = fixOf(state, inUnstable)
  const fixState = fixed === undefined ? stateOf(state) : fixed === '0' ? 'not affected' : undefined
  const events = fixed === undefined ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed }]
  return {
    package: { ecosystem, name: source },
    // Neither ranges nor versions: nobody has looked, and nothing follows from it.
    ...(fixState === 'undetermined' ? {} : { ranges: [{ type: 'ECOSYSTEM' as const, events }] }),
    ...(state.urgency ? { ecosystem_specific: { urgency: state.urgency } } : {}),
    ...(fixState || isAnnounced(state, fixed)
      ? {
          database_specific: {
            ...(fixState ? { fix_state: fixState } : {}),
            ...(isAnnounced(state, fixed) ? { fix_published: false } : {}),
          },
        }
      : {}),
  }
}

/** `0` where the release was never affected. */
function fixOf(state: Line, inUnstable: string | undefined): string | undefined {
  const { status, fixed_version: fixed } = state
  if (status === 'resolved') return fixed ? fixed : undefined
  if (status === 'undetermined' || !inUnstable || inUnstable === '0' || !dpkg.valid(inUnstable)) return undefined
  // A line that says "not yet" is out of date when the release has what fixed it in unstable, or later.
  const own = highestOf(state)
  return own !== undefined && dpkg.compare(inUnstable, own) <= 0 ? inUnstable : undefined
}

function stateOf({ status, urgency, nodsa, nodsa_reason: reason, fixed_version: fixed }: Line): FixState | undefined {
  // Resolved by nobody knows what.
  if (status === 'undetermined' || (status === 'resolved' && !fixed)) return 'undetermined'
  if (urgency === 'end-of-life') return 'end of life'
  if (reason === 'ignored') return 'will not fix'
  return nodsa !== undefined || reason === 'postponed' ? 'deferred' : undefined
}

/** The fix is above all that the archive holds of this release. */
function isAnnounced(state: Line, fixed: string | undefined): boolean {
  const own = highestOf(state)
  return own !== undefined && fixed !== undefined && dpkg.valid(fixed) && dpkg.compare(fixed, own) > 0
}

function highestOf({ repositories = {} }: Line): string | undefined {
  return Object.values(repositories)
    .filter((version) => dpkg.valid(version))
    .toSorted((a, b) => dpkg.compare(b, a))[0]
}

const longest = 200

function firstSentence(text: string): string {
  const [sentence = ''] = text.trim().split(/(?<=\.)\s+(?=[A-Z])/, 1)
  return sentence.length > longest ? `${sentence.slice(0, longest - 1)}…` : sentence
}
