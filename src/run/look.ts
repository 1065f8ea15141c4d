// One cycle over the estate: discover → inspect → match → harden. Every piece is recorded as soon as it is known, so
// that a killed process loses nothing that was reported as done, and the next cycle goes on where it stood.

import { setImmediate } from 'node:timers/promises'
import type { Ask, Source } from '../discover/source.ts'
import type { CompiledRule } from '../harden/evaluate.ts'
import type { Clock } from '../io/clock.ts'
import type { AdvisoryLookup } from '../model/advisory.ts'
import type { Assessment } from '../model/evidence.ts'
import type { EstateRecorder } from '../model/estate.ts'
import type { ImageIndex } from '../model/image.ts'
import type { Gap } from '../model/scan.ts'
import { isWorkload, type Resource } from '../model/resource.ts'
import { askSources, wantedImages } from './ask-sources.ts'
import { assessHardening, assessImage, assessPlatform, inventoryOf, unreadImage, type Inventory } from './assess.ts'
import type { ReadImage, ReadMachine } from './read.ts'
import type { Progress, ReportProgress } from './progress.ts'

export interface Look {
  sources: readonly Source[]
  ask: Ask
  recorder: EstateRecorder
  /** Vulnerabilities of what has just been recorded. `isKnown`: it was read before, and cannot have changed. */
  judge: (inventory: Inventory, isKnown: boolean) => Promise<void>
  /** By which the parts of engines are judged: the index of now. */
  advisories: () => Promise<AdvisoryLookup>
  rules: readonly CompiledRule[]
  clock: Clock
  readMachine: ReadMachine
  readImage: ReadImage
  /** Whether an assessment says something new: see `throttle`. */
  isNew: (assessment: Assessment) => boolean
}

/** Throws only when the recorder fails or the signal aborts; everything else becomes a gap. */
export async function look(parts: Look, report: ReportProgress, signal: AbortSignal): Promise<void> {
  const cycle = parts.clock()
  const tell = (step: Progress['step'], done: number, of: number, note: string, finished = false): void =>
    report({ cycle, step, done, of, note, finished })

  await discover(parts, signal, tell)
  const resources = await parts.recorder.liveResources()
  await judgeMachines(parts, resources, signal)
  await judgeImages(parts, resources, signal, tell)
  await harden(parts, resources, signal, tell)
  tell('coverage', 1, 1, 'the matrix', true)
}

type Tell = (step: Progress['step'], done: number, of: number, note: string) => void

async function discover({ sources, ask, recorder, clock }: Look, signal: AbortSignal, tell: Tell): Promise<void> {
  let answered = 0
  tell('sources', 0, sources.length, 'this machine')
  await askSources(sources, ask, recorder, clock, signal, ({ report }) => {
    tell('sources', ++answered, sources.length, `${report.name}: ${report.state}`)
  })
}

async function judgeMachines(parts: Look, resources: readonly Resource[], signal: AbortSignal): Promise<void> {
  for (const machine of resources.filter(({ kind }) => kind === 'host.Machine')) {
    const inventory = await parts.readMachine(machine.id, signal)
    await parts.recorder.recordPackages(machine.id, inventory.packages, inventory.distribution)
    await parts.judge(inventory, false)
  }
}

/** One after the other, so that the packages of only one are in memory. An image that was read before is not read again. */
async function judgeImages(
  parts: Look,
  resources: readonly Resource[],
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const wanted = wantedImages(resources)
  for (const [index, { digest, source }] of wanted.entries()) {
    signal.throwIfAborted()
    tell('images', index, wanted.length, digest)
    const stored = await parts.recorder.image(digest)
    const image = await imageOf(parts, stored, source, digest, signal)
    const known = image === stored ? stored : undefined
    if ('why' in image) {
      await record(parts, unreadImage(digest, image.why, parts.clock()))
      continue
    }
    if (!known) await parts.recorder.recordImage(image)
    await parts.judge(inventoryOf(image), known !== undefined)
    tell('matching', index + 1, wanted.length, digest)
    for (const assessment of assessImage(parts.rules, image, parts.clock())) await record(parts, assessment)
  }
  tell('images', wanted.length, wanted.length, 'images')
}

/** One of whose signatures nobody knows by the trust of now is read again, where somebody still has it. */
async function imageOf(
  parts: Look,
  stored: ImageIndex | undefined,
  source: string,
  digest: string,
  signal: AbortSignal,
): Promise<ImageIndex | Gap> {
  if (stored && stored.origin?.stale === undefined) return stored
  const read = await parts.readImage(source, digest, signal)
  return stored && 'why' in read ? stored : read
}

async function harden(parts: Look, resources: readonly Resource[], signal: AbortSignal, tell: Tell): Promise<void> {
  const advisories = await parts.advisories()
  const judged = resources.filter((resource) => isWorkload(resource) || /\.(Engine|Machine)$/.test(resource.kind))
  for (const [index, resource] of judged.entries()) {
    signal.throwIfAborted()
    for (const assessment of assessHardening(parts.rules, resource, parts.clock())) await record(parts, assessment)
    const platform = assessPlatform(resource, advisories, parts.clock())
    if (platform) await record(parts, platform)
    tell('hardening', index + 1, judged.length, resource.name)
  }
}

async function record({ recorder, isNew }: Look, assessment: Assessment): Promise<void> {
  // What is not new is not written, and must still give the API its turn.
  await (isNew(assessment) ? recorder.recordAssessment(assessment) : setImmediate())
}
