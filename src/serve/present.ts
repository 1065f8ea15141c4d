// From the model to what the API answers: copies of named fields only, so that nothing new leaks out by itself.

import type { Cell } from '../model/coverage.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Package } from '../model/package.ts'
import { prioritise } from '../model/priority.ts'
import { isImageId } from '../model/resource.ts'
import { addCounts, type SeverityCounts } from '../model/severity.ts'
import type { Gap } from '../model/scan.ts'
import type { FindingChange, ImageRun } from '../model/history.ts'
import type { Named, StoredFinding } from '../store/query-findings.ts'
import type { PastFinding } from '../store/query-history.ts'
import type { StoredResource } from '../store/query-resources.ts'
import type { CellView, CoverageRowView } from './views/coverage.ts'
import type { FindingView } from './views/findings.ts'
import type { ChangeView, ImageRunView, PastFindingView } from './views/history.ts'
import type { ImageView } from './views/images.ts'
import type { ResourceView } from './views/inventory.ts'
import type { EvidenceView } from './views/shared.ts'

type GapView = ImageView['gaps'][number]

export function presentCell({ layer, task, state, reason, findings, atLeast }: Cell): CellView {
  return { layer, task, state, reason, findings: findings && { ...findings }, atLeast }
}

export function presentEvidence(evidence: Evidence): EvidenceView {
  const { resource, subLayer, task, engine, at, depth, gaps } = evidence
  return { resource, subLayer, task, engine, at, depth: { ...depth }, gaps: gaps.map(presentGap) }
}

export function presentGap({ why, place }: Gap): GapView {
  return place ? { why, place: { ...place } } : { why }
}

export function presentRow(service: string, cell: Cell): CoverageRowView {
  const { layer, task, state, reason, evidence } = cell
  return { service, layer, task, state, reason, evidence: evidence.map(presentEvidence) }
}

export function presentParts(cell: Cell) {
  return cell.parts.map(({ subLayer, responsibility, state, reason, document }) => ({
    subLayer,
    responsibility,
    state,
    reason,
    ...(document ? { document: { ...document } } : {}),
  }))
}

/** `cells`: the resource's own nine, in the matrix's order. */
export function presentResource(resource: StoredResource, serviceName: string, cells: readonly Cell[]): ResourceView {
  const { id, kind, name, service, source, team, runsOn, runs, firstSeen, lastSeen } = resource
  return {
    id,
    kind,
    name,
    service,
    serviceName,
    source,
    team,
    ...(runsOn === undefined ? {} : { runsOn }),
    ...(runs ? { exposure: runs.exposure, state: runs.state } : {}),
    images:
      runs?.images.map(({ reference, image }) => (image === undefined ? { reference } : { reference, image })) ?? [],
    firstSeen,
    lastSeen,
    cells: cells.map(({ state }) => state),
    findings: sumFindings(cells),
  }
}

export function presentFinding(finding: StoredFinding): FindingView {
  const { id, kind, state, rule, title, severity, score, exploited, subLayer, task, fix, place } = finding
  return {
    id,
    kind,
    state,
    rule,
    title,
    severity,
    exploited,
    subLayer,
    task,
    aliases: [...finding.aliases],
    references: [...finding.references],
    evidence: { ...finding.evidence },
    firstSeen: finding.firstSeen,
    lastSeen: finding.lastSeen,
    ...(finding.openSince === undefined ? {} : { openSince: finding.openSince }),
    changes: finding.changes.map(presentChange),
    resources: finding.resources.map(presentName),
    priority: prioritise(finding, { running: isRunning(finding) }),
    ...(score === undefined ? {} : { score }),
    ...(fix === undefined ? {} : { fix }),
    ...(place ? { place: { ...place } } : {}),
    ...(finding.package ? { package: { ...finding.package } } : {}),
    ...(finding.epss ? { epss: { ...finding.epss } } : {}),
    ...(finding.fixState ? { fixState: finding.fixState } : {}),
    ...(finding.subscription ? { subscription: finding.subscription } : {}),
    ...(finding.hint ? { hint: finding.hint } : {}),
    ...(finding.says ? { says: finding.says.map((saying) => ({ ...saying })) } : {}),
    ...(finding.suppressed ? { suppressed: { ...finding.suppressed } } : {}),
  }
}

function presentChange({ at, state, cause, why, image }: FindingChange): ChangeView {
  return {
    at,
    state,
    cause,
    why,
    ...(image ? { image: { id: image.id, digest: image.digest, name: image.name } } : {}),
  }
}

export function presentPast(past: PastFinding): PastFindingView {
  const { kind, rule, aliases, title, severity, package: of, firstSeen, state, openSince, changes } = past
  return {
    kind,
    rule,
    aliases: [...aliases],
    title,
    severity,
    ...(of ? { package: { ecosystem: of.ecosystem, name: of.name, version: of.version } } : {}),
    firstSeen,
    state,
    ...(openSince === undefined ? {} : { openSince }),
    changes: changes.map(presentChange),
  }
}

export function presentRun({ id, digest, name, from, to, unjudged }: ImageRun): ImageRunView {
  return { id, digest, name, from, ...(to === undefined ? {} : { to }), ...(unjudged ? { unjudged } : {}) }
}

/** An image that nothing runs stands for itself. */
function isRunning({ resources }: StoredFinding): boolean {
  return resources.some(({ id }) => !isImageId(id))
}

export function presentPackage(found: Package): ImageView['packages'][number] {
  const { ecosystem, name, version, purl, place, licence, declared, ownedBy, hiddenBy } = found
  return {
    ecosystem,
    name,
    version,
    purl,
    ...(place.path === undefined ? {} : { path: place.path }),
    ...(place.layer === undefined ? {} : { layer: place.layer }),
    ...(licence === undefined ? {} : { licence }),
    ...(declared ? { declared } : {}),
    ...(ownedBy === undefined ? {} : { ownedBy }),
    ...(hiddenBy === undefined ? {} : { hiddenBy }),
  }
}

export function presentName({ id, name }: Named): Named {
  return { id, name }
}

/** Null where nobody looked in any of the cells: unknown is never zero. */
export function sumFindings(cells: readonly Cell[]): SeverityCounts | null {
  const known = cells.flatMap(({ findings }) => findings ?? [])
  return known.length === 0 ? null : known.reduce(addCounts)
}
