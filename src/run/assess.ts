// One task done for one resource: packages matched, or rules evaluated, as assessments for the recorder.

import { evaluate, type CompiledRule } from '../harden/evaluate.ts'
import { imageFacts } from '../harden/image-facts.ts'
import { matchPackages } from '../match/match.ts'
import { vulnerabilityFindings } from '../match/vulnerability.ts'
import type { AdvisoryLookup } from '../model/advisory.ts'
import type { Assessment } from '../model/evidence.ts'
import type { ImageIndex } from '../model/image.ts'
import type { SubLayer } from '../model/layers.ts'
import type { Distribution, Package } from '../model/package.ts'
import { imageId, type Resource } from '../model/resource.ts'
import type { Gap } from '../model/scan.ts'
import { endOfLifeFindings } from './end-of-life.ts'
import { platformPackages } from './platform-packages.ts'
import { malwareAssessment, secretAssessment } from './contents.ts'
import { ageGaps, noticingFeeds } from './feed-age.ts'

const engine = 'plimsoll'

/** What was found in an image or on a machine, to be judged. */
export interface Inventory {
  resource: string
  subLayer: SubLayer
  distribution?: Distribution | undefined
  packages: readonly Package[]
  gaps: readonly Gap[]
}

export function inventoryOf(image: ImageIndex): Inventory {
  const { distribution, packages, gaps } = image
  return { resource: imageId(image.digest), subLayer: 'image', distribution, packages, gaps }
}

/** Vulnerabilities of everything that was found; what could not be read or judged stays a gap of the assessment. */
export function assessVulnerabilities(inventory: Inventory, advisories: AdvisoryLookup, at: string): Assessment {
  const { resource, subLayer, packages, distribution } = inventory
  const { lookup, spoken } = noticingFeeds(advisories)
  const { vulnerabilities, judged, gaps } = matchPackages(packages, distribution, lookup)
  return {
    resource,
    subLayer,
    task: 'vulnerabilities',
    engine,
    at,
    depth: judged,
    findings: [
      ...endOfLifeFindings(inventory, at, advisories.ends?.()),
      ...vulnerabilityFindings(vulnerabilities, resource, subLayer),
    ],
    // What kept packages from being judged comes first: it is the reason that a cell shows.
    gaps: [...gaps, ...ageGaps(spoken(), at), ...inventory.gaps],
  }
}

/** What is out of support, for what is judged package by package: of a release that no advisory names any more. */
export function assessSupport(inventory: Inventory, advisories: Pick<AdvisoryLookup, 'ends'>, at: string): Assessment {
  const { resource, subLayer } = inventory
  return {
    resource,
    subLayer,
    task: 'vulnerabilities',
    engine: `${engine} end of life`,
    at,
    depth: { done: 0, of: 0, unit: 'packages judged' },
    findings: endOfLifeFindings(inventory, at, advisories.ends?.()),
    gaps: [],
    leavesNoEvidence: true,
  }
}

/**
 * The parts of a container engine that it names itself: Docker, containerd, runc. Undefined for a resource that names none.
 * What a distribution built is judged as the machine's package: its version tells nothing of the fixes that were added.
 */
export function assessPlatform(
  { id, kind, properties }: Pick<Resource, 'id' | 'kind' | 'properties'>,
  advisories: AdvisoryLookup,
  at: string,
): Assessment | undefined {
  if (kind !== 'docker.Engine') return undefined
  const { packages, gaps } = platformPackages(properties['components'])
  const inventory = { resource: id, subLayer: 'control_plane', packages, gaps } as const
  const { depth, ...assessment } = assessVulnerabilities(inventory, advisories, at)
  // What no feed judges counts as found and not judged.
  return { ...assessment, depth: { ...depth, of: depth.of + gaps.length } }
}

/** An image that could not be read was not judged: said as an assessment that did nothing and says why. */
export function unreadImage(digest: string, why: string, at: string): Assessment {
  const resource = imageId(digest)
  const depth = { done: 0, of: 0, unit: 'packages judged' } as const
  const task = 'vulnerabilities'
  return { resource, subLayer: 'image', task, engine, at, depth, findings: [], gaps: [{ why }] }
}

/** One assessment for each sub-layer that a rule speaks about. */
export function assessHardening(
  rules: readonly CompiledRule[],
  resource: Pick<Resource, 'id' | 'kind' | 'properties'>,
  at: string,
): Assessment[] {
  return [...evaluate(rules, resource).bySubLayer].map(([subLayer, evaluation]) => ({
    resource: resource.id,
    subLayer,
    task: 'hardening',
    engine,
    at,
    ...evaluation,
  }))
}

/** The settings of an image by the rules, with what was found in its files. */
export function assessImage(rules: readonly CompiledRule[], image: ImageIndex, at: string): Assessment[] {
  const hardened = assessHardening(rules, imageAsResource(image), at)
  const { contents } = image
  if (!contents) return hardened
  const resource = imageId(image.digest)
  const settings = hardened.find(({ subLayer }) => subLayer === 'image')
  const others = hardened.filter(({ subLayer }) => subLayer !== 'image')
  return [...others, secretAssessment(contents, resource, at, settings), malwareAssessment(contents, resource, at)]
}

/** An image as the rules see it: a resource of kind `image`. */
export function imageAsResource(image: ImageIndex): Pick<Resource, 'id' | 'kind' | 'properties'> {
  return { id: imageId(image.digest), kind: 'image', properties: imageFacts(image) }
}
