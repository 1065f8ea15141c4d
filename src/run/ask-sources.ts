// The first step of a cycle: every source of the list is asked, and what it says is recorded.

import { Unreachable, type Ask, type Source } from '../discover/source.ts'
import type { Clock } from '../io/clock.ts'
import type { EstateRecorder } from '../model/estate.ts'
import { digestOf, isWorkload, type Resource } from '../model/resource.ts'
import type { SourceReport } from '../model/source.ts'
import { collectGaps } from './collect-gaps.ts'

export interface Asked {
  report: SourceReport
  resources: readonly Resource[]
}

/** Asks one source. Never throws: a source that fails is a report that says so. */
export async function askSource(
  source: Source,
  ask: Ask,
  known: SourceReport | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<Asked> {
  const { scan, gaps } = collectGaps(signal)
  const { id, speaksFor } = source
  const base = { id, speaksFor, askedAt: clock(), gaps, ...(known?.answeredAt ? { answeredAt: known.answeredAt } : {}) }
  const place = await source.locate(ask)
  if (place === undefined && known === undefined) {
    return {
      report: { ...base, name: source.name, state: 'absent', reason: source.offer, resources: 0 },
      resources: [],
    }
  }
  const silent = (reason: string): Asked => ({
    report: {
      ...base,
      name: place ?? known?.name ?? source.name,
      state: 'unreachable',
      reason,
      resources: known?.resources ?? 0,
    },
    resources: [],
  })
  if (place === undefined) return silent('it answered before and is not there now')
  try {
    const resources: Resource[] = []
    for await (const resource of source.discover(ask, scan)) resources.push(resource)
    const report: SourceReport = { ...base, name: place, state: 'answered', resources: resources.length }
    return { report: { ...report, answeredAt: report.askedAt }, resources }
  } catch (error) {
    signal.throwIfAborted()
    // Anything else than silence is a bug of the source: its cells are unknown all the same, and the reason is kept.
    return silent(error instanceof Unreachable ? error.message : `failed: ${(error as Error).message}`)
  }
}

/**
 * Asks all sources side by side and records what they said. A container that an engine has described is not replaced by
 * the process that the machine shows of it, and a machine belongs to the service of the engine that runs on it.
 */
export async function askSources(
  sources: readonly Source[],
  ask: Ask,
  recorder: EstateRecorder,
  clock: Clock,
  signal: AbortSignal,
  each: (asked: Asked) => void,
): Promise<readonly Asked[]> {
  const known = new Map((await recorder.knownSources()).map((report) => [report.id, report]))
  const asked = await Promise.all(
    sources.map(async (source) => {
      const answer = await askSource(source, ask, known.get(source.id), clock, signal)
      each(answer)
      return answer
    }),
  )
  const machines = asked.filter(({ resources }) => resources.some(({ kind }) => kind === 'host.Machine'))
  for (const answer of asked) {
    if (!machines.includes(answer)) await recorder.recordSource(answer.report, answer.resources)
  }
  const stored = await recorder.liveResources()
  for (const { report, resources } of machines) {
    const others = stored.filter(({ source }) => source !== report.id)
    await recorder.recordSource(report, settle(resources, others))
  }
  return asked
}

/** What the machine's own view adds to what the engines on it say. */
function settle(machineView: readonly Resource[], others: readonly Resource[]): Resource[] {
  const described = new Set(others.map(({ id }) => id))
  return machineView
    .filter(({ id }) => !described.has(id))
    .map((resource) => {
      if (resource.kind !== 'host.Machine') return resource
      const engine = others.find(({ kind, runsOn }) => kind.endsWith('.Engine') && runsOn === resource.id)
      return engine ? { ...resource, service: engine.service } : resource
    })
}

/** Images that the estate holds: those of running workloads first, then of stopped ones, then those only stored. */
export function wantedImages(resources: readonly Resource[]): { digest: string; source: string }[] {
  const wanted = new Map<string, { digest: string; source: string; rank: number }>()
  for (const resource of resources) {
    const rank = !isWorkload(resource) ? 2 : resource.runs.state === 'running' ? 0 : 1
    for (const digest of digestsOf(resource)) {
      const before = wanted.get(digest)
      if (before === undefined || rank < before.rank) wanted.set(digest, { digest, source: resource.source, rank })
    }
  }
  return [...wanted.values()].toSorted((a, b) => a.rank - b.rank).map(({ digest, source }) => ({ digest, source }))
}

function digestsOf(resource: Resource): string[] {
  if (isWorkload(resource)) return resource.runs.images.flatMap(({ image }) => (image ? [digestOf(image)] : []))
  const { digest } = resource.properties
  return resource.kind.endsWith('.Image') && typeof digest === 'string' ? [digest] : []
}
