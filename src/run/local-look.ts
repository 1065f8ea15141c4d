// A cycle over what this machine can see, with its real edges.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { sources } from '../discover/sources.ts'
import { systemClock, type Clock } from '../io/clock.ts'
import type { WantedContent } from '../inspect/inspect.ts'
import type { AdvisoryLookup } from '../model/advisory.ts'
import type { Assessment } from '../model/evidence.ts'
import type { EstateRecorder } from '../model/estate.ts'
import { assessVulnerabilities } from './assess.ts'
import type { EndOfLife } from './end-of-life.ts'
import type { EstateJudge } from './estate-judge.ts'
import { localAsk } from './local-ask.ts'
import { look } from './look.ts'
import type { ReportProgress } from './progress.ts'
import { imageReader, machineReader } from './read.ts'
import { loadRules } from './rules.ts'
import type { LoadedTrust } from './trust.ts'

/** One cycle; resolves when everything of it has been recorded. */
export type LocalLook = (report: ReportProgress, signal: AbortSignal) => Promise<void>

export interface LocalLookOptions {
  recorder: EstateRecorder
  /** The data folder, where images are kept while they are read. */
  folder: string
  /** Whether an assessment says something new: see `throttle`. */
  isNew: (assessment: Assessment) => boolean
  judge: EstateJudge['judge']
  /** The index of now. */
  advisories: () => Promise<AdvisoryLookup>
  /** When the updates of distributions end, by the index of now. */
  ends: () => Promise<EndOfLife>
  /** Who may sign images; nobody by default. */
  trust?: () => LoadedTrust
  /** What is looked for in all files of images; by default what is built in. */
  content?: WantedContent
}

/** Throws when the rules that come with the product are broken. */
export async function localLook(options: LocalLookOptions): Promise<LocalLook> {
  const { recorder, folder, isNew, judge, advisories, ends, trust, content = true } = options
  const rules = await loadRules()
  const ask = localAsk()
  const workFolder = join(folder, 'work')
  mkdirSync(workFolder, { recursive: true, mode: 0o700 })
  const layers = join(folder, 'layers')
  const readImage = imageReader(sources, ask, { workFolder, layers, content, ends, ...(trust ? { trust } : {}) })
  const readMachine = machineReader('/', ends)
  const clock = systemClock
  return (report, signal) =>
    look({ sources, ask, recorder, judge, advisories, rules, clock, readMachine, readImage, isNew }, report, signal)
}

/** Where nothing is stored, each image and machine is judged on its own, each time. */
export function judgeEach(recorder: EstateRecorder, advisories: AdvisoryLookup, clock: Clock): EstateJudge['judge'] {
  return (inventory) => recorder.recordAssessment(assessVulnerabilities(inventory, advisories, clock()))
}
