// `plimsoll scan`: one target through inspect → match → harden, as one result. Nothing is stored.

import { join } from 'node:path'
import { host } from '../discover/host.ts'
import { localAsk } from './local-ask.ts'
import {
  folderLayerCache,
  inspectTarget,
  parseTarget,
  type Inspection,
  type Platform,
  type RegistryAccess,
  type WantedContent,
} from '../inspect/inspect.ts'
import { systemClock } from '../io/clock.ts'
import { productVersion } from '../io/version.ts'
import type { Depth } from '../model/evidence.ts'
import type { ImageIndex } from '../model/image.ts'
import type { Result } from '../model/result.ts'
import { imageId, type Resource } from '../model/resource.ts'
import type { Gap } from '../model/scan.ts'
import { openAdvisories } from './advisories.ts'
import { assessHardening, assessVulnerabilities, imageAsResource } from './assess.ts'
import { collectGaps } from './collect-gaps.ts'
import { contentFindings } from './contents.ts'
import { knownEnds, withEndOfLife } from './end-of-life.ts'
import { loadRules } from './rules.ts'
import type { Progress } from './progress.ts'

export interface ScanOptions {
  dataFolder: string
  signal: AbortSignal
  /** Of images for several platforms; this machine's by default. */
  platform?: Platform
  registry?: RegistryAccess
  /** What is looked for in all files; by default what is built in. */
  content?: WantedContent
  progress: (step: Pick<Progress, 'step' | 'done' | 'of' | 'note'>) => void
}

/** Throws `UnreadableTarget` when there is nothing to judge; what could not be read in part is among the gaps. */
export async function scanTarget(name: string, options: ScanOptions): Promise<Result> {
  const { dataFolder, signal, progress, platform, registry } = options
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
      findings: [...matched.findings, ...found, ...hardened.findings],
      gaps: [...matched.gaps, ...contents.gaps, ...hardened.gaps],
      advisories: advisories.age(),
    }
  } finally {
    advisories.close()
  }
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
