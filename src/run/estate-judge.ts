// Judges what is stored: all of it when the index changes, and each image or machine as it is read. Both work with the same
// index and never at the same time, so that nothing is judged by the index before once a new one has been gone through.

import type { Clock } from '../io/clock.ts'
import type { Assessment } from '../model/evidence.ts'
import type { Verdict } from '../model/verdict.ts'
import type { PackageChoice } from '../store/packages-to-judge.ts'
import type { Verdicts } from '../store/store.ts'
import { assessSupport, type Inventory } from './assess.ts'
import { packageJudge } from './judge-package.ts'
import { refreshLikelihoods, rematch, withDistribution, type CurrentAdvisories, type RematchReport } from './rematch.ts'

export interface EstateJudge {
  /** Brings all verdicts to the index of now. */
  refresh(signal: AbortSignal): Promise<RematchReport>
  /** What was read of an image or a machine, and recorded. `isKnown`: it was read before, and has not changed. */
  judge(inventory: Inventory, isKnown: boolean): Promise<void>
  /** Judges packages again because of what is decided about them; says when the index cannot be read, and judges nothing. */
  judgeExcepted(of: NonNullable<PackageChoice['excepted']>, signal: AbortSignal): Promise<{ problem?: string }>
}

/** Decisions not to act, as verdicts need them. */
export interface VerdictExceptions {
  /** By what holds wherever the package is. */
  verdict(verdict: Verdict): Verdict
  /** What holds for single images and machines, of all verdicts since the last time, and of this one. */
  settle(resource?: string): Promise<void>
}

export interface EstateJudgeParts {
  verdicts: Verdicts
  /** The index as it is now; asked once for each refresh and each judgement. */
  advisories: () => Promise<CurrentAdvisories>
  clock: Clock
  /** Whether an assessment says something new: see `throttle`. */
  isNew: (assessment: Assessment) => boolean
  record: (assessment: Assessment) => Promise<void>
  exceptions?: VerdictExceptions
  /** Called when verdicts have changed, before anybody else may change them. */
  changed?: (advisories: CurrentAdvisories) => Promise<void>
}

export function estateJudge(parts: EstateJudgeParts): EstateJudge {
  const { verdicts, advisories, clock, isNew, record, changed, exceptions = noExceptions } = parts
  let last: Promise<unknown> = Promise.resolve()
  const oneAtATime = <T>(task: () => Promise<T>): Promise<T> => {
    const done = last.then(task, task)
    last = done.catch(() => {})
    return done
  }
  const judgeChosen = async (
    current: CurrentAdvisories,
    choice: PackageChoice,
    signal?: AbortSignal,
  ): Promise<void> => {
    const judge = packageJudge(current, clock())
    for await (const batch of verdicts.toJudge(choice)) {
      signal?.throwIfAborted()
      const judged = batch.map((found) => exceptions.verdict(judge.judge(found)))
      const ecosystems = Object.fromEntries(judge.ecosystems)
      await verdicts.record({ generation: current.generation, ecosystems, at: clock() }, judged)
    }
  }
  const judged = new Set<string>()
  let likelihoodsOf: string | undefined
  return {
    refresh: (signal) =>
      oneAtATime(async () => {
        const current = await advisories()
        const report = await rematch({ verdicts, advisories: current, clock, excepted: exceptions.verdict }, signal)
        await exceptions.settle()
        await changed?.(current)
        if (current.problem === undefined && likelihoodsOf !== current.generation) {
          await refreshLikelihoods({ verdicts, advisories: current, clock })
          likelihoodsOf = current.generation
        }
        return report
      }),
    judge: (inventory, isKnown) =>
      oneAtATime(async () => {
        const { resource, subLayer, distribution } = inventory
        const support = assessSupport(inventory, await advisories(), clock())
        if (isNew(support)) await record(support)
        if (isKnown && judged.has(resource)) return
        await judgeChosen(await advisories(), { unjudged: true })
        await exceptions.settle(resource)
        const [found] = await verdicts.judgedReader()([resource])
        // An image's own gaps are stored with it.
        const gaps = [...found!.gaps, ...(subLayer === 'image' ? [] : inventory.gaps)]
        const assessment: Assessment = {
          resource,
          subLayer,
          task: 'vulnerabilities',
          engine: 'plimsoll',
          at: clock(),
          depth: found!.depth,
          gaps: gaps.map((gap) => withDistribution(gap, distribution?.name)),
          findings: [],
        }
        const { findings: _, ...evidence } = assessment
        const isSaid = isKnown && (await verdicts.saysOtherwise([evidence])).length === 0
        if (!isSaid && isNew(assessment)) await verdicts.recordEvidence([evidence])
        judged.add(resource)
      }),
    judgeExcepted: (excepted, signal) =>
      oneAtATime(async () => {
        const current = await advisories()
        if (current.problem !== undefined) return { problem: current.problem }
        await judgeChosen(current, { excepted }, signal)
        await exceptions.settle()
        await changed?.(current)
        return {}
      }),
  }
}

const noExceptions: VerdictExceptions = { verdict: (verdict) => verdict, settle: async () => {} }
