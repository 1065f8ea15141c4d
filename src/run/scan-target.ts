// `plimsoll scan`: one target through inspect → match → harden, as one result. Nothing is stored.

import { join } from 'node:path'
import { host } from '../discover/host.ts'
import { localAsk } from './local-ask.ts'
import {
  folderLayerCache,
  inspectTarget,
  needsNetwork,
  parseTarget,
  type Inspection,
  type Platform,
  type RegistryAccess,
  UnreadableTarget,
  type WantedContent,
} from '../inspect/inspect.ts'
import type { VexTarget } from '../import/vex-target.ts'
import { systemClock } from '../io/clock.ts'
import { productVersion } from '../io/version.ts'
import { rebaseAdvice, type RebaseCandidate } from '../match/fix-advice.ts'
import type { AdvisoryLookup } from '../model/advisory.ts'
import type { Depth } from '../model/evidence.ts'
import type { Finding } from '../model/finding.ts'
import type { ImageIndex } from '../model/image.ts'
import { prioritise } from '../model/priority.ts'
import type { Rebase, Result } from '../model/result.ts'
import { imageId, type Resource } from '../model/resource.ts'
import type { Gap } from '../model/scan.ts'
import { openAdvisories } from './advisories.ts'
import { assessHardening, assessVulnerabilities, imageAsResource } from './assess.ts'
import { collectGaps } from './collect-gaps.ts'
import { contentFindings } from './contents.ts'
import { knownEnds, withEndOfLife } from './end-of-life.ts'
import { loadExceptions, withExceptions } from './exceptions.ts'
import { loadBaseline, narrowed, type Wanted } from './narrowed.ts'
import { loadRules } from './rules.ts'
import type { Progress } from './progress.ts'

export interface ScanOptions extends Wanted {
  dataFolder: string
  signal: AbortSignal
  /** Of images for several platforms; this machine's by default. */
  platform?: Platform
  registry?: RegistryAccess
  /** What is looked for in all files; by default what is built in. */
  content?: WantedContent
  /** Files of VEX, and ignore files beside those of the working directory. */
  vex?: readonly string[]
  ignoreFiles?: readonly string[]
  /** Targets to build on instead, to say what that would clear. */
  rebaseOn?: readonly string[]
  /** Nobody is asked over the network: a target that needs it is refused before anything is read. */
  offline?: boolean
  progress: (step: Pick<Progress, 'step' | 'done' | 'of' | 'note'>) => void
}

/** Throws `UnreadableTarget` when there is nothing to judge; what could not be read in part is among the gaps. */
export async function scanTarget(name: string, options: ScanOptions): Promise<Result> {
  const { dataFolder, signal, progress, platform, registry, vex = [], ignoreFiles: ignore = [] } = options
  const folders = { workingFolder: process.cwd(), vexFolder: join(dataFolder, 'vex') }
  if (options.offline) await refuseNetwork([name, ...(options.rebaseOn ?? [])])
  const baseline = options.baseline === undefined ? undefined : await loadBaseline(options.baseline)
  const exceptions = await loadExceptions({ vex, ignore, ...folders }, signal)
  progress({ step: 'images', done: 0, of: 1, note: `reading ${name}` })
  const target = parseTarget(name)
  const layerCache = folderLayerCache(join(dataFolder, 'layers'))
  const reading = {
    signal,
    layerCache,
    content: options.content ?? true,
    ...(platform ? { platform } : {}),
    ...(registry ? { registry } : {}),
  }
  const inspected = await inspectTarget(target, reading)
  const advisories = await openAdvisories(dataFolder)
  try {
    const inspection = withEndOfLife(inspected, await knownEnds(advisories))
    const { distribution, packages } = inspection
    const at = systemClock()
    const resource = inspection.image ? imageId(inspection.image.digest) : name
    const subLayer = inspection.kind === 'host' ? 'node_os' : 'image'
    progress({ step: 'matching', done: 0, of: 1, note: `${packages.length} packages` })
    const inventory = { resource, subLayer, distribution, packages, gaps: inspection.gaps } as const
    const matched = assessVulnerabilities(inventory, advisories, at)
    progress({ step: 'hardening', done: 0, of: 1, note: name })
    const hardened = await hardenTarget(inspection, at, signal)
    const contents = inspection.image?.contents ?? inspection.contents ?? { found: [], gaps: [] }
    const found = (['secret', 'malware'] as const).flatMap((kind) => contentFindings(contents, resource, kind))
    const all = [...matched.findings, ...found, ...hardened.findings]
    const subject = { resource, subLayer, packages, target: vexTargetOf(name, inspection.image) } as const
    const { findings, gaps } = withExceptions(all, exceptions, subject, at)
    const rebase = inspection.image && (await compareBases(findings, inspection.image, advisories, at, options))
    return {
      target: {
        name,
        kind: inspection.kind,
        ...(inspection.image ? { digest: inspection.image.digest } : {}),
      },
      at,
      version: productVersion(),
      ...(distribution ? { distribution } : {}),
      ...(inspection.image ? { image: imagePart(inspection.image) } : {}),
      packages,
      judged: matched.depth,
      evaluated: hardened.depth,
      ...narrowed(
        findings.map((finding) => ({ ...finding, priority: prioritise(finding) })),
        options,
        baseline,
      ),
      gaps: [...matched.gaps, ...contents.gaps, ...hardened.gaps, ...exceptions.gaps, ...gaps],
      advisories: advisories.age(),
      ...(rebase && rebase.length > 0 ? { rebase } : {}),
    }
  } finally {
    advisories.close()
  }
}

async function refuseNetwork(names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!(await needsNetwork(parseTarget(name)))) continue
    throw new UnreadableTarget(
      `${name} is in a registry, and with --offline nobody is asked: save it to a file first (skopeo copy, docker save)`,
    )
  }
}

/** Throws `UnreadableTarget` for a base that cannot be read. */
async function compareBases(
  findings: readonly Finding[],
  image: ImageIndex,
  advisories: AdvisoryLookup,
  at: string,
  { rebaseOn = [], signal, platform, registry, progress }: ScanOptions,
): Promise<Rebase[]> {
  const candidates: RebaseCandidate[] = []
  for (const [index, name] of rebaseOn.entries()) {
    progress({ step: 'matching', done: index, of: rebaseOn.length, note: `the base ${name}` })
    const reading = { signal, ...(platform ? { platform } : {}), ...(registry ? { registry } : {}) }
    const { packages, distribution } = await inspectTarget(parseTarget(name), reading)
    const inventory = { resource: name, subLayer: 'image', distribution, packages, gaps: [] } as const
    candidates.push({ name, packages, findings: assessVulnerabilities(inventory, advisories, at).findings })
  }
  return rebaseAdvice(findings, image, candidates)
}

/** Rules for an image's configuration, or for this machine; a bare file system has neither. */
async function hardenTarget(inspection: Inspection, at: string, signal: AbortSignal) {
  const depth: Depth = { done: 0, of: 0, unit: 'rules evaluated' }
  const subjects: Pick<Resource, 'id' | 'kind' | 'properties'>[] = []
  const gaps: Gap[] = []
  if (inspection.image) subjects.push(imageAsResource(inspection.image))
  if (inspection.kind === 'host') {
    const collected = collectGaps(signal)
    for await (const resource of host.discover(localAsk(), collected.scan)) {
      if (resource.kind === 'host.Machine') subjects.push(resource)
    }
    gaps.push(...collected.gaps)
  }
  const rules = await loadRules()
  const assessments = subjects.flatMap((subject) => assessHardening(rules, subject, at))
  for (const assessment of assessments) {
    depth.done += assessment.depth.done
    depth.of += assessment.depth.of
  }
  return {
    depth,
    findings: assessments.flatMap(({ findings }) => findings),
    gaps: [...gaps, ...assessments.flatMap((assessment) => assessment.gaps)],
  }
}

/** By what names statements may speak of it. */
function vexTargetOf(name: string, image: ImageIndex | undefined): VexTarget {
  const { aliases = [], digest, configDigest, architecture } = image ?? {}
  const inNames = aliases.flatMap((alias) => /@(?<digest>sha256:[0-9a-f]{64})$/.exec(alias)?.groups?.['digest'] ?? [])
  return {
    names: [name, ...aliases],
    digests: [digest, configDigest, ...inNames].filter((one) => one !== undefined),
    ...(architecture ? { architecture } : {}),
  }
}

function imagePart(image: ImageIndex): NonNullable<Result['image']> {
  const { layers, config, architecture, os, aliases, setuid, base, origin } = image
  return {
    layers,
    config,
    aliases,
    ...(architecture ? { architecture } : {}),
    ...(os ? { os } : {}),
    ...(setuid ? { setuid } : {}),
    ...(base ? { base } : {}),
    ...(origin ? { origin } : {}),
  }
}
