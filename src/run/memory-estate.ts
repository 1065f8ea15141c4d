// What is known, in memory only: for `plimsoll coverage` on a machine that has no store yet, and for tests.

import { evidenceOf, type Assessment } from '../model/evidence.ts'
import { countOpen, type EstateRecorder } from '../model/estate.ts'
import { imageId, type Resource } from '../model/resource.ts'
import type { ImageIndex } from '../model/image.ts'
import type { SourceReport } from '../model/source.ts'

export function memoryEstate(): EstateRecorder {
  const sources = new Map<string, SourceReport>()
  const resources = new Map<string, Resource>()
  const images = new Map<string, ImageIndex>()
  const assessments = new Map<string, Assessment>()

  return {
    knownSources: async () => [...sources.values()],
    image: async (digest) =>
      images.get(digest) ??
      [...images.values()].find((image) => image.configDigest === digest || image.aliases.includes(digest)),
    recordSource: async (report, reported) => {
      const before = sources.get(report.id)
      if (report.state === 'absent') return
      if (report.state === 'answered') {
        for (const [id, resource] of resources) if (resource.source === report.id) resources.delete(id)
        for (const resource of reported) resources.set(resource.id, resource)
        sources.set(report.id, { ...report, answeredAt: report.askedAt })
      } else {
        sources.set(report.id, { ...report, ...(before?.answeredAt ? { answeredAt: before.answeredAt } : {}) })
      }
    },
    recordImage: async (image) => {
      images.set(image.digest, image)
    },
    recordPackages: async () => {}, // nothing asks for a machine's packages once they have been matched
    recordAssessment: async (assessment) => {
      const { resource, subLayer, task, engine } = assessment
      assessments.set([resource, subLayer, task, engine].join('\n'), assessment)
    },
    liveResources: async () => [...resources.values()],
    estate: async () => ({
      sources: [...sources.values()],
      resources: [...resources.values()],
      images: [...images.values()].map(({ digest, aliases }) => ({ id: imageId(digest), digest, aliases })),
      evidence: [...assessments.values()].filter((one) => !one.leavesNoEvidence).map(evidenceOf),
      open: countOpen([...assessments.values()].flatMap(({ findings }) => findings)),
    }),
  }
}
