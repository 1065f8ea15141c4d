// Keeps what is stored judged by the index of now. Judged are distinct package versions, never images: of a new index only
// what it changed is looked up, by the names under which the packages were judged; nothing is pulled or read again.
//
// Each batch is recorded whole, and what is recorded is not judged again: a killed process goes on where it stood.

import type { Clock } from '../io/clock.ts'
import { millisecondsBetween } from '../lib/instant.ts'
import type { AdvisoryLookup } from '../model/advisory.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Gap } from '../model/scan.ts'
import { packagesResource, type LookedUp, type Rematched, type Verdict } from '../model/verdict.ts'
import type { Likelihood } from '../store/likelihoods.ts'
import type { Judged } from '../store/judged-depth.ts'
import type { PackageChoice } from '../store/packages-to-judge.ts'
import type { Verdicts } from '../store/store.ts'
import { loadedAs, packageJudge } from './judge-package.ts'

/** The advisory index, and what it changed. */
export interface CurrentAdvisories extends AdvisoryLookup {
  /** Of its content: another index has another one. */
  readonly generation: string
  /** Names whose advisories say something else than in that generation; undefined when that is not known. */
  changedSince(generation: string): Iterable<{ ecosystem: string; name: string }> | undefined
}

export interface RematchReport {
  /** `confirmed`: the index is the one that judged all before. `problem`: it cannot be read. */
  kind: 'all' | 'changes' | 'confirmed' | 'problem'
  packages: number
  opened: number
  closed: number
}

export interface RematchParts {
  verdicts: Verdicts
  advisories: CurrentAdvisories
  clock: Clock
  /** With what is not to be acted on, by decisions that hold wherever the package is. */
  excepted?: (verdict: Verdict) => Verdict
}

/** Milliseconds after which it is said again that all is judged by the same index; well inside every limit of `cover`. */
const confirmAfter = 60 * 60 * 1000

const imagesAtOnce = 1000

export async function rematch(parts: RematchParts, signal: AbortSignal): Promise<RematchReport> {
  const { verdicts, advisories, clock, excepted = (verdict) => verdict } = parts
  const last = await verdicts.last()
  const { generation, problem } = advisories
  if (problem !== undefined) return recordProblem(parts, problem)
  const now = clock()
  const judge = packageJudge(advisories, now)
  const counted = { packages: 0, opened: 0, closed: 0 }
  const run = async (choice: PackageChoice): Promise<void> => {
    for await (const batch of verdicts.toJudge(choice)) {
      signal.throwIfAborted()
      const judged = batch.map((found) => excepted(judge.judge(found)))
      const ecosystems = Object.fromEntries(judge.ecosystems)
      const { opened, closed } = await verdicts.record({ generation, ecosystems, at: clock() }, judged)
      counted.packages += batch.length
      counted.opened += opened
      counted.closed += closed
    }
  }
  await run({ unjudged: true })
  const changed = last && whatChanged(last, advisories, now)
  if (!changed) await run({ notOf: generation })
  else if (changed.length > 0) await run({ lookedUp: changed })
  await renewEvidence(parts, signal)
  const isNew = last?.generation !== generation || changed === undefined || changed.length > 0 || counted.packages > 0
  if (isNew || millisecondsBetween(last.at, clock()) >= confirmAfter) {
    const ecosystems = loadedOf([...Object.keys(last?.ecosystems ?? {}), ...judge.ecosystems.keys()], advisories, now)
    await verdicts.recordRematch({ generation, ecosystems, at: clock() }, counted)
  }
  const kind = !changed ? 'all' : isNew ? 'changes' : 'confirmed'
  return { kind, ...counted }
}

/** Undefined: everything may have. */
function whatChanged(last: Rematched, advisories: CurrentAdvisories, now: string): LookedUp[] | undefined {
  const names = last.generation === advisories.generation ? [] : advisories.changedSince(last.generation)
  if (!names) return undefined
  // An ecosystem that was not there has no names that changed, and yet judges its packages now; a feed also grows too old.
  const ecosystems = Object.entries(last.ecosystems).flatMap(([ecosystem, loaded]) =>
    loadedAs(advisories.judges(ecosystem), now) === loaded ? [] : [{ ecosystem }],
  )
  return [...names, ...ecosystems]
}

/** Also of those of which nothing is there any more, or they would have changed each time. */
function loadedOf(names: readonly string[], advisories: AdvisoryLookup, now: string): Rematched['ecosystems'] {
  return Object.fromEntries(names.map((ecosystem) => [ecosystem, loadedAs(advisories.judges(ecosystem), now)]))
}

/** For the images of which another part is judged than before. What their verdicts say needs none: it is derived. */
async function renewEvidence({ verdicts, clock }: RematchParts, signal: AbortSignal): Promise<void> {
  const { images, packages } = await verdicts.rejudged()
  const read = verdicts.judgedReader()
  for (let start = 0; start < images.length; start += imagesAtOnce) {
    signal.throwIfAborted()
    const judged = await read(images.slice(start, start + imagesAtOnce))
    await verdicts.recordEvidence(await verdicts.saysOtherwise(judged.map((one) => imageEvidence(one, clock()))))
  }
  if (packages.length > 0) await verdicts.clearRejudged(packages)
}

function imageEvidence({ subject, depth, gaps, distribution }: Judged, at: string): Evidence {
  const named = gaps.map((gap) => withDistribution(gap, distribution))
  return { resource: subject, subLayer: 'image', task: 'vulnerabilities', engine: 'plimsoll', at, depth, gaps: named }
}

/** A package knows the distribution that judges it; where none does, the image tells what it was. */
export function withDistribution(gap: Gap, distribution: string | undefined): Gap {
  const isUnknown = gap.why === 'unknown distribution' && distribution !== undefined
  return isUnknown ? { ...gap, why: `${gap.why} (${distribution})` } : gap
}

/** What was judged stays judged, and nobody can say any more that it is of today. */
async function recordProblem({ verdicts, clock }: RematchParts, why: string): Promise<RematchReport> {
  const depth = { done: 0, of: 0, unit: 'packages judged' } as const
  const evidence: Evidence = {
    resource: packagesResource,
    subLayer: 'image',
    task: 'vulnerabilities',
    engine: 'plimsoll',
    at: clock(),
    depth,
    gaps: [{ why }],
  }
  await verdicts.recordEvidence(await verdicts.saysOtherwise([evidence]))
  return { kind: 'problem', packages: 0, opened: 0, closed: 0 }
}

/** EPSS and KEV of everything that is open; returns how many verdicts have another one now. */
export async function refreshLikelihoods({ verdicts, advisories }: RematchParts): Promise<number> {
  const stored = await verdicts.likelihoods()
  const changed = stored.flatMap((one): Likelihood[] => {
    const names = [one.rule, ...one.aliases]
    const exploited = names.some((name) => advisories.exploited(name))
    const estimates = names.flatMap((name) => advisories.epss(name) ?? [])
    const epss = estimates.toSorted((a, b) => b.probability - a.probability)[0] ?? null
    const isSame =
      exploited === one.exploited &&
      epss?.probability === one.epss?.probability &&
      epss?.percentile === one.epss?.percentile
    return isSame ? [] : [{ ...one, exploited, epss }]
  })
  return verdicts.replaceLikelihoods(changed)
}
