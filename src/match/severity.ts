// CVSS vectors to base score and rating.
// https://www.first.org/cvss/v4.0/specification-document#Qualitative-Severity-Rating-Scale

import cvss from 'ae-cvss-calculator'
import type { Advisory } from '../model/advisory.ts'
import type { Severity } from '../model/severity.ts'
import { remembered } from './versions/shared/remembered.ts'

export interface Rating {
  severity: Severity
  /** CVSS base score, 0 to 10; absent where no vector could be read. */
  score?: number
}

/** By the newest version of CVSS that the record has a vector of. Words without a vector, as some feeds have, are no rating. */
export function rate(scores: Advisory['severity']): Rating {
  for (const type of ['CVSS_V4', 'CVSS_V3', 'CVSS_V2']) {
    for (const vector of scores ?? []) {
      if (vector.type !== type) continue
      const score = baseScore(vector.score)
      if (score !== undefined) return { severity: type === 'CVSS_V2' ? ratingV2(score) : rating(score), score }
    }
  }
  return { severity: 'unknown' }
}

/** All metrics of version 4 fit into this; longer is not a vector. */
const longestVector = 400

/**
 * Without threat and environment, which nobody but the reader of a finding can know; undefined when it is no whole vector.
 * Many vulnerabilities have the same vector.
 */
const baseScore = remembered((text): number | undefined => {
  if (text.length > longestVector) return undefined
  const vector = cvss.fromVector(text)
  if (!vector?.isBaseFullyDefined()) return undefined
  const { base, baseMetricsOnly } = vector.calculateScores()
  const score = baseMetricsOnly ?? base
  return typeof score === 'number' && Number.isFinite(score) ? score : undefined
})

/** FIRST calls 0 "none"; what somebody wrote an advisory for is low here. */
function rating(score: number): Severity {
  if (score >= 9) return 'critical'
  if (score >= 7) return 'high'
  return score >= 4 ? 'medium' : 'low'
}

/** Version 2 has no scale of FIRST; NVD's ends with high. https://nvd.nist.gov/vuln-metrics/cvss */
function ratingV2(score: number): Severity {
  if (score >= 7) return 'high'
  return score >= 4 ? 'medium' : 'low'
}
