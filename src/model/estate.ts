import type { Assessment, Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import type { ImageIndex } from './image.ts'
import type { SubLayer, Task } from './layers.ts'
import type { Distribution, Package } from './package.ts'
import type { Resource } from './resource.ts'
import { countSeverities, type SeverityCounts } from './severity.ts'
import type { SourceReport } from './source.ts'

/** How many findings are open on one sub-layer of a resource or image, for one task. */
export interface OpenFindings {
  resource: string
  subLayer: SubLayer
  task: Task
  counts: SeverityCounts
}

/** All that is known at one time: what coverage is computed from. */
export interface Estate {
  sources: readonly SourceReport[]
  resources: readonly Resource[]
  /** Images that have been read, without their packages. */
  images: readonly { id: string; digest: string; aliases: readonly string[] }[]
  /** The newest of each resource × sub-layer × task × engine. */
  evidence: readonly Evidence[]
  /** Only how many: of a large estate the findings themselves are millions. */
  open: readonly OpenFindings[]
}

/**
 * Where a cycle puts what it learns, piece by piece. Each call is durable when its promise resolves, and doing it twice
 * changes nothing. Kept in memory by `plimsoll coverage` on a machine without a store, in the store otherwise.
 */
export interface EstateRecorder {
  /** Sources that answered before: a source that is silent now is unreachable, not absent. */
  knownSources(): Promise<readonly SourceReport[]>
  /** The stored index of an image, by the digest that the runtime reports: its own, its configuration's or an alias. */
  image(digest: string): Promise<ImageIndex | undefined>
  /** An answering source's resources replace those that it reported before; those of a silent one stay. */
  recordSource(report: SourceReport, resources: readonly Resource[]): Promise<void>
  recordImage(image: ImageIndex): Promise<void>
  /** The packages of a machine, by its resource id; they replace those recorded before. An image's come with it. */
  recordPackages(subject: string, packages: readonly Package[], distribution?: Distribution): Promise<void>
  recordAssessment(assessment: Assessment): Promise<void>
  /** Those that are there now. */
  liveResources(): Promise<readonly Resource[]>
  estate(): Promise<Estate>
}

export function countOpen(findings: readonly Finding[]): OpenFindings[] {
  const open = findings.filter(({ suppressed }) => suppressed === undefined)
  const places = Map.groupBy(open, ({ resource, subLayer, task }) => [resource, subLayer, task].join('\n'))
  return [...places.values()].map((own) => {
    const { resource, subLayer, task } = own[0]!
    return { resource, subLayer, task, counts: countSeverities(own) }
  })
}
