// A cycle over what this machine can see, with its real edges.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { sources } from '../discover/sources.ts'
import { systemClock } from '../io/clock.ts'
import type { Trust, WantedContent } from '../inspect/inspect.ts'
import type { AdvisoryLookup } from '../model/advisory.ts'
import type { Assessment } from '../model/evidence.ts'
import type { EstateRecorder } from '../model/estate.ts'
import type { AdvisoryIndex } from '../store/advisory-index.ts'
import { openAdvisories } from './advisories.ts'
import { knownEnds, loadEndOfLife, type EndOfLife } from './end-of-life.ts'
import { localAsk } from './local-ask.ts'
import { look } from './look.ts'
import type { ReportProgress } from './progress.ts'
import { imageReader, machineReader } from './read.ts'
import { loadRules } from './rules.ts'

/** One cycle; resolves when everything of it has been recorded. */
export type LocalLook = (report: ReportProgress, signal: AbortSignal) => Promise<void>

export interface LocalLookOptions {
  recorder: EstateRecorder
  /** The data folder, of which the advisory index is read and where images are kept while they are read. */
  folder: string
  /** Whether an assessment says something new: see `throttle`. */
  isNew: (assessment: Assessment) => boolean
  /** Who may sign images; nobody by default. */
  trust?: Trust
  /** What is looked for in all files of images; by default what is built in. */
  content?: WantedContent
}

/** Throws when the rules that come with the product are broken. */
export async function localLook(options: LocalLookOptions): Promise<LocalLook> {
  const { recorder, folder, isNew, trust, content = true } = options
  const rules = await loadRules()
  const ask = localAsk()
  const workFolder = join(folder, 'work')
  mkdirSync(workFolder, { recursive: true, mode: 0o700 })
  let ends: EndOfLife | undefined
  const known = async (): Promise<EndOfLife> => ends ?? loadEndOfLife()
  const readImage = imageReader(sources, ask, {
    workFolder,
    layers: join(folder, 'layers'),
    content,
    ends: known,
    ...(trust ? { trust } : {}),
  })
  const readMachine = machineReader('/', known)
  return async (report, signal) => {
    const { advisories, index, close } = await advisoriesOf(folder)
    try {
      ends = index && (await knownEnds(index))
      const clock = systemClock
      await look({ sources, ask, recorder, advisories, rules, clock, readMachine, readImage, isNew }, report, signal)
    } finally {
      close()
    }
  }
}

/** A broken index costs what it would have judged, not the cycle. */
async function advisoriesOf(folder: string): Promise<{
  advisories: AdvisoryLookup
  index?: AdvisoryIndex
  close(): void
}> {
  try {
    const advisories = await openAdvisories(folder)
    return { advisories, index: advisories, close: () => advisories.close() }
  } catch (error) {
    const problem = (error as Error).message
    return {
      advisories: { problem, judges: () => undefined, find: () => [], exploited: () => false, epss: () => undefined },
      close: () => {},
    }
  }
}
