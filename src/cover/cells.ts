// Nine cells of one service, or of one of its resources: three layers by three tasks, each folded from its sub-layers.

import { ago, millisecondsBetween } from '../lib/instant.ts'
import type { Catalog, DocumentReference, ResponsibilityCell, Service } from '../model/catalog.ts'
import type { Cell, CellPart, CellState } from '../model/coverage.ts'
import type { Evidence } from '../model/evidence.ts'
import { layers, subLayersOf, tasks, type Layer, type SubLayer, type Task } from '../model/layers.ts'
import { addCounts, type SeverityCounts } from '../model/severity.ts'
import type { SourceReport } from '../model/source.ts'
import type { EstateIndex, ServiceResources } from './estate-index.ts'
import { foldOutcomes, judgeSubject, rank, type Outcome } from './judge.ts'
import { impossible, registriesOf, subjectNouns, subjectsOf, type Subjects } from './subjects.ts'
import { nearTools, toolsFor } from './tools.ts'

/** What all cells of one matrix are computed with. */
export interface Question {
  catalog: Catalog
  index: EstateIndex
  asOf: string
  limits: Readonly<Record<Task, number>>
}

/** What the cells are about; `resources` is absent for a service of which no source reported any. */
export interface Asked {
  service: Service
  resources?: ServiceResources
  /** Whether it is one resource: what it has not is then no question to a source. */
  single: boolean
}

const subLayerNames: Record<SubLayer, string> = {
  image: 'image',
  container_config: 'container configuration',
  registry: 'registry',
  control_plane: 'control plane',
  node_os: 'node and OS',
  network: 'network',
  identity: 'identity',
}

const notSeen = 'no source that could see it was asked'

export function cellsOf(question: Question, asked: Asked): Cell[] {
  const subjects = asked.resources ? subjectsOf(question.index, asked.resources) : undefined
  return layers.flatMap((layer) => tasks.map((task) => cellOf(question, asked, subjects, layer, task)))
}

function cellOf(
  question: Question,
  asked: Asked,
  subjects: Record<SubLayer, Subjects> | undefined,
  layer: Layer,
  task: Task,
): Cell {
  const seen = subLayersOf[layer].map((subLayer) => look(question, subjects?.[subLayer], subLayer, task))
  const parts = subLayersOf[layer].map((subLayer, index) =>
    partOf(question, asked, subjects?.[subLayer], seen[index]!, subLayer, task),
  )
  const deciding = decidingPart(parts)
  const evidence = seen.flatMap((one) => one.evidence).toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
  const looked = evidence.some(({ depth, gaps }) => depth.done > 0 || (depth.of === 0 && gaps.length === 0))
  const yours = parts.filter(isYours).map(({ subLayer }) => subLayer)
  return {
    layer,
    task,
    state: deciding.state,
    reason: `${subLayerNames[deciding.subLayer]}: ${deciding.reason}`,
    parts,
    evidence,
    findings: looked ? seen.map((one) => one.counts).reduce(addCounts) : null,
    atLeast: looked && deciding.state !== 'proven',
    tools: toolsFor(question.catalog, asked.service, yours, task).map(({ id }) => id),
  }
}

/** The worst part among the customer's and shared ones; else the worst of what is left to the provider. */
function decidingPart(parts: readonly CellPart[]): CellPart {
  const ranked = parts.filter(({ state }) => state !== 'n/a').toSorted((a, b) => rank(a.state) - rank(b.state))
  return ranked.find(isYours) ?? ranked[0] ?? parts[0]!
}

function isYours({ responsibility }: CellPart): boolean {
  return responsibility === 'customer' || responsibility === 'shared'
}

/** What is on record about the subjects, whoever has to do the task. */
interface Seen {
  bySubject: readonly (readonly Evidence[])[]
  evidence: readonly Evidence[]
  counts: SeverityCounts
}

function look({ index, asOf }: Question, subjects: Subjects | undefined, subLayer: SubLayer, task: Task): Seen {
  const ids = subjects?.ids ?? []
  const bySubject = ids.map((id) => notAfter(index.evidence(id, subLayer, task), asOf))
  const counts = ids.flatMap((id) => index.counts(id, subLayer, task) ?? []).reduce(addCounts, noCounts)
  return { bySubject, evidence: bySubject.flat(), counts }
}

/** A time that is none is kept: it counts as too old, not as nothing. */
function notAfter(evidence: readonly Evidence[], asOf: string): readonly Evidence[] {
  return evidence.filter(({ at }) => !(millisecondsBetween(at, asOf) < 0))
}

const noCounts: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }

function partOf(
  question: Question,
  asked: Asked,
  subjects: Subjects | undefined,
  seen: Seen,
  subLayer: SubLayer,
  task: Task,
): CellPart {
  const responsibility = asked.service.responsibility[subLayer][task]
  const document = documentOf(question.catalog, responsibility)
  const judged =
    withoutQuestion(responsibility, document, subLayer, task) ??
    (subjects ? judge(question, asked, subjects, seen, subLayer, task) : notFound(question, asked.service, subLayer))
  return { subLayer, responsibility: responsibility.who, ...judged, ...(document ? { document } : {}) }
}

interface Judged {
  state: CellState
  reason: string
}

/** What the catalogue alone answers. */
function withoutQuestion(
  { who }: ResponsibilityCell,
  document: DocumentReference | undefined,
  subLayer: SubLayer,
  task: Task,
): Judged | undefined {
  if (who === 'n/a') return { state: 'n/a', reason: 'the service has none' }
  if (who === 'provider') {
    if (!document)
      return { state: 'provider, assumed', reason: "taken for the provider's job; no document of it says so" }
    const { title, date } = document
    return { state: 'provider', reason: `the provider's job by its document "${title}"${date ? ` of ${date}` : ''}` }
  }
  const why = impossible(subLayer, task)
  return why ? { state: 'n/a', reason: why } : undefined
}

function judge(
  question: Question,
  { service, resources, single }: Asked,
  { ids, unidentified }: Subjects,
  { bySubject }: Seen,
  subLayer: SubLayer,
  task: Task,
): Judged {
  const { index, asOf, catalog } = question
  const speakers = index.speakers(service.id, subLayer)
  const silent = silence(speakers, asOf)
  const [one, many] = subjectNouns[subLayer]
  const fromRegistry = subLayer === 'registry' && (resources?.workloads.length ?? 0) > 0
  if (ids.length + unidentified.length === 0 && single && !fromRegistry) {
    return { state: 'n/a', reason: `it has no ${one} of its own` }
  }
  if (silent) return silent
  if (ids.length + unidentified.length === 0) {
    const answered = speakers.find(({ state }) => state === 'answered')
    if (answered) return { state: 'n/a', reason: `no ${many} found, asked ${ago(answered.askedAt, asOf)}` }
    return { state: 'unknown', reason: notAsked(subLayer, resources) }
  }
  const limit = question.limits[task]
  const uncovered = task === 'threats' ? unwatched(catalog, service, subLayer) : 'nothing covers it'
  const outcomes: Outcome[] = [
    ...bySubject.map((evidence) => judgeSubject(evidence, { asOf, limit, uncovered })),
    ...unidentified.map((why) => ({ state: 'unknown' as const, why })),
  ]
  return foldOutcomes(outcomes, { asOf, limit, nouns: [one, many] })
}

function notFound({ index, asOf }: Question, { id }: Service, subLayer: SubLayer): Judged {
  const silent = silence(index.speakers(id, subLayer), asOf)
  if (silent) return silent
  const answered = index.speakers(id).find(({ state }) => state === 'answered')
  if (answered) return { state: 'n/a', reason: `looked for, none found, asked ${ago(answered.askedAt, asOf)}` }
  return { state: 'unknown', reason: notSeen }
}

/** A source that has gone silent: what it alone could tell is unknown, whatever was known before. */
function silence(speakers: readonly SourceReport[], asOf: string): Judged | undefined {
  const silent = speakers.filter(({ state }) => state === 'unreachable').toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const [first] = silent
  if (!first) return undefined
  const since = first.answeredAt ? `last answered ${ago(first.answeredAt, asOf)}` : 'never answered'
  return { state: 'unknown', reason: `${first.name} does not answer: ${first.reason ?? 'no reason known'}; ${since}` }
}

function notAsked(subLayer: SubLayer, resources: ServiceResources | undefined): string {
  if (subLayer !== 'registry') return notSeen
  const registries = registriesOf(resources?.workloads ?? [])
  const more = registries.length > 3 ? ` and ${registries.length - 3} more` : ''
  return `no registry was asked${registries.length > 0 ? `: ${registries.slice(0, 3).join(', ')}${more}` : ''}`
}

function unwatched(catalog: Catalog, service: Service, subLayer: SubLayer): string {
  const names = nearTools(catalog, service, subLayer, 'threats')
  return names.length === 0 ? 'nothing watches it' : `nothing watches it; ${names.join(', ')} could`
}

function documentOf(catalog: Catalog, { documents }: ResponsibilityCell): DocumentReference | undefined {
  const id = documents?.[0]
  return id === undefined ? undefined : catalog.documents.find((document) => document.id === id)
}

/** Cells of something whose service the catalogue does not hold: shown, and unknown. */
export function unknownService(id: string): Cell[] {
  const reason = `the catalogue has no service ${id}: whose job it is, is not known`
  return layers.flatMap((layer) =>
    tasks.map((task) => ({
      layer,
      task,
      state: 'unknown' as const,
      reason,
      parts: subLayersOf[layer].map((subLayer) => ({
        subLayer,
        responsibility: 'customer' as const,
        state: 'unknown' as const,
        reason,
      })),
      evidence: [],
      findings: null,
      atLeast: false,
      tools: [],
    })),
  )
}
