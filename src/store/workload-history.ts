// What became of the findings of the images that a workload ran one after the other. The same cause (advisory and package) in
// two images is one finding, so that it stays open where the next image has it too. Pure.

import type { FindingState } from '../model/finding.ts'
import type { FindingChange, ImageRun } from '../model/history.ts'
import type { StoredRun } from './image-runs.ts'

/** A vulnerability of one of the images, and what became of it there. */
export interface VulnerabilityOfImage {
  image: string
  cause: string
  /** When it was said of its package first. */
  firstSeen: string
  changes: readonly FindingChange[]
}

export interface Course {
  firstSeen: string
  state: FindingState
  /** Absent unless it is open. */
  openSince?: string
  /** Oldest first. */
  changes: readonly FindingChange[]
}

/** A time in which it is open or excepted in one run. */
interface Span {
  from: string
  to?: string
  state: Exclude<FindingState, 'fixed'>
  /** What made it so, perhaps before the run; absent where it was found first. */
  began?: FindingChange
  /** Why it ended; absent where the run ended. */
  ended?: FindingChange
}

/** By cause. `all`: oldest first. `unjudged`: packages that nobody judged, by image, as causes name them behind the rule. */
export function coursesOf(
  all: readonly StoredRun[],
  vulnerabilities: readonly VulnerabilityOfImage[],
  unjudged: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): Map<string, Course> {
  const courses = new Map<string, Course>()
  for (const [cause, same] of Map.groupBy(vulnerabilities, (one) => one.cause)) {
    const of = cause.slice(cause.indexOf('\n') + 1)
    const runs = all.map((run) => (unjudged.get(run.id)?.has(of) ? { ...run, unjudged: true as const } : run))
    const spans = runs.flatMap((run) =>
      same.filter(({ image }) => image === run.id).flatMap((one) => spansOf(one, run)),
    )
    const course = courseOf(spans, runs)
    if (course) courses.set(cause, course)
  }
  return courses
}

function spansOf({ firstSeen, changes }: VulnerabilityOfImage, run: StoredRun): Span[] {
  // What was found when the image was judged first was there from the begin of the run.
  const wasThere = run.judgedAt !== undefined && firstSeen <= run.judgedAt
  const spans: Span[] = []
  let open: Span | undefined = { from: wasThere ? run.from : firstSeen, state: 'open' }
  for (const change of changes) {
    if (open) spans.push({ ...open, to: change.at, ended: change })
    open = change.state === 'fixed' ? undefined : { from: change.at, state: change.state, began: change }
  }
  if (open) spans.push(open)
  return spans.flatMap((span) => clipped(span, run))
}

function clipped({ from, to, began, ended, state }: Span, run: StoredRun): Span[] {
  const starts = from < run.from ? run.from : from
  const isCut = run.to !== undefined && (to === undefined || to >= run.to)
  const ends = isCut ? run.to : to
  if (ends !== undefined && ends <= starts) return []
  return [
    {
      from: starts,
      state,
      ...(ends === undefined ? {} : { to: ends }),
      ...(began ? { began } : {}),
      ...(ended && !isCut ? { ended } : {}),
    },
  ]
}

function courseOf(spans: readonly Span[], runs: readonly StoredRun[]): Course | undefined {
  const times = [...new Set(spans.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])))].toSorted()
  const [first] = times
  if (first === undefined) return undefined
  let state = stateAt(spans, first)
  const changes: FindingChange[] = state === 'open' ? [] : changeAt(spans, runs, first, state)
  for (const at of times.slice(1)) {
    const next = stateAt(spans, at)
    if (next === state) continue
    const made = changeAt(spans, runs, at, next)
    if (made.length === 0) continue // the image that came has it too, or nobody has judged it
    changes.push(...made)
    state = next
  }
  const openSince = changes.at(-1)?.at ?? first
  return { firstSeen: first, state, changes, ...(state === 'open' ? { openSince } : {}) }
}

function stateAt(spans: readonly Span[], at: string): FindingState {
  const now = spans.filter(({ from, to }) => from <= at && (to === undefined || to > at))
  if (now.some(({ state }) => state === 'open')) return 'open'
  return now.length > 0 ? 'excepted' : 'fixed'
}

function changeAt(
  spans: readonly Span[],
  runs: readonly StoredRun[],
  at: string,
  state: FindingState,
): FindingChange[] {
  const told = spans.flatMap(({ from, to, began, ended }) => [
    ...(began && from === at ? [began] : []),
    ...(ended && to === at ? [ended] : []),
  ])
  const own = told.find((change) => change.state === state)
  if (own) return [{ ...own, at }]
  if (state !== 'fixed') {
    const came = runs.find(({ from }) => from === at)
    return [{ at, state, cause: 'found again', why: 'the image has it', ...(came ? { image: namedImage(came) } : {}) }]
  }
  const following = runs.filter(({ from }) => from >= at)
  const next = following.find(({ unjudged }) => unjudged === undefined)
  if (next && stateAt(spans, next.from) !== 'fixed') return []
  if (next) return [{ at: next.from, state, cause: 'image replaced', why: whyReplaced(next), image: namedImage(next) }]
  if (following.length > 0) return []
  const others = runs.some(({ from, to }) => from < at && (to === undefined || to > at))
  return [{ at, state, cause: 'image gone', why: others ? 'the workload runs its image no more' : 'nothing runs it' }]
}

function whyReplaced({ digest, name }: ImageRun): string {
  return `fixed by digest ${digest}${name === digest ? '' : ` (${name})`}`
}

function namedImage({ id, digest, name }: ImageRun) {
  return { id, digest, name }
}
